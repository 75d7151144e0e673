package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is the program, built once for all tests of this package: they start it for real.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "paxscore-test")
	if err == nil {
		binary = filepath.Join(dir, "paxscore")
		build := exec.Command("go", append(append([]string{"build"}, buildFlags()...), "-o", binary, ".")...)
		build.Stderr = os.Stderr
		err = build.Run()
	}
	status := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the program:", err)
	} else {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}

// result is what a run of the program left behind.
type result struct {
	status   int
	out, err string
}

// program runs a command line in a fresh folder, or in dir if it is not "".
func program(t *testing.T, dir string, args ...string) result {
	t.Helper()
	return programWith(t, dir, nil, args...)
}

func programWith(t *testing.T, dir string, stdout io.Writer, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	if dir == "" {
		dir = t.TempDir()
	}
	cmd.Dir = dir
	cmd.Env = environment()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if stdout != nil {
		cmd.Stdout = stdout
	}
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("run paxscore %s: %v", strings.Join(args, " "), err)
	}
	if strings.Contains(errs.String(), "panic:") {
		t.Fatalf("paxscore %s panicked:\n%s", strings.Join(args, " "), errs.String())
	}
	return result{status: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
}

// environment leaves out the settings of whoever runs the tests.
func environment(extra ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PAXSCORE_") {
			env = append(env, e)
		}
	}
	return append(env, extra...)
}

// must runs a command line that has to succeed.
func must(t *testing.T, dir string, args ...string) result {
	t.Helper()
	r := program(t, dir, args...)
	if r.status != 0 {
		t.Fatalf("paxscore %s: status %d\n%s%s", strings.Join(args, " "), r.status, r.out, r.err)
	}
	return r
}

// server is a running program.
type server struct {
	url  string
	cmd  *exec.Cmd
	out  io.Reader
	errs *bytes.Buffer
}

const testKey = "a-key-for-tests-only-0123456789"

// start runs serve on a free port and waits until it says its address.
func start(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	s := launch(t, dir, args...)
	s.ready(t)
	return s
}

// launch runs serve on a free port; ready waits until it serves.
func launch(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Dir = dir
	cmd.Env = environment("PAXSCORE_KEY=" + testKey)
	s := &server{cmd: cmd, errs: &bytes.Buffer{}}
	cmd.Stderr = s.errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && cmd.ProcessState == nil {
			s.quit(t)
		}
		cmd.Process.Kill()
		cmd.Wait()
	})
	return s
}

// quit ends a server that a test failed with, and logs what its goroutines were doing.
func (s *server) quit(t *testing.T) {
	t.Helper()
	timer := time.AfterFunc(10*time.Second, func() { s.cmd.Process.Kill() })
	defer timer.Stop()
	s.cmd.Process.Signal(syscall.SIGQUIT)
	s.cmd.Wait()
	said := s.errs.String()
	t.Logf("the server says:\n%.30000s", said[max(0, strings.Index(said, "SIGQUIT")-2000):])
}

func (s *server) ready(t *testing.T) {
	t.Helper()
	lines := bufio.NewScanner(s.out)
	address := regexp.MustCompile(`serves (http://\S+)`)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			go io.Copy(io.Discard, s.out)
			return
		}
	}
	s.cmd.Wait()
	t.Fatalf("the server did not start:\n%s", s.errs)
}

// stop ends the server as a supervisor does and returns its exit status.
func (s *server) stop(t *testing.T) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// get fetches a page with the test key.
func (s *server) get(t *testing.T, path string) (status int, body []byte) {
	t.Helper()
	return s.do(t, http.MethodGet, path, "", nil)
}

func (s *server) do(t *testing.T, method, path, contentType string, body io.Reader) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testKey)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", method, path, err, s.errs)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, b
}

// decode reads JSON.
func decode[T any](t *testing.T, b []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("not JSON: %v\n%.500s", err, b)
	}
	return v
}
