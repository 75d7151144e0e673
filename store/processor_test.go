package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processorTime is the processor time, user and system, of this process and of the PostgreSQL server on this machine that db
// speaks to, nil for none; of the server only what its present processes took.
func processorTime(b *testing.B, db *sql.DB) (total time.Duration) {
	b.Helper()
	var own syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	total = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	if db == nil {
		return total
	}
	var backend int
	must(b, db.QueryRowContext(context.Background(), "SELECT pg_backend_pid()").Scan(&backend))
	server, _, ok := processTimes(fmt.Sprintf("/proc/%d/stat", backend))
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	must(b, err)
	for _, file := range files {
		if parent, ticks, read := processTimes(file); ok && read && parent == server {
			total += time.Duration(ticks) * time.Second / 100
		}
	}
	return total
}

// processTimes reads the parent and the ticks, of a hundredth second, of a process; see proc(5).
func processTimes(file string) (parent, ticks int, ok bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, false // it has ended
	}
	var state string
	var user, system, x int
	_, behind, _ := strings.Cut(string(text), ") ")
	n, _ := fmt.Sscan(behind, &state, &parent, &x, &x, &x, &x, &x, &x, &x, &x, &x, &user, &system)
	return parent, user + system, n == 13
}
