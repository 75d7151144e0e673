package main_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"paxscore/internal/testdb"
)

// faults is how hard the fault runs are: PAXSCORE_SOAK=1, as make soak sets it, asks for the long ones.
func faults() (passengers, kills int) {
	if os.Getenv("PAXSCORE_SOAK") != "" {
		return 512, 20
	}
	return 64, 2
}

// begin starts a server with invitations to use up, and passengers.
func begin(t *testing.T, url string, args ...string) (*server, *load) {
	t.Helper()
	passengers, _ := faults()
	s := start(t, t.TempDir(), append([]string{"--db", url}, args...)...)
	return s, startLoad(t, passengers, inviteAll(t, s, 300), s.url)
}

func inviteAll(t *testing.T, s *server, n int) []string {
	t.Helper()
	status, body := s.do(t, "POST", "/api/v1/surveys/default/invitations", "application/json",
		strings.NewReader(`{"invitations":[`+strings.TrimSuffix(strings.Repeat(`{},`, n), ",")+`]}`))
	if status != 201 {
		t.Fatalf("invite: %d %s", status, body)
	}
	answer := decode[struct{ Invitations []struct{ Token string } }](t, body)
	tokens := make([]string, len(answer.Invitations))
	for i, invitation := range answer.Invitations {
		tokens[i] = invitation.Token
	}
	return tokens
}

// healthy fails the test if the program panicked or raced.
func (s *server) healthy(t *testing.T) {
	t.Helper()
	for _, bad := range []string{"panic", "DATA RACE", "fatal error"} {
		if at := strings.Index(s.errs.String(), bad); at >= 0 {
			t.Fatalf("the server says:\n%.3000s", s.errs.String()[at:])
		}
	}
}

// end stops the server in order and looks at what it said.
func (s *server) end(t *testing.T) {
	t.Helper()
	if status := s.stop(t); status != 0 {
		t.Errorf("the server stopped with status %d", status)
	}
	s.healthy(t)
}

func TestFaultKilled(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		_, kills := faults()
		s, l := begin(t, url)
		random := rand.New(rand.NewPCG(1, 1))
		for range kills {
			l.acknowledged(1 + random.IntN(1000))
			// Anywhere between two commits.
			<-time.After(time.Duration(random.IntN(20_000)) * time.Microsecond)
			if err := s.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			s.cmd.Wait()
			s.healthy(t)
			s = start(t, t.TempDir(), "--db", url)
			l.servedAt(s.url)
		}
		l.acknowledged(100)
		checkStored(t, url, l, s)
		s.end(t)
		if l.lost < kills {
			t.Errorf("%d attempts were lost by %d kills", l.lost, kills)
		}
	})
}

func TestFaultPostgres(t *testing.T) {
	database := testdb.NewServer(t)
	proxy := testdb.Proxy(t, database.URL())
	s, l := begin(t, proxy.URL())
	_, rounds := faults()
	for i := range rounds {
		l.acknowledged(200)
		switch i % 5 {
		case 0:
			database.Restart(t, "immediate")
		case 1:
			proxy.CutAfter("commit")
		case 2:
			database.Restart(t, "fast")
		case 3:
			proxy.Cut()
		case 4:
			proxy.Refuse()
			l.failed(l.refusals() + 1)
			proxy.Resume()
		}
	}
	l.acknowledged(200)
	checkStored(t, database.URL(), l, s)
	s.end(t)
}

// TestFaultQueueFull: while the database takes nothing, submissions beyond the queue are told to come again, and come.
func TestFaultQueueFull(t *testing.T) {
	const queue = "16"
	t.Run("sqlite", func(t *testing.T) {
		url := testdb.SQLite(t)
		s, l := begin(t, url, "--queue", queue)
		l.acknowledged(50)
		conn, err := openSQL(t, url).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, statement := range []string{"BEGIN IMMEDIATE", "ROLLBACK"} {
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			if statement == "BEGIN IMMEDIATE" {
				l.overloaded(20)
			}
		}
		l.acknowledged(200)
		checkStored(t, url, l, s)
		s.end(t)
	})
	t.Run("postgres", func(t *testing.T) {
		url := testdb.Postgres(t)
		proxy := testdb.Proxy(t, url)
		s, l := begin(t, proxy.URL(), "--queue", queue)
		l.acknowledged(50)
		proxy.Hang()
		l.overloaded(20)
		proxy.Resume()
		l.acknowledged(200)
		checkStored(t, url, l, s)
		s.end(t)
	})
}

// TestFaultDiskFull lets no file of the database grow: a limit on the size of files is what an unprivileged test can set
// and lift on a running program. SQLite and PostgreSQL fail to write with EFBIG where a full disk gives ENOSPC.
func TestFaultDiskFull(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		url := testdb.SQLite(t)
		s, l := begin(t, url)
		l.acknowledged(50)
		limitFiles(t, s.cmd.Process.Pid, "65536")
		l.failed(20)
		if status, _ := s.get(t, "/healthz"); status != 200 {
			t.Errorf("the server is not alive: %d", status)
		}
		limitFiles(t, s.cmd.Process.Pid, "unlimited")
		l.acknowledged(200)
		checkStored(t, url, l, s)
		s.end(t)
	})
	t.Run("postgres", func(t *testing.T) {
		database := testdb.NewServer(t)
		database.SmallLog(t)
		// Two rows to a page, so that the table comes to the limit soon.
		if _, err := openSQL(t, database.URL()).ExecContext(t.Context(), "ALTER TABLE responses SET (fillfactor = 10)"); err != nil {
			t.Fatal(err)
		}
		s, l := begin(t, database.URL())
		l.acknowledged(50)
		// Tables do not grow any more, the log does: its files have their size from the beginning.
		database.LimitFiles(t, 1<<20)
		endSessions(t, database.URL()) // theirs are the limits of when they began
		before := l.refusals()
		l.failed(before + 20)
		database.LimitFiles(t, 0)
		endSessions(t, database.URL())
		l.acknowledged(200)
		checkStored(t, database.URL(), l, s)
		s.end(t)
	})
}

// endSessions ends the sessions of everybody else.
func endSessions(t *testing.T, url string) {
	t.Helper()
	const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	db := openSQL(t, url)
	if _, err := db.ExecContext(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	db.Close()
}

// limitFiles sets how large a file may become that a program writes.
func limitFiles(t *testing.T, pid int, bytes string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// refusals is how often 503 was answered so far.
func (l *load) refusals() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused
}
