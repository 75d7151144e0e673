package api_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"paxscore/api"
	"paxscore/internal/middleware"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// nothing is a store that takes every response and does nothing with it, and remembers the survey.
type nothing struct {
	surveys.Store
	survey *surveys.Survey
}

func (n nothing) FindSurvey(context.Context, surveys.SurveyKey, int) (*surveys.Survey, error) {
	return n.survey, nil
}
func (n nothing) ListWaves(context.Context, surveys.SurveyKey) ([]surveys.Wave, error) {
	return nil, nil
}
func (n nothing) InForce(context.Context, surveys.SurveyKey, bool) (*surveys.InForce, error) {
	return &surveys.InForce{Survey: n.survey}, nil
}
func (n nothing) SubmitResponse(_ context.Context, r *surveys.Response, _ *surveys.TokenHash) (surveys.Receipt, error) {
	return surveys.Receipt{ID: r.ID, Survey: r.Survey, Version: r.Version, ReceivedAt: r.ReceivedAt}, nil
}

// BenchmarkSubmit posts submissions of the default survey over 64 connections to a server on PostgreSQL with its default
// settings, and in turns to one whose store does nothing; and the same lines in bulk, to hold against 512 writers who
// call the store themselves.
func BenchmarkSubmit(b *testing.B) {
	const connections, size = 64, 20_000
	st, err := store.Open(b.Context(), testdb.DurablePostgres(b))
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	service := surveys.NewService(st)
	if _, err := service.Publish(b.Context(), surveyfile.Default()); err != nil {
		b.Fatal(err)
	}
	survey, err := st.FindSurvey(b.Context(), "default", 0)
	if err != nil {
		b.Fatal(err)
	}
	durable, idle := benchServer(b, service), benchServer(b, surveys.NewService(nothing{st, survey}))
	var ours, base, bulk, direct time.Duration
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		postAll(b, idle, connections, benchBodies(size))
		base += time.Since(start)

		start = time.Now()
		took = append(took, postAll(b, durable, connections, benchBodies(size))...)
		ours += time.Since(start)

		lines := bytes.Join(benchBodies(5*size), []byte("\n"))
		start = time.Now()
		postLines(b, durable, lines, 5*size)
		bulk += time.Since(start)

		responses := make([]*surveys.Response, 5*size)
		for i := range responses {
			seven := 7
			sub := surveys.Submission{ID: surveys.ResponseID(uuid.Must(uuid.NewV7())), Answers: map[surveys.ItemKey]surveys.Answer{}}
			for _, item := range survey.Questionnaire.Rated() {
				sub.Answers[item.Key] = surveys.Answer{Rating: &seven}
			}
			if responses[i], err = surveys.Check(survey, sub, time.Now()); err != nil {
				b.Fatal(err)
			}
		}
		start = time.Now()
		var next atomic.Int64
		var all sync.WaitGroup
		for range 512 {
			all.Go(func() {
				for i := next.Add(1) - 1; int(i) < len(responses); i = next.Add(1) - 1 {
					if _, err := st.SubmitResponse(b.Context(), responses[i], nil); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		direct += time.Since(start)
	}
	slices.Sort(took)
	n := float64(b.N * size)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(n/ours.Seconds(), "posts/s")
	b.ReportMetric(base.Seconds()/ours.Seconds(), "x_nothing")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99_ms")
	b.ReportMetric(5*n/bulk.Seconds(), "lines/s")
	b.ReportMetric(direct.Seconds()/bulk.Seconds(), "x_store")
}

func benchServer(b *testing.B, service *surveys.Service) string {
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	engine, err := middleware.NewEngine(middleware.Config{Logger: logger})
	if err != nil {
		b.Fatal(err)
	}
	cfg := api.Config{Service: service, Reports: reports.NewLive(service.Store), Logger: logger, EnvKey: environmentKey}
	if err := api.Mount(engine, cfg); err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(engine)
	b.Cleanup(server.Close)
	return server.URL + "/api/v1/surveys/default/responses"
}

// benchBodies are submissions that rate every item.
func benchBodies(n int) [][]byte {
	var answers []string
	q := surveyfile.Default().Questionnaire
	for _, item := range q.Rated() {
		answers = append(answers, fmt.Sprintf("%q:7", item.Key))
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"id":%q,"seconds":74,"answers":{%s},"attributes":{"cabin":"economy","flight":"120"}}`,
			uuid.Must(uuid.NewV7()), strings.Join(answers, ","))
	}
	return out
}

// postAll sends each body by itself and returns how long each answer took.
func postAll(b *testing.B, url string, connections int, bodies [][]byte) []time.Duration {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, len(bodies))
	var next atomic.Int64
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(bodies); i = next.Add(1) - 1 {
				start := time.Now()
				resp, err := client.Post(url, "application/json", bytes.NewReader(bodies[i]))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusCreated {
					b.Errorf("answered %d", resp.StatusCode)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	all.Wait()
	return took
}

func postLines(b *testing.B, url string, lines []byte, n int) {
	r, err := http.NewRequestWithContext(b.Context(), "POST", url+":bulk", bytes.NewReader(lines))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+environmentKey)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	created := 0
	for answers := bufio.NewScanner(resp.Body); answers.Scan(); {
		if bytes.Contains(answers.Bytes(), []byte(`"status":"created"`)) {
			created++
		}
	}
	if created != n {
		b.Fatalf("%d of %d lines were stored", created, n)
	}
}
