package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"paxscore/api"
	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

// key is the bearer key of the servers that are measured, which nobody else can reach for longer than that takes.
const key = "measured-on-this-machine-only"

// idle is a store that takes every response and does nothing with it, and remembers the survey.
type idle struct {
	surveys.Store
	survey *surveys.Survey
}

func (s idle) FindSurvey(context.Context, surveys.SurveyKey, int) (*surveys.Survey, error) {
	return s.survey, nil
}
func (s idle) ListWaves(context.Context, surveys.SurveyKey) ([]surveys.Wave, error) { return nil, nil }
func (s idle) InForce(context.Context, surveys.SurveyKey, bool) (*surveys.InForce, error) {
	return &surveys.InForce{Survey: s.survey}, nil
}
func (s idle) SubmitResponse(_ context.Context, r *surveys.Response, _ *surveys.TokenHash) (surveys.Receipt, error) {
	return surveys.Receipt{ID: r.ID, Survey: r.Survey, Version: r.Version, ReceivedAt: r.ReceivedAt}, nil
}

// http posts submissions one by one and in bulk to a server on the database, whose client is in the same process, as is that of the baseline.
func (b *run) http(ctx context.Context, d *database) error {
	if !b.wants(HTTP) {
		return nil
	}
	b.Progress("submissions over HTTP on " + d.name)
	durable, err := newServer(ctx, d.service)
	if err != nil {
		return err
	}
	defer durable.close()
	nothing, err := newServer(ctx, surveys.NewService(idle{d.store, d.survey}))
	if err != nil {
		return err
	}
	defer nothing.close()
	n, lines := min(20_000, max(500, b.Responses/50)), b.grouped()
	if err := d.settle(ctx); err != nil {
		return err
	}
	var singles, idles []time.Duration
	took, err := medians(ctx, b.Runs,
		func() (time.Duration, error) { return nothing.postAll(ctx, d.bodies(n), &idles) },
		func() (time.Duration, error) { return durable.postAll(ctx, d.bodies(n), &singles) })
	if err != nil {
		return err
	}
	bulk, err := medians(ctx, b.few(),
		func() (time.Duration, error) { return durable.postLines(ctx, d.bodies(lines)) },
		d.group(ctx, lines))
	if err != nil {
		return err
	}
	d.held += (b.Runs+1)*n + (b.few()+1)*lines
	single := fmt.Sprintf("single submissions over HTTP, durable, %d connections, %s", connections, d.name)
	b.add(Row{Part: HTTP, What: single, Figure: perSecond(n, took[1]), Unit: "responses/s",
		Baseline: "a store that does nothing", BaselineFigure: perSecond(n, took[0]), Target: "at least 0.6", Runs: b.Runs})
	b.add(Row{Part: HTTP, What: "the same, 99 of 100 are answered within", Figure: milliseconds(percentile99(singles[n:])), Unit: "ms",
		Baseline: "a store that does nothing", BaselineFigure: milliseconds(percentile99(idles[n:])), Target: "below 20 ms", Runs: b.Runs})
	b.add(Row{Part: HTTP, What: "bulk submission, " + d.name, Figure: perSecond(lines, bulk[0]), Unit: "responses/s",
		Baseline: "group commit without HTTP", BaselineFigure: perSecond(lines, bulk[1]), Target: "at least 0.5", Runs: b.few()})
	return nil
}

// percentile99 is the time within which 99 of 100 are done.
func percentile99(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[(len(took)-1)*99/100]
}

// bodies are new submissions that rate every item.
func (d *database) bodies(n int) [][]byte {
	var answers []string
	for _, item := range d.survey.Questionnaire.Rated() {
		answers = append(answers, fmt.Sprintf("%q:7", item.Key))
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"id":"%v","seconds":74,"answers":{%s},"attributes":{"cabin":"economy","flight":"120"}}`, d.next(), strings.Join(answers, ","))
	}
	return out
}

// server is the API on a port of this machine.
type server struct {
	url    string
	http   *http.Server
	client *http.Client
}

func newServer(ctx context.Context, service *surveys.Service) (*server, error) {
	logger := slog.New(slog.DiscardHandler)
	engine, err := middleware.NewEngine(middleware.Config{Logger: logger, Metrics: middleware.NewMetrics()})
	if err != nil {
		return nil, err
	}
	if err := api.Mount(engine, api.Config{Service: service, Reports: reports.NewLive(service.Store), Logger: logger, EnvKey: key}); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{url: "http://" + listener.Addr().String() + "/api/v1/surveys/default/responses", http: &http.Server{Handler: engine},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}}
	go s.http.Serve(listener) // ends with close
	return s, nil
}

func (s *server) close() {
	s.client.CloseIdleConnections()
	s.http.Close()
}

// postAll sends each body by itself, over all connections, and adds how long each answer took.
func (s *server) postAll(ctx context.Context, bodies [][]byte, each *[]time.Duration) (time.Duration, error) {
	took := make([]time.Duration, len(bodies))
	all, err := clock(func() error {
		return eachOf(ctx, connections, len(bodies), func(ctx context.Context, i int) (err error) {
			took[i], err = clock(func() error { return s.post(ctx, bodies[i]) })
			return err
		})
	})
	*each = append(*each, took...)
	return all, err
}

func (s *server) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusCreated {
		return fmt.Errorf("a submission was answered %s", answer.Status)
	}
	return nil
}

// postLines sends all bodies as lines of one bulk submission.
func (s *server) postLines(ctx context.Context, bodies [][]byte) (time.Duration, error) {
	lines := bytes.Join(bodies, []byte("\n"))
	return clock(func() error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+":bulk", bytes.NewReader(lines))
		if err != nil {
			return err
		}
		r.Close = true // a connection of its own, as whoever sends in bulk has
		r.Header.Set("Content-Type", "application/x-ndjson")
		r.Header.Set("Authorization", "Bearer "+key)
		answer, err := s.client.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		created := 0
		answers := bufio.NewScanner(answer.Body)
		for answers.Scan() {
			if bytes.Contains(answers.Bytes(), []byte(`"status":"created"`)) {
				created++
			}
		}
		if err := answers.Err(); err != nil {
			return err
		}
		if created != len(bodies) {
			return fmt.Errorf("%d of %d lines of a bulk submission were stored", created, len(bodies))
		}
		return nil
	})
}
