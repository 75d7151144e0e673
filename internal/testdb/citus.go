package testdb

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"testing"

	"paxscore/store"
)

// distributed creates a database on every node of a Citus cluster, of which the first is the coordinator and the server
// itself, and spreads the tables over them.
func (s *postgresServer) distributed(t testing.TB, nodes []string) string {
	t.Helper()
	coordinator := s.create(t, "template0")
	u, err := url.Parse(coordinator)
	if err != nil {
		t.Fatal(err)
	}
	run := func(url, statement string) {
		t.Helper()
		if err := execute(t.Context(), url, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run(coordinator, "CREATE EXTENSION citus")
	for i, node := range nodes {
		host, port, err := net.SplitHostPort(node)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			run(coordinator, fmt.Sprintf("SELECT citus_set_coordinator_host('%s', %s)", host, port))
			continue
		}
		worker := *u
		worker.Host = node
		admin := worker
		admin.Path = "/postgres"
		name := u.Path[1:]
		run(admin.String(), "CREATE DATABASE "+name)
		t.Cleanup(func() {
			_ = execute(context.WithoutCancel(t.Context()), admin.String(), "DROP DATABASE "+name+" WITH (FORCE)")
		})
		run(worker.String(), "CREATE EXTENSION citus")
		run(coordinator, fmt.Sprintf("SELECT citus_add_node('%s', %s)", host, port))
	}
	if _, _, err := store.Migrate(t.Context(), coordinator); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Distribute(t.Context(), coordinator); err != nil {
		t.Fatal(err)
	}
	return coordinator
}
