package main_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys"
)

// TestSeveralServers: three servers on one database behind a balancer, one of which is killed. Each response and each token
// counts once, whichever server it is sent to, and what one server has acknowledged is in the next answer of the others.
func TestSeveralServers(t *testing.T) {
	url := testdb.Postgres(t)
	servers := make([]*server, 3)
	for i := range servers {
		servers[i] = start(t, t.TempDir(), "--db", url)
	}
	passengers, rounds := faults()
	random := rand.New(rand.NewPCG(3, 3))
	l := startLoad(t, passengers, inviteAll(t, servers[0], 300), servers[0].url, servers[1].url, servers[2].url)
	for range 4 * rounds {
		sameIDAtOnce(t, l, random, servers)
		sameTokenAtOnce(t, l, random, servers)
	}
	for i := range rounds {
		l.acknowledged(200)
		killed := i % 3
		if err := servers[killed].cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		servers[killed].cmd.Wait()
		l.acknowledged(100) // by the others
		servers[killed] = start(t, t.TempDir(), "--db", url)
		l.servedAt(servers[0].url, servers[1].url, servers[2].url)
	}
	l.acknowledged(100)
	checkStored(t, url, l, servers...)

	// The passengers have gone; now each answer can be held against each response.
	for i := range 12 {
		to, asked := servers[i%3], servers[(i+1+i%2)%3]
		id := surveys.NewResponseID(time.Now()).String()
		if status, answer := to.submit(t, submission(random, id, "")); status != http.StatusCreated {
			t.Fatalf("submit: %d %s", status, answer)
		}
		acknowledged := time.Now()
		l.acked[id] = true
		if n := asked.read(t); n != len(l.acked) {
			t.Errorf("server %d has %d responses in its figures, %d were acknowledged, the last by server %d", (i+1+i%2)%3, n, len(l.acked), i%3)
		}
		if took := time.Since(acknowledged); took > time.Second {
			t.Errorf("the answer with the new response took %s", took)
		}
	}
	checkStored(t, url, l, servers...)
	for _, s := range servers {
		s.end(t)
	}
}

func (s *server) submit(t *testing.T, body []byte) (status int, answer []byte) {
	t.Helper()
	return s.do(t, http.MethodPost, "/api/v1/surveys/default/responses", "application/json", bytes.NewReader(body))
}

// read is how many responses the server's figures rest on.
func (s *server) read(t *testing.T) int {
	t.Helper()
	status, body := s.get(t, "/api/v1/surveys/default/scores?all_rows=true")
	if status != http.StatusOK {
		t.Fatalf("scores: %d %s", status, body)
	}
	return decode[*reports.Report](t, body).Responses.Read
}

// atOnce sends a body to each server at the same moment, again where no answer comes, and counts the answers: an overloaded
// machine ends connections, too.
func atOnce(t *testing.T, servers []*server, bodies [][]byte) (statuses map[int]int, answers [][]byte, lost bool) {
	t.Helper()
	var all sync.WaitGroup
	statuses, answers = map[int]int{}, make([][]byte, len(servers))
	got, attempts, errs := make([]int, len(servers)), make([]int, len(servers)), make([]error, len(servers))
	for i, s := range servers {
		l := &load{t: t, client: http.DefaultClient}
		l.servedAt(s.url)
		all.Go(func() {
			for errs[i] = io.EOF; errs[i] != nil && attempts[i] < 10; attempts[i]++ {
				got[i], _, answers[i], errs[i] = l.send(bodies[i])
			}
		})
	}
	all.Wait()
	for i := range servers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		statuses[got[i]]++
		lost = lost || attempts[i] > 1
	}
	return statuses, answers, lost
}

func sameIDAtOnce(t *testing.T, l *load, random *rand.Rand, servers []*server) {
	t.Helper()
	id := surveys.NewResponseID(time.Now()).String()
	body := submission(random, id, "")
	statuses, answers, lost := atOnce(t, servers, [][]byte{body, body, body})
	once := statuses[201] == 1 && statuses[200] == 2 || lost && statuses[200] == 3 // the first answer was lost
	if !once || !bytes.Equal(answers[0], answers[1]) || !bytes.Equal(answers[0], answers[2]) {
		t.Errorf("one id sent to three servers at once: statuses %v, answers %s", statuses, answers)
	}
	l.note(id, "")
}

func sameTokenAtOnce(t *testing.T, l *load, random *rand.Rand, servers []*server) {
	t.Helper()
	token := inviteAll(t, servers[0], 1)[0]
	bodies, ids := make([][]byte, 3), make([]string, 3)
	for i := range bodies {
		ids[i] = surveys.NewResponseID(time.Now()).String()
		bodies[i] = submission(random, ids[i], token)
	}
	statuses, answers, lost := atOnce(t, servers, bodies)
	if statuses[409] != 2 || statuses[201] != 1 && !(lost && statuses[200] == 1) {
		t.Errorf("one token sent to three servers at once: statuses %v, answers %s", statuses, answers)
	}
	for i, answer := range answers {
		if bytes.Contains(answer, []byte(`"received_at"`)) {
			l.note(ids[i], token)
		}
	}
}

// note adds a response that was acknowledged outside the load.
func (l *load) note(id, token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked[id] = true
	if token != "" {
		l.used++
	}
	l.look()
}

// TestDemonstrationStudyOnce: of servers that start at once, one loads the study, and all serve it.
func TestDemonstrationStudyOnce(t *testing.T) {
	url := testdb.Postgres(t)
	servers := make([]*server, 3)
	for i := range servers {
		servers[i] = launch(t, t.TempDir(), "--db", url, "--demo")
	}
	for _, s := range servers {
		s.ready(t)
		if n := s.read(t); n != 10300 {
			t.Errorf("a server that is ready has %d responses of the study, want 10300", n)
		}
	}
	var said []string
	for _, s := range servers {
		s.end(t)
		for line := range strings.Lines(s.errs.String()) {
			if strings.HasPrefix(line, "loaded") {
				said = append(said, line)
			}
		}
	}
	if want := "loaded 10,300 responses of the demonstration study\n"; fmt.Sprint(said) != fmt.Sprint([]string{want}) {
		t.Errorf("the servers say %q, want %q once", said, want)
	}
}
