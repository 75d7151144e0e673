package middleware

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
)

// bodyTime is what a client has to send a body.
const bodyTime = 30 * time.Second

const bodyKey = "middleware.body"

// BodyLimit allows a request body of at most limit bytes. The limit set last holds, so that a route can raise or lower
// the engine's.
func BodyLimit(limit int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		body, ok := c.Value(bodyKey).(io.ReadCloser)
		if !ok {
			body = c.Request.Body
			c.Set(bodyKey, body)
		}
		if body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, body, limit)
			if c.Request.ContentLength > limit {
				c.Request.Body = &refusedBody{body, limit}
			}
		}
		c.Next()
	}
}

// refusedBody is a body that announces more than is allowed: it is not read at all.
type refusedBody struct {
	io.Closer
	limit int64
}

func (b *refusedBody) Read([]byte) (int, error) { return 0, &http.MaxBytesError{Limit: b.limit} }

// ReadBody returns the whole body. Errors: a *Problem with status 413 for one over the limit, 408 for one that does not
// arrive within 30 seconds, 400 for one that breaks off.
func ReadBody(c *gin.Context) ([]byte, error) {
	if c.Request.Body == nil {
		return nil, nil
	}
	// A writer that cannot set deadlines (as in tests without a connection) does without.
	rc := http.NewResponseController(c.Writer)
	_ = rc.SetReadDeadline(time.Now().Add(bodyTime))
	defer func() { _ = rc.SetReadDeadline(time.Time{}) }()
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, BodyError(c, err)
	}
	return body, nil
}

// BodyError maps an error of reading the request body to a problem, for handlers that do not use ReadBody.
func BodyError(c *gin.Context, err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.Header("Connection", "close")
		return NewProblem(http.StatusRequestEntityTooLarge, "body-too-large",
			fmt.Sprintf("The body of this request may have at most %d bytes.", large.Limit))
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.Header("Connection", "close")
		return NewProblem(http.StatusRequestTimeout, "body-too-slow", "The body of the request took too long to arrive.")
	case c.Request.Context().Err() != nil:
		return fmt.Errorf("read request body: %w", c.Request.Context().Err())
	}
	return NewProblem(http.StatusBadRequest, "body-broken-off", "The body of the request is not complete.")
}
