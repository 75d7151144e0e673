package testdb

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// watch runs a server until its standard input ends, which happens when the test process does, and leaves nothing behind.
// Arguments: folder of the programs, folder of the server, settings.
const watch = `
cd "$2" || exit 1
"$1/initdb" -D data -U postgres -E UTF8 --no-locale --auth=trust --no-sync >log 2>&1 &&
"$1/pg_ctl" -D data -w -t 60 -l log -o "-k '$2' -c listen_addresses= $3" start >>log 2>&1 &&
echo ready || { tail -n 20 log; exit 1; }
read -r _
"$1/pg_ctl" -D data -m immediate stop >>log 2>&1
cd / && rm -rf "$2"
`

// quick keeps a server from writing through to the disk: it lives for one test run.
const quick = "-c fsync=off -c full_page_writes=off"

// startPostgres starts a server of a new, empty cluster on a Unix socket, with settings beside the usual ones, and returns
// its administrator's URL. The server ends when lifeline is closed, by the end of this process at the latest.
func startPostgres(settings string) (admin string, lifeline io.Closer, err error) {
	programs, err := findPostgres("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command("sh", "-c", watch, "sh", programs, dir, settings)
	cmd.Dir = "/"
	// In a group of its own it survives an interrupt of the tests long enough to clean up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		// PostgreSQL refuses to run as root.
		uid, gid, err := unprivileged()
		if err != nil {
			return "", nil, err
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return "", nil, err
		}
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	if lifeline, err = cmd.StdinPipe(); err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	said := bufio.NewScanner(out)
	var lines []string
	for said.Scan() {
		if said.Text() == "ready" {
			q := url.Values{"host": {dir}, "user": {"postgres"}}
			return "postgres:///postgres?" + q.Encode(), lifeline, nil
		}
		lines = append(lines, said.Text())
	}
	return "", nil, errors.Join(fmt.Errorf("the server did not start:\n%s", strings.Join(lines, "\n")), cmd.Wait(), os.RemoveAll(dir))
}

// findPostgres returns the folder of PostgreSQL's programs: the one in PATH, else the newest of those that Debian installs.
func findPostgres(debian string) (string, error) {
	var folders []string
	if found, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(found); err == nil {
			folders = append(folders, filepath.Dir(real))
		}
	}
	installed, err := filepath.Glob(debian)
	if err != nil {
		return "", err
	}
	slices.SortFunc(installed, func(a, b string) int { return cmp.Compare(major(b), major(a)) })
	for _, f := range append(folders, installed...) {
		if runnable(f, "initdb") && runnable(f, "pg_ctl") && runnable(f, "postgres") {
			return f, nil
		}
	}
	return "", errors.New("PostgreSQL is not installed: apt-get install postgresql, or set PAXSCORE_TEST_POSTGRES to the URL of an " +
		"administrator of a running server")
}

// major is the 15 of /usr/lib/postgresql/15/bin.
func major(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder))) // 0 sorts last
	return n
}

func runnable(folder, program string) bool {
	info, err := os.Stat(filepath.Join(folder, program))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// unprivileged returns the user to run the server as when the tests run as root.
func unprivileged() (uid, gid uint32, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		id, err1 := strconv.ParseUint(u.Uid, 10, 32)
		group, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return 0, 0, err
		}
		return uint32(id), uint32(group), nil
	}
	return 0, 0, errors.New("there is no user postgres or nobody to run the server as")
}
