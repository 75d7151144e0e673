package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// load is many passengers who submit through retries: whatever happens, a response goes again under its id until it is
// acknowledged.
type load struct {
	t      *testing.T
	client *http.Client
	urls   atomic.Pointer[[]string] // of the servers, in turn
	turn   atomic.Uint64
	tokens chan string // invitations to use up

	stop    chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	acked    map[string]bool // ids
	used     int             // tokens given with acknowledged responses
	lost     int             // attempts without an answer
	refused  int             // attempts answered 503
	overload int             // of these, because the queue was full
	repeats  int             // attempts answered 200: stored by an earlier one
	moments  []moment
}

// moment is waited for: a count has come to a number.
type moment struct {
	count  *int
	number int
	come   chan struct{}
}

// startLoad lets n passengers begin. They end with finish.
func startLoad(t *testing.T, n int, tokens []string, urls ...string) *load {
	transport := &http.Transport{MaxIdleConnsPerHost: n}
	l := &load{
		t: t, client: &http.Client{Transport: transport, Timeout: 2 * time.Minute},
		tokens: make(chan string, len(tokens)), stop: make(chan struct{}), acked: map[string]bool{},
	}
	for _, token := range tokens {
		l.tokens <- token
	}
	l.servedAt(urls...)
	for i := range n {
		l.running.Go(func() { l.submit(rand.New(rand.NewPCG(7, uint64(i)))) })
	}
	t.Cleanup(func() {
		l.finish()
		transport.CloseIdleConnections()
	})
	return l
}

// servedAt says where the servers are now.
func (l *load) servedAt(urls ...string) { l.urls.Store(&urls) }

// finish lets every passenger end the response that is under way.
func (l *load) finish() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.running.Wait()
}

// acknowledged waits until n more responses are acknowledged.
func (l *load) acknowledged(n int) {
	l.t.Helper()
	l.mu.Lock()
	count := len(l.acked)
	l.mu.Unlock()
	l.await("acknowledged responses", nil, count+n)
}

// overloaded waits until n submissions in all found the queue full, failed until n were refused for any reason.
func (l *load) overloaded(n int) { l.t.Helper(); l.await("full queues", &l.overload, n) }
func (l *load) failed(n int)     { l.t.Helper(); l.await("refused submissions", &l.refused, n) }

func (l *load) await(what string, count *int, number int) {
	l.t.Helper()
	m := moment{count: count, number: number, come: make(chan struct{})}
	l.mu.Lock()
	l.moments = append(l.moments, m)
	l.look()
	l.mu.Unlock()
	patience, cancel := context.WithTimeout(l.t.Context(), 2*time.Minute)
	defer cancel()
	select {
	case <-m.come:
	case <-patience.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		l.t.Fatalf("waited for %d %s: %d acknowledged, %d refused, %d of them overload, %d lost", number, what, len(l.acked), l.refused, l.overload, l.lost)
	}
}

// look tells those who wait for a moment that has come. The caller holds mu.
func (l *load) look() {
	rest := l.moments[:0]
	for _, m := range l.moments {
		if m.count == nil && len(l.acked) >= m.number || m.count != nil && *m.count >= m.number {
			close(m.come)
		} else {
			rest = append(rest, m)
		}
	}
	l.moments = rest
}

// submit is one passenger after another.
func (l *load) submit(random *rand.Rand) {
	for {
		select {
		case <-l.stop:
			return
		default:
		}
		id := surveys.NewResponseID(time.Now()).String()
		token := ""
		if random.IntN(4) == 0 {
			select {
			case token = <-l.tokens:
			default: // all used
			}
		}
		body := submission(random, id, token)
		first := l.until(random, body, http.StatusCreated, http.StatusOK)
		if first == nil {
			return
		}
		l.mu.Lock()
		l.acked[id] = true
		if token != "" {
			l.used++
		}
		l.look()
		l.mu.Unlock()
		if random.IntN(10) == 0 { // a tap too many
			if again := l.until(random, body, http.StatusOK); again != nil && !bytes.Equal(first, again) {
				l.t.Errorf("the receipt of %s changed from %s to %s", id, first, again)
			}
		}
	}
}

// until sends a submission until it is answered with one of the statuses, and returns the receipt; nil when the test is
// over or the answer is wrong.
func (l *load) until(random *rand.Rand, body []byte, wanted ...int) []byte {
	for attempt := 0; l.t.Context().Err() == nil; attempt++ {
		status, retryAfter, answer, err := l.send(body)
		pause := time.Duration(5+random.IntN(45)) * time.Millisecond
		l.mu.Lock()
		switch {
		case err != nil:
			l.lost++
		case status == http.StatusServiceUnavailable:
			l.refused++
			if bytes.Contains(answer, []byte("problem:overloaded")) {
				l.overload++
			}
			l.look()
		case status == http.StatusOK:
			l.repeats++
		}
		l.mu.Unlock()
		switch {
		case err != nil:
		case status == http.StatusServiceUnavailable:
			seconds, err := strconv.Atoi(retryAfter)
			if err != nil || seconds < 1 {
				l.t.Errorf("503 with Retry-After %q", retryAfter)
				return nil
			}
			pause += time.Duration(seconds) * time.Second
		default:
			for _, w := range wanted {
				if status == w {
					return answer
				}
			}
			l.t.Errorf("attempt %d: status %d, want %d: %s\n%s", attempt+1, status, wanted, answer, body)
			return nil
		}
		select {
		case <-time.After(pause): // as a client that does what it is told
		case <-l.t.Context().Done():
		}
	}
	return nil
}

func (l *load) send(body []byte) (status int, retryAfter string, answer []byte, err error) {
	urls := *l.urls.Load()
	url := urls[l.turn.Add(1)%uint64(len(urls))]
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, url+"/api/v1/surveys/default/responses", bytes.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := l.client.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("Retry-After"), answer, err
}

// defaultSurvey reads the file once: to read it for every submission would take more of the processor than the servers have.
var defaultSurvey = sync.OnceValue(surveyfile.Default)

// submission is a response to the default survey: some questions left out, some that do not apply.
func submission(random *rand.Rand, id, token string) []byte {
	q := &defaultSurvey().Questionnaire
	answers := map[string]any{}
	for _, item := range q.Rated() {
		scale, _ := q.Scale(item.Scale)
		if random.IntN(8) != 0 {
			answers[string(item.Key)] = scale.Low + random.IntN(scale.High-scale.Low+1)
		}
	}
	sub := map[string]any{"id": id, "answers": answers}
	if token != "" {
		sub["token"] = token
	}
	if random.IntN(3) == 0 {
		sub["attributes"] = map[string]string{"cabin": []string{"economy", "business"}[random.IntN(2)]}
	}
	body, err := json.Marshal(sub)
	if err != nil {
		panic(fmt.Sprint("a submission does not marshal: ", err))
	}
	return body
}
