// Package middleware is what every surface over HTTP shares: the gin engine with request ids, access log, metrics,
// panic recovery, security headers, limits of size and time; bearer keys; and the mapping of errors to problems.
package middleware

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// Defaults of Config.
const (
	DefaultBodyLimit = 1 << 20
	DefaultTimeout   = 30 * time.Second
)

// Config says how an engine treats every request. The zero value is usable.
type Config struct {
	Logger         *slog.Logger  // slog.Default() if nil
	Metrics        *Metrics      // none are kept if nil
	BodyLimit      int64         // bytes of a request body where the route sets no limit of its own; 0 is DefaultBodyLimit
	Timeout        time.Duration // of a request where the route sets none of its own; 0 is DefaultTimeout
	TrustedProxies []string      // addresses or networks whose X-Forwarded-For is believed; none unless given
	ErrorPage      ErrorPage     // shows errors to people; nil answers everybody with problem+json
}

// ErrorPage writes a problem as a page. It is asked only for requests outside /api that accept HTML.
type ErrorPage func(c *gin.Context, p *Problem)

// NewEngine returns a gin engine without routes. Unknown paths and methods are answered as problems. Errors: a trusted
// proxy that is neither an address nor a network.
func NewEngine(cfg Config) (*gin.Engine, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.BodyLimit == 0 {
		cfg.BodyLimit = DefaultBodyLimit
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	if err := e.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		return nil, fmt.Errorf("set trusted proxies: %w", err)
	}
	e.HandleMethodNotAllowed = true
	// gin answers redirects before any middleware runs: without log, metrics and security headers.
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.Use(
		requestID(),
		observe(cfg.Logger, cfg.Metrics),
		setErrorPage(cfg.ErrorPage),
		recoverPanic(cfg.Logger),
		securityHeaders(),
		BodyLimit(cfg.BodyLimit),
		Timeout(cfg.Timeout),
	)
	e.NoRoute(func(c *gin.Context) {
		Fail(c, NewProblem(http.StatusNotFound, "no-such-page", "There is nothing at this address."))
	})
	e.NoMethod(func(c *gin.Context) {
		// No other method's name has GET in it; see AnswerHead.
		c.Header("Allow", strings.Replace(c.Writer.Header().Get("Allow"), "GET", "GET, HEAD", 1))
		Fail(c, NewProblem(http.StatusMethodNotAllowed, "method-not-allowed",
			fmt.Sprintf("This address takes %s.", orList(c.Writer.Header().Get("Allow")))))
	})
	return e, nil
}

// orList turns "GET, POST" into "GET or POST".
func orList(allow string) string {
	methods := strings.Split(allow, ", ")
	if n := len(methods); n > 1 {
		return strings.Join(methods[:n-1], ", ") + " or " + methods[n-1]
	}
	return allow
}
