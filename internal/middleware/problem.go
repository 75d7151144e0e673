package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/surveys"
)

// ProblemType begins the type of every problem; a stable name in lower case and hyphens follows.
const ProblemType = "urn:paxscore:problem:"

// Problem is an error as clients see it (RFC 9457). It never holds internals.
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail,omitempty"`
	Instance  string         `json:"instance,omitempty"`
	RequestID string         `json:"request_id"`
	Errors    []FieldProblem `json:"errors,omitempty"`

	cause error // for the log
}

// FieldProblem says what is wrong with one part of the request.
type FieldProblem struct {
	Field   string `json:"field"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Line    int    `json:"line,omitempty"` // 1-based place in a file or body
	Column  int    `json:"column,omitempty"`
}

// NewProblem returns a problem of a kind named by a slug. The title is the status's.
func NewProblem(status int, slug, detail string) *Problem {
	return &Problem{Type: ProblemType + slug, Title: http.StatusText(status), Status: status, Detail: detail}
}

// WithFields returns the problem with the list of what is wrong.
func (p *Problem) WithFields(fields []surveys.FieldError) *Problem {
	q := *p
	q.Errors = make([]FieldProblem, len(fields))
	for i, f := range fields {
		q.Errors[i] = FieldProblem(f)
	}
	return &q
}

// WithCause returns the problem with the error behind it, which goes to the log only.
func (p *Problem) WithCause(err error) *Problem {
	q := *p
	q.cause = err
	return &q
}

func (p *Problem) Error() string {
	if p.cause != nil {
		return p.cause.Error()
	}
	return p.slug() + ": " + p.Detail
}

func (p *Problem) Unwrap() error { return p.cause }

func (p *Problem) slug() string { return strings.TrimPrefix(p.Type, ProblemType) }

// ProblemFor maps an error of the domain, or any other, to what a client is told. It is the only such mapping.
func ProblemFor(err error) *Problem {
	var p *Problem
	var invalid *surveys.InvalidError
	switch {
	case errors.As(err, &p):
		q := *p
		return &q
	case errors.As(err, &invalid):
		detail := "One rule is broken; see errors."
		if n := len(invalid.Fields); n != 1 {
			detail = strconv.Itoa(n) + " rules are broken; see errors."
		}
		return NewProblem(http.StatusUnprocessableEntity, "not-valid", detail).WithFields(invalid.Fields)
	case errors.Is(err, ErrNoKey):
		return NewProblem(http.StatusUnauthorized, "no-key", "This needs a key: Authorization: Bearer KEY.")
	case errors.Is(err, ErrBadKey):
		return NewProblem(http.StatusUnauthorized, "bad-key", "The key is not valid.")
	case errors.Is(err, surveys.ErrNotFound):
		return NewProblem(http.StatusNotFound, "not-found", "There is no survey, version, model, wave or invitation of this name.")
	case errors.Is(err, surveys.ErrConflict):
		return NewProblem(http.StatusConflict, "id-used", "The id is already used for another response.")
	case errors.Is(err, surveys.ErrTokenUsed):
		return NewProblem(http.StatusConflict, "token-used", "The invitation has already been used.")
	case errors.Is(err, surveys.ErrExists):
		return NewProblem(http.StatusConflict, "exists", "It exists already.")
	case errors.Is(err, surveys.ErrTokenExpired):
		return NewProblem(http.StatusGone, "token-expired", "The invitation has expired.")
	case errors.Is(err, surveys.ErrRemoved):
		return NewProblem(http.StatusGone, "removed", "The response was removed, and is not stored again.")
	case errors.Is(err, surveys.ErrWaveClosed):
		return NewProblem(http.StatusGone, "wave-closed", "The survey is not open for answers.")
	case errors.Is(err, surveys.ErrOverloaded):
		return NewProblem(http.StatusServiceUnavailable, "overloaded",
			"More is coming in than can be stored at this moment. Nothing of this request was stored; try again.").WithCause(err)
	case errors.Is(err, surveys.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return NewProblem(http.StatusServiceUnavailable, "unavailable",
			"The service cannot answer now. Nothing was lost on this side; try again.").WithCause(err)
	}
	return NewProblem(http.StatusInternalServerError, "internal",
		"Something went wrong on this side. The request id finds it in the log.").WithCause(err)
}

const (
	problemKey   = "middleware.problem"
	errorPageKey = "middleware.error_page"
)

func setErrorPage(page ErrorPage) gin.HandlerFunc {
	return func(c *gin.Context) {
		if page != nil {
			c.Set(errorPageKey, page)
		}
		c.Next()
	}
}

// retryAfter is in seconds: a queue empties sooner than a database comes back.
func (p *Problem) retryAfter() string {
	if p.slug() == "overloaded" {
		return "1"
	}
	return "5"
}

func problemOf(c *gin.Context) *Problem {
	p, _ := c.Value(problemKey).(*Problem)
	return p
}

// Fail ends a request with an error, as problem+json or, for a person's browser outside /api, as a page.
func Fail(c *gin.Context, err error) {
	c.Abort()
	// The deadline is ours, the cancellation the client's: it is gone, and hears nothing.
	if errors.Is(err, context.Canceled) && errors.Is(c.Request.Context().Err(), context.Canceled) {
		c.Status(statusClientGone)
		c.Writer.WriteHeaderNow()
		return
	}
	p := ProblemFor(err)
	p.RequestID = RequestID(c.Request.Context())
	c.Set(problemKey, p)
	if p.Status >= http.StatusInternalServerError {
		_ = c.Error(err)
	}
	h := c.Writer.Header()
	// What the handler had announced for its success does not describe the problem.
	for _, name := range []string{"Content-Length", "Content-Disposition", "ETag", "Last-Modified", "Content-Type"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		challenge := `Bearer realm="paxscore"`
		if errors.Is(err, ErrBadKey) {
			challenge += `, error="invalid_token"`
		}
		h.Set("WWW-Authenticate", challenge)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", p.retryAfter())
	}
	if page, ok := c.Value(errorPageKey).(ErrorPage); ok && WantsPage(c) {
		page(c, p)
		return
	}
	WriteProblem(c, p)
}

// WriteProblem writes a problem as application/problem+json.
func WriteProblem(c *gin.Context, p *Problem) {
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"type":"about:blank","status":500}`)
	}
	c.Data(p.Status, "application/problem+json", append(body, '\n'))
}

// WantsPage reports whether the request comes from a person's browser rather than a program.
func WantsPage(c *gin.Context) bool {
	path := c.Request.URL.Path
	return path != "/api" && !strings.HasPrefix(path, "/api/") && strings.Contains(c.GetHeader("Accept"), "text/html")
}
