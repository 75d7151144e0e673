package middleware

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"
)

// recoverPanic turns a panic into a problem that tells nothing, and logs what happened with the request id. If the answer
// has begun, the connection is cut: half an answer must not look whole. http.ErrAbortHandler passes, it means just that.
func recoverPanic(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			log.LogAttrs(c.Request.Context(), slog.LevelError, "panic",
				slog.String("panic", fmt.Sprint(v)),
				slog.String("route", c.FullPath()),
				slog.String("request_id", RequestID(c.Request.Context())),
				slog.String("stack", string(debug.Stack())))
			err := fmt.Errorf("panic: %v", v)
			if c.Writer.Written() {
				_ = c.Error(err)
				panic(http.ErrAbortHandler)
			}
			Fail(c, err)
		}()
		c.Next()
	}
}
