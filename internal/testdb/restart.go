package testdb

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"paxscore/store"
)

// Server is a PostgreSQL server of one test, which may do with it what it likes. It goes when the test ends.
type Server struct {
	programs, folder string
	url              string // of a migrated database
}

// NewServer starts a server. PAXSCORE_TEST_POSTGRES is not used: that one is not the test's to restart.
func NewServer(t testing.TB) *Server {
	t.Helper()
	programs, err := findPostgres("/usr/lib/postgresql/*/bin")
	if err != nil {
		t.Fatal(err)
	}
	admin, lifeline, err := startPostgres(quick)
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	t.Cleanup(func() { _ = lifeline.Close() })
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{programs: programs, folder: u.Query().Get("host"), url: databaseURL(admin, "test")}
	if err := execute(t.Context(), admin, "CREATE DATABASE test TEMPLATE template0"); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	if _, _, err := store.Migrate(t.Context(), s.url); err != nil {
		t.Fatal(err)
	}
	return s
}

// URL is that of a migrated database.
func (s *Server) URL() string { return s.url }

// Restart stops the server as pg_ctl does in a mode (fast: by ending sessions; immediate: as a crash, with recovery), and
// returns when it takes connections again.
func (s *Server) Restart(t testing.TB, mode string) {
	t.Helper()
	s.run(t, "pg_ctl", "-D", "data", "-m", mode, "-w", "-t", "60", "-l", "log", "restart")
}

// SmallLog restarts the server with files of 1 MB for its log, which then fit where tables of more do not.
func (s *Server) SmallLog(t testing.TB) {
	t.Helper()
	s.run(t, "pg_ctl", "-D", "data", "-m", "fast", "-w", "-t", "60", "stop")
	s.run(t, "pg_resetwal", "-D", "data", "--wal-segsize=1")
	s.Restart(t, "fast")
}

// LimitFiles lets no file grow beyond a number of bytes, or any file again if it is 0. It holds for sessions that begin
// afterwards. PostgreSQL then fails to write with EFBIG, where a full disk gives ENOSPC.
func (s *Server) LimitFiles(t testing.TB, bytes int) {
	t.Helper()
	limit := "unlimited"
	if bytes > 0 {
		limit = strconv.Itoa(bytes)
	}
	b, err := os.ReadFile(filepath.Join(s.folder, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	s.execute(t, exec.CommandContext(t.Context(), "prlimit", "--pid", first, "--fsize="+limit+":"))
}

// run runs one of PostgreSQL's programs in the server's folder.
func (s *Server) run(t testing.TB, program string, args ...string) {
	t.Helper()
	s.execute(t, exec.CommandContext(t.Context(), filepath.Join(s.programs, program), args...))
}

func (s *Server) execute(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	cmd.Dir = s.folder
	// No pipe for what it says: the server would inherit it and keep it open.
	err := asServerUser(cmd)
	if err == nil {
		err = cmd.Run()
	}
	if err != nil {
		log, _ := exec.Command("tail", filepath.Join(s.folder, "log")).Output()
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, log)
	}
}

// asServerUser lets a command run as the user of the server.
func asServerUser(cmd *exec.Cmd) error {
	if syscall.Getuid() != 0 {
		return nil
	}
	uid, gid, err := unprivileged()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	return nil
}
