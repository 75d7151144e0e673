package testdb_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

func TestEach(t *testing.T) {
	var seen []string
	urls := map[string]bool{}
	for range 2 {
		testdb.Each(t, func(t *testing.T, url string) {
			scheme, _, _ := strings.Cut(url, ":")
			seen, urls[url] = append(seen, scheme), true
			s, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Ping(t.Context()); err != nil {
				t.Error(err)
			}
			all, err := s.ListKeys(t.Context())
			if err != nil || len(all) != 0 {
				t.Errorf("the database is not fresh: %v, %v", all, err)
			}
			key := surveys.Key{Name: "k", CreatedAt: time.Unix(1, 0)}
			if err := s.CreateKey(t.Context(), key); err != nil {
				t.Error(err)
			}
		})
	}
	if strings.Join(seen, " ") != "sqlite postgres sqlite postgres" || len(urls) != 4 {
		t.Errorf("ran on %v", seen)
	}
}

func TestDatabaseGoesWithTest(t *testing.T) {
	var url string
	t.Run("test", func(t *testing.T) { url = testdb.Postgres(t) })
	if _, err := store.Open(t.Context(), url); err == nil {
		t.Error("the database is still there")
	}
}

// TestServerEndsWithProcess starts a test process, which starts a server, and kills it.
func TestServerEndsWithProcess(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeUntilKilled$", "-test.count=1")
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PAXSCORE_TEST_POSTGRES=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "SERVE_UNTIL_KILLED=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	folder := u.Query().Get("host")
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	// The folder is the last that goes, after the server.
	deadline, tick := time.After(30*time.Second), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s is still there", folder)
		}
	}
}

// TestServeUntilKilled is the process of TestServerEndsWithProcess.
func TestServeUntilKilled(t *testing.T) {
	if os.Getenv("SERVE_UNTIL_KILLED") == "" {
		return
	}
	if _, err := os.Stdout.WriteString(testdb.Postgres(t) + "\n"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestProxy(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	ping := func() error {
		s, err := store.Open(t.Context(), proxy.URL())
		if err != nil {
			return err
		}
		defer s.Close()
		return s.Ping(t.Context())
	}
	for range 3 {
		if err := ping(); err != nil {
			t.Fatal(err)
		}
		proxy.Refuse()
		if err := ping(); err == nil {
			t.Error("refused connections work")
		}
		proxy.Resume()
	}
}
