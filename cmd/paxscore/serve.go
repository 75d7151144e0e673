package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"paxscore/api"
	"paxscore/imports"
	"paxscore/internal/heap"
	"paxscore/internal/middleware"
	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
	"paxscore/web"
)

type serveCommand struct {
	database
	Addr           string        `env:"PAXSCORE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${env})."`
	Demo           bool          `help:"Load the demonstration study once, and print a key for this run."`
	Key            string        `env:"PAXSCORE_KEY" hidden:"" help:"Bearer key that needs no database."`
	KeyFile        string        `env:"PAXSCORE_KEY_FILE" type:"existingfile" placeholder:"FILE" help:"File with a bearer key that needs no database (${env}; or the key itself in PAXSCORE_KEY)."`
	TrustedProxies []string      `env:"PAXSCORE_TRUSTED_PROXIES" placeholder:"NET" help:"Proxies whose X-Forwarded-For is believed (${env})."`
	Grace          time.Duration `default:"20s" help:"Time that running requests are given when the server stops."`
	Queue          int           `env:"PAXSCORE_QUEUE" default:"4096" placeholder:"N" help:"Submissions that may wait to be stored; beyond, clients are asked to come again in a second (${env})."`
	Snapshots      string        `env:"PAXSCORE_SNAPSHOTS" type:"path" placeholder:"DIR" help:"Folder for files of the responses in memory, so that the next start need not read them all from the database (${env})."`
	Sums           string        `env:"PAXSCORE_SUMS" enum:"memory,database" default:"memory" placeholder:"PLACE" help:"Where the sums of reports are taken: memory, or database (PostgreSQL only; weighted answers and other questions come from memory all the same) (${env})."`
	LogFormat      string        `env:"PAXSCORE_LOG_FORMAT" enum:"text,json" default:"text" help:"text or json (${env})."`
}

func (c serveCommand) Help() string {
	return `The form is at /s/SURVEY and /s/TOKEN, the scores at /dashboard, the API under /api/v1 and its description at /docs and /openapi.json,
/healthz and /readyz for the supervisor, /metrics for Prometheus. Everything but the form needs a key: see paxscore user key.

SQLite files are brought up to date at the start; a PostgreSQL database is, by paxscore migrate.`
}

func (c serveCommand) Run(ctx context.Context, s streams) error {
	if c.Queue < 1 {
		return usage("--queue %d: at least one submission must be able to wait", c.Queue)
	}
	logger := newLogger(s.err, c.LogFormat)
	key, err := c.environmentKey()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer listener.Close()
	st, err := c.open(ctx, store.Waiting(c.Queue))
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer st.Close()
	service := surveys.NewService(st)
	if err := publishDefault(ctx, service); err != nil {
		return fmt.Errorf("serve: publish the default survey: %w", err)
	}
	if c.Demo {
		// Of several servers that start at once, one loads; the others wait and find it loaded.
		load := func(ctx context.Context) error { return loadDemo(ctx, service, s.err) }
		if err := surveys.NewJobs(st).Do(ctx, "demonstration study", load); err != nil {
			return fmt.Errorf("serve: load the demonstration study: %w", err)
		}
		if key == "" {
			key = newDemoKey()
		}
	}
	if c.Snapshots != "" {
		if err := os.MkdirAll(c.Snapshots, 0o700); err != nil {
			return fmt.Errorf("serve: --snapshots: %w", err)
		}
	}
	live := reports.NewLiveFrom(st, reports.Snapshots{Dir: c.Snapshots, Every: snapshotsEvery, Logger: logger, Now: time.Now})
	if err := sumIn(c.Sums, st, live, func(survey surveys.SurveyKey, reason string) {
		logger.Info("sums taken in memory", "survey", survey, "reason", reason)
	}); err != nil {
		return err
	}
	handler, err := newHandler(service, live, key, c.TrustedProxies, logger)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	fmt.Fprintf(s.out, "paxscore %s serves %s\n", version, address)
	if c.Demo {
		fmt.Fprintf(s.out, "  form           %s/s/default\n  scores         %s/dashboard\n  documentation  %s/docs\n  workbook       %s/api/v1/surveys/default/report.xlsx\n  key of this run to sign in with: %s\n",
			address, address, address, address, key)
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { live.Run(following) })
	background.Go(func() { heap.Bound(following, live.Bytes) })
	defer background.Wait()
	defer stop()
	return serve(ctx, &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}, listener, c.Grace, logger)
}

// snapshotsEvery is how often a snapshot is written at most; what is newer is read from the database at the next start.
const snapshotsEvery = 5 * time.Minute

// serve runs the server until ctx ends, then lets running requests finish.
func serve(ctx context.Context, server *http.Server, l net.Listener, grace time.Duration, logger *slog.Logger) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	logger.Info("stopping", "grace", grace)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
		return fmt.Errorf("serve: requests were still running after %s: %w", grace, err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	logger.Info("stopped")
	return nil
}

// newHandler joins the API and the pages on one engine.
func newHandler(service *surveys.Service, live *reports.Live, key string, proxies []string, logger *slog.Logger) (http.Handler, error) {
	metrics := middleware.NewMetrics()
	engine, err := middleware.NewEngine(middleware.Config{Logger: logger, Metrics: metrics, TrustedProxies: proxies, ErrorPage: web.ErrorPage})
	if err != nil {
		return nil, usage("%v", err)
	}
	if err := api.Mount(engine, api.Config{Service: service, Reports: live, Metrics: metrics, Logger: logger, Version: version, EnvKey: key}); err != nil {
		return nil, err
	}
	description, err := api.Description()
	if err != nil {
		return nil, err
	}
	err = web.Mount(engine, web.Config{
		Service: service, Reports: live, Auth: middleware.WithEnvironmentKey(service, key),
		OpenAPI: description, Logger: logger, DefaultSurvey: "default",
	})
	return middleware.AnswerHead(engine), err
}

// environmentKey returns the key that the environment or a file sets, or "".
func (c serveCommand) environmentKey() (string, error) {
	key := c.Key
	if c.KeyFile != "" {
		b, err := os.ReadFile(c.KeyFile)
		if err != nil {
			return "", fmt.Errorf("read key file: %w", err)
		}
		key = strings.TrimSpace(string(b))
	}
	if key != "" && len(key) < 20 {
		return "", usage("the key from the environment has %d characters, fewer than 20", len(key))
	}
	return key, nil
}

// newDemoKey returns a key that lives as long as this process.
func newDemoKey() string {
	b := make([]byte, 24)
	rand.Read(b) // never fails
	return "demo_" + base64.RawURLEncoding.EncodeToString(b)
}

// loadDemo stores the demonstration study. Its ids are fixed, so it is stored once however often it is loaded.
func loadDemo(ctx context.Context, service *surveys.Service, progress io.Writer) error {
	const n, seed = 10000, 42
	survey, err := service.Store.FindSurvey(ctx, surveyfile.Default().Key, 0)
	if err != nil {
		return err
	}
	added, err := imports.Import(ctx, service.Store, study.Responses(survey, n, seed), imports.Options{})
	if err != nil {
		return err
	}
	if added > 0 {
		fmt.Fprintf(progress, "loaded %s responses of the demonstration study\n", count(added))
	}
	return nil
}

func newLogger(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
