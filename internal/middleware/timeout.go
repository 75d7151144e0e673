package middleware

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const baseContextKey = "middleware.context"

// writeGrace is what an answer may take beyond the time its handler had.
const writeGrace = 30 * time.Second

// Timeout gives the request's context a deadline, and the connection one a little later for the writing of the answer.
// The one set last holds, so that a route can take longer than the engine's.
func Timeout(d time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		base, ok := c.Value(baseContextKey).(context.Context)
		if !ok {
			base = c.Request.Context()
			c.Set(baseContextKey, base)
		}
		ctx, cancel := context.WithTimeout(base, d)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(d + writeGrace))
		c.Next()
	}
}
