package web

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

//go:embed templates static locales
var files embed.FS

// Reporter answers questions about stored responses; *reports.Live is one. Errors: surveys.ErrNotFound,
// surveys.ErrUnavailable, *surveys.InvalidError.
type Reporter interface {
	Report(ctx context.Context, key surveys.SurveyKey, q reports.Query) (*reports.Report, error)
}

// Config is what the pages stand on.
type Config struct {
	Service       *surveys.Service
	Reports       Reporter
	Auth          middleware.Authenticator // opens the scores page; *surveys.Service is one
	OpenAPI       []byte                   // the API's description, as JSON
	Logger        *slog.Logger             // of sign-ins; slog.Default() if nil
	DefaultSurvey surveys.SurveyKey        // shown where the address names none
}

// formLimit is the largest form a passenger can send, in bytes: some 20,000 characters of comments in the widest encoding.
const formLimit = 256 << 10

// embedded returns the views of the embedded files, which are read once.
var embedded = sync.OnceValues(func() (*views, error) { return newViews(files) })

// Mount adds the pages to an engine made by middleware.NewEngine with ErrorPage. Errors: an OpenAPI document that cannot
// be read.
func Mount(r *gin.Engine, cfg Config) error {
	v, err := embedded()
	if err != nil {
		return err
	}
	return mount(r, cfg, v)
}

// ErrorPage writes a problem as a page: in the passenger's language under /s/, in English elsewhere.
func ErrorPage(c *gin.Context, p *middleware.Problem) {
	v, err := embedded()
	if err != nil {
		middleware.WriteProblem(c, p.WithCause(err))
		return
	}
	v.errorPage(c, p)
}

func mount(r *gin.Engine, cfg Config, v *views) error {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	docs, err := newDocs(cfg.OpenAPI)
	if err != nil {
		return fmt.Errorf("read the OpenAPI description: %w", err)
	}
	s := &site{Config: cfg, views: v, docs: docs}

	page := r.Group("/", pageHeaders)
	page.GET("/", s.front)
	page.GET("/docs", s.showDocs)
	page.GET("/sign-in", s.showSignIn)
	page.POST("/sign-in", sameOrigin, s.signIn)
	page.POST("/sign-out", sameOrigin, s.signOut)
	page.GET("/dashboard", s.toDashboard)
	page.GET("/dashboard/:survey", s.dashboard)

	passenger := page.Group("/s", privateAddress, middleware.BodyLimit(formLimit))
	passenger.GET("/:ref", s.showForm)
	passenger.POST("/:ref", s.takeForm)
	passenger.GET("/:ref/thanks", s.thanks)

	r.GET("/static/:name", v.assets.serve)
	r.GET("/favicon.ico", func(c *gin.Context) { c.Redirect(http.StatusFound, v.assets.icon) })
	return nil
}

// site is the pages of one program; it is not changed once mounted.
type site struct {
	Config
	views *views
	docs  docs
}

// pageHeaders allows a page its own stylesheet, pictures and forms, and nothing else: there are no scripts.
func pageHeaders(c *gin.Context) {
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "+
		"base-uri 'none'; frame-ancestors 'none'")
	c.Next()
}

// privateAddress keeps an address that may hold an invitation's token from other sites and from search engines.
func privateAddress(c *gin.Context) {
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Robots-Tag", "noindex")
	c.Next()
}

// sameOrigin refuses forms that another site makes a browser send.
func sameOrigin(c *gin.Context) {
	if err := http.NewCrossOriginProtection().Check(c.Request); err != nil {
		middleware.Fail(c, middleware.NewProblem(http.StatusForbidden, "cross-origin", "This form was sent from another site."))
		return
	}
	c.Next()
}
