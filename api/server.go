package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

// Limits of single routes.
const (
	maxSurveyFile  = 1 << 20 // a judgements file, too
	maxInvitations = 8 << 20 // bytes
	exportTimeout  = 10 * time.Minute
	readyTimeout   = 2 * time.Second
)

// Reporter answers questions about stored responses; *reports.Live is one.
type Reporter interface {
	Report(ctx context.Context, key surveys.SurveyKey, q reports.Query) (*reports.Report, error)
	Dataset(ctx context.Context, key surveys.SurveyKey) (*reports.Dataset, error)
}

// Config is what the interface stands on.
type Config struct {
	Service *surveys.Service
	Reports Reporter
	Metrics *middleware.Metrics // nil leaves /metrics out
	Logger  *slog.Logger        // slog.Default() if nil
	Version string              // of the program, told by /healthz
	EnvKey  string              // a bearer key beside the stored ones; "" for none
}

type server struct {
	Config
	keys middleware.Authenticator
}

// Mount adds the routes to an engine made by middleware.NewEngine. Errors: the embedded description cannot be read.
func Mount(r gin.IRouter, cfg Config) error {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	s := &server{Config: cfg, keys: middleware.WithEnvironmentKey(cfg.Service, cfg.EnvKey)}
	description, err := Description()
	if err != nil {
		return fmt.Errorf("mount api: %w", err)
	}

	r.GET("/healthz", handle(s.health))
	r.GET("/readyz", handle(s.ready))
	r.GET("/openapi.json", handle(func(c *gin.Context) error { return writeCacheable(c, "application/json", description) }))
	if cfg.Metrics != nil {
		r.GET("/metrics", gin.WrapH(cfg.Metrics.Handler()))
	}

	v1 := r.Group("/api/v1")
	v1.POST("/surveys/:survey/responses", middleware.BodyLimit(maxSubmission), handle(s.submitResponse))

	v1.Use(middleware.RequireKey(s.keys))
	// The backslash keeps gin from taking :bulk for a parameter.
	v1.POST(`/surveys/:survey/responses\:bulk`, middleware.BodyLimit(anyLength), middleware.Timeout(bulkTimeout), handle(s.submitBulk))
	v1.DELETE("/surveys/:survey/responses/:id", handle(s.removeResponse))
	v1.GET("/surveys", handle(s.listSurveys))
	v1.POST("/surveys", middleware.BodyLimit(maxSurveyFile), handle(s.publishSurvey))
	v1.GET("/surveys/:survey", handle(s.findSurvey))
	v1.GET("/surveys/:survey/source", handle(s.surveySource))
	v1.GET("/surveys/:survey/scores", handle(s.scores))
	v1.GET("/surveys/:survey/quality", handle(s.quality))
	v1.GET("/surveys/:survey/review", handle(s.review))
	v1.GET("/surveys/:survey/drivers", handle(s.drivers))
	v1.GET("/surveys/:survey/weights", handle(s.importance))
	v1.POST("/surveys/:survey/weights", middleware.BodyLimit(maxSurveyFile), handle(s.judgedImportance))
	v1.GET("/surveys/:survey/explanation", handle(s.explanation))
	v1.GET("/surveys/:survey/responses/:response/explanation", handle(s.responseExplanation))
	v1.GET("/surveys/:survey/comparisons", handle(s.comparisons))
	v1.GET("/surveys/:survey/trend", handle(s.trend))
	v1.GET("/surveys/:survey/impact", handle(s.impact))
	v1.POST("/surveys/:survey/operations", middleware.BodyLimit(maxSurveyFile), handle(s.operations))
	v1.GET("/surveys/:survey/waves", handle(s.listWaves))
	v1.POST("/surveys/:survey/waves", handle(s.openWave))
	v1.POST("/surveys/:survey/waves/:wave/close", handle(s.closeWave))
	v1.POST("/surveys/:survey/invitations", middleware.BodyLimit(maxInvitations), handle(s.invite))

	files := v1.Group("", middleware.Timeout(exportTimeout))
	files.GET("/surveys/:survey/report.xlsx", handle(s.workbook))
	files.GET("/surveys/:survey/responses.csv", handle(s.responsesCSV))
	files.GET("/surveys/:survey/responses.xlsx", handle(s.responsesXLSX))
	return nil
}

// handle is the one place where an error of a handler becomes an answer.
func handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			middleware.Fail(c, err)
		}
	}
}

func (s *server) health(c *gin.Context) error {
	return writeJSON(c, http.StatusOK, map[string]string{"status": "alive", "version": s.Version})
}

func (s *server) ready(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if err := s.Service.Store.Ping(ctx); err != nil {
		return middleware.NewProblem(http.StatusServiceUnavailable, "not-ready", "The database does not answer, or its migrations are not complete.").WithCause(err)
	}
	return writeJSON(c, http.StatusOK, map[string]string{"status": "ready"})
}

// readJSON returns the body of a request that says it is JSON.
func readJSON(c *gin.Context) ([]byte, error) {
	if err := mustBe(c, "application/json"); err != nil {
		return nil, err
	}
	return middleware.ReadBody(c)
}

// mustBe refuses a body of another media type, or in another character set than UTF-8.
func mustBe(c *gin.Context, types ...string) error {
	contentType := c.GetHeader("Content-Type")
	if slices.Contains(types, contentType) && c.GetHeader("Content-Encoding") == "" {
		return nil // as nearly always
	}
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err == nil && (params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8")) && c.GetHeader("Content-Encoding") == "" {
		for _, t := range types {
			if mediaType == t {
				return nil
			}
		}
	}
	return middleware.NewProblem(http.StatusUnsupportedMediaType, "unsupported-media-type",
		fmt.Sprintf("The body must be %s in UTF-8, not compressed.", strings.Join(types, " or ")))
}

func writeJSON(c *gin.Context, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	c.Data(status, "application/json", append(body, '\n'))
	return nil
}

// accepts reports whether the client takes a media type, by its Accept header (RFC 9110).
func accepts(c *gin.Context, mediaType string) bool {
	header := strings.Join(c.Request.Header.Values("Accept"), ",")
	if strings.TrimSpace(header) == "" {
		return true
	}
	family, _, _ := strings.Cut(mediaType, "/")
	best, quality := 0, 0.0 // the most specific range that matches decides
	for _, part := range strings.Split(header, ",") {
		r, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		specific := map[string]int{mediaType: 3, family + "/*": 2, "*/*": 1}[r]
		if specific <= best {
			continue
		}
		q, err := strconv.ParseFloat(params["q"], 64)
		if params["q"] == "" || err != nil {
			q = 1
		}
		best, quality = specific, q
	}
	return quality > 0
}
