package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

// badQuery returns what is wrong with a query string as a problem with status 400.
func badQuery(fields ...surveys.FieldError) error {
	return middleware.NewProblem(http.StatusBadRequest, "malformed-query", "The query cannot be read; see errors.").WithFields(fields)
}

// knownParameters refuses a query string that cannot be decoded, or that has other parameters than the named: one that is
// misspelt would otherwise give the figures of another question.
func (s *server) knownParameters(c *gin.Context, names ...string) error {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return badQuery(surveys.FieldError{Rule: "syntax", Message: "the query string is not well formed"})
	}
	known := "none is known here"
	if len(names) > 0 {
		known = "known are " + strings.Join(names, ", ")
	}
	var fields []surveys.FieldError
	for name := range values {
		if !slices.Contains(names, name) {
			fields = append(fields, surveys.FieldError{Field: join("", name), Rule: "unknown", Message: "there is no parameter of this name; " + known})
		}
	}
	if fields == nil {
		return nil
	}
	slices.SortFunc(fields, func(a, b surveys.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return badQuery(fields...)
}

// reportQuery reads the question that scores and files answer: model, by, where, from, to, unweighted, all_rows.
func (s *server) reportQuery(c *gin.Context) (reports.Query, error) {
	if err := s.knownParameters(c, "model", "by", "where", "from", "to", "unweighted", "all_rows"); err != nil {
		return reports.Query{}, err
	}
	values := c.Request.URL.Query()
	var q reports.Query
	var fields []surveys.FieldError
	bad := func(name string, err error) {
		if err == nil {
			return
		}
		var invalid *surveys.InvalidError
		if errors.As(err, &invalid) {
			fields = append(fields, invalid.Fields...)
			return
		}
		fields = append(fields, surveys.FieldError{Field: name, Rule: "syntax", Message: strings.TrimPrefix(err.Error(), name+": ")})
	}
	single := func(name string) string {
		if n := len(values[name]); n > 1 {
			fields = append(fields, surveys.FieldError{Field: name, Rule: "duplicate", Message: fmt.Sprintf("is given %d times", n)})
		}
		return values.Get(name)
	}
	flag := func(name string) bool {
		switch text := single(name); text {
		case "", "false":
			return false
		case "true":
			return true
		default:
			fields = append(fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be true or false"})
			return false
		}
	}
	q.Model = single("model")
	for _, by := range values["by"] {
		q.By = append(q.By, reports.ParseBy(by))
	}
	for _, where := range values["where"] {
		w, err := reports.ParseWhere(where)
		bad("where", err)
		q.Where = append(q.Where, w)
	}
	from, to := single("from"), single("to")
	_, _, errFrom := reports.ParsePeriod(from, "")
	bad("from", errFrom)
	_, _, errTo := reports.ParsePeriod("", to)
	bad("to", errTo)
	if errFrom == nil && errTo == nil {
		var err error
		q.From, q.To, err = reports.ParsePeriod(from, to)
		bad("to", err)
	}
	q.Unweighted = flag("unweighted")
	q.AllRows = flag("all_rows")
	if fields != nil {
		return reports.Query{}, badQuery(fields...)
	}
	return q, nil
}

// report answers the question of a request. A question that names what the survey does not have is a malformed query.
func (s *server) report(c *gin.Context) (*reports.Report, error) {
	q, err := s.reportQuery(c)
	if err != nil {
		return nil, err
	}
	r, err := s.Reports.Report(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), q)
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		return nil, badQuery(invalid.Fields...)
	}
	return r, err
}
