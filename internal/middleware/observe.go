package middleware

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// statusClientGone is logged, and never seen by anyone, when the client left before the answer.
const statusClientGone = 499

// observe writes one line of access log and counts the request. The line names the route's pattern: the path itself may
// hold an invitation's token. Query strings, bodies, headers and addresses of clients are left out.
func observe(log *slog.Logger, m *Metrics) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		if m != nil {
			m.inFlight.Inc()
		}
		finished := false
		// Deferred, since a download that fails half way leaves by panic(http.ErrAbortHandler).
		defer func() {
			took := time.Since(start)
			route := c.FullPath()
			if route == "" {
				route = "none"
			}
			status := c.Writer.Status()
			if m != nil {
				m.inFlight.Dec()
				m.observe(c.Request.Method, route, status, took)
			}
			attrs := []slog.Attr{
				slog.String("method", methodLabel(c.Request.Method)),
				slog.String("route", route),
				slog.Int("status", status),
				slog.Duration("duration", took),
				slog.Int("bytes", max(c.Writer.Size(), 0)),
				slog.String("request_id", RequestID(c.Request.Context())),
			}
			if name := KeyName(c); name != "" {
				attrs = append(attrs, slog.String("key", name))
			}
			if p := problemOf(c); p != nil {
				attrs = append(attrs, slog.String("problem", p.slug()))
			}
			level := slog.LevelInfo
			if status >= http.StatusInternalServerError {
				level = slog.LevelError
			} else if quiet(route) {
				level = slog.LevelDebug
			}
			if !finished {
				attrs = append(attrs, slog.Bool("aborted", true))
				level = slog.LevelError
			}
			if status >= http.StatusInternalServerError || !finished {
				for _, err := range c.Errors {
					attrs = append(attrs, slog.String("error", err.Err.Error()))
				}
			}
			log.LogAttrs(context.WithoutCancel(c.Request.Context()), level, "request", attrs...)
		}()
		c.Next()
		finished = true
	}
}

// quiet names the routes that machines ask every few seconds.
func quiet(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics"
}
