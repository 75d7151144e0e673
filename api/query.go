package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/imports"
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

// reportQuery reads the question that scores and files answer: model, by, where, from, to, unweighted, all_rows, margins, errors.
func (s *server) reportQuery(c *gin.Context) (reports.Query, error) {
	p, err := s.parameters(c, "model", "by", "where", "from", "to", "unweighted", "all_rows", "margins", "errors")
	if err != nil {
		return reports.Query{}, err
	}
	q := p.query()
	return q, p.err()
}

// parameters is a query string being read; it collects what is wrong.
type parameters struct {
	values url.Values
	fields []surveys.FieldError
	// survey finds that of the request; failed is why it could not be found.
	survey func() (*surveys.Survey, error)
	failed error
}

// parameters returns the query string, of which only the named parameters are known.
func (s *server) parameters(c *gin.Context, names ...string) (*parameters, error) {
	if err := s.knownParameters(c, names...); err != nil {
		return nil, err
	}
	return &parameters{values: c.Request.URL.Query(), survey: func() (*surveys.Survey, error) {
		return s.Service.Store.FindSurvey(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), 0)
	}}, nil
}

// err is what was wrong so far, with status 400; nil for nothing.
func (p *parameters) err() error {
	if p.failed != nil {
		return p.failed
	}
	if p.fields == nil {
		return nil
	}
	return badQuery(p.fields...)
}

// bad notes an error about a parameter; nil is none.
func (p *parameters) bad(name string, err error) {
	if err == nil {
		return
	}
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		p.fields = append(p.fields, invalid.Fields...)
		return
	}
	p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "syntax", Message: strings.TrimPrefix(err.Error(), name+": ")})
}

// single is the value of a parameter that is given once at most.
func (p *parameters) single(name string) string {
	if n := len(p.values[name]); n > 1 {
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "duplicate", Message: fmt.Sprintf("is given %d times", n)})
	}
	return p.values.Get(name)
}

func (p *parameters) flag(name string) bool {
	switch text := p.single(name); text {
	case "", "false":
		return false
	case "true":
		return true
	default:
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be true or false"})
		return false
	}
}

// conditions reads a parameter of the form attribute=value,value that may be repeated.
func (p *parameters) conditions(name string) (out []reports.Where) {
	for _, text := range p.values[name] {
		w, err := reports.ParseWhere(text)
		p.bad(name, err)
		out = append(out, w)
	}
	return out
}

// period reads two parameters as the ends of a period.
func (p *parameters) period(nameFrom, nameTo string) (start, end time.Time) {
	from, to := p.single(nameFrom), p.single(nameTo)
	_, _, errFrom := reports.ParsePeriod(from, "")
	_, _, errTo := reports.ParsePeriod("", to)
	note := func(name, word string, err error) {
		if err != nil {
			p.bad(name, errors.New(strings.TrimPrefix(err.Error(), word+": ")))
		}
	}
	note(nameFrom, "from", errFrom)
	note(nameTo, "to", errTo)
	if errFrom == nil && errTo == nil {
		var err error
		start, end, err = reports.ParsePeriod(from, to)
		note(nameTo, "to", err)
	}
	return start, end
}

// query reads what every question has: model, by, where, from, to, unweighted, all_rows, margins, errors.
func (p *parameters) query() reports.Query {
	var q reports.Query
	q.Model = p.single("model")
	for _, by := range p.values["by"] {
		q.By = append(q.By, reports.ParseBy(by))
	}
	q.Where = p.conditions("where")
	q.From, q.To = p.period("from", "to")
	q.Unweighted = p.flag("unweighted")
	q.AllRows = p.flag("all_rows")
	q.Errors = surveys.WeightingErrors(p.single("errors"))
	if p.values.Has("errors") && q.Errors == "" {
		p.fields = append(p.fields, surveys.FieldError{Field: "errors", Rule: "unknown", Message: "must be fixed or residuals"})
	}
	q.Weighting = p.weighting(q.Model)
	return q
}

// weighting reads the text of a margins file, to weight responses to instead of the model's population; nil where there is none.
func (p *parameters) weighting(model string) *surveys.Weighting {
	text := p.single("margins")
	if !p.values.Has("margins") || p.failed != nil {
		return nil
	}
	survey, err := p.survey()
	if err != nil {
		p.failed = err
		return nil
	}
	margins, err := imports.ReadMargins("margins", []byte(text), survey)
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			f.Field = join("margins", f.Field)
			p.fields = append(p.fields, f)
		}
		return nil
	}
	if err != nil {
		p.bad("margins", err)
		return nil
	}
	return survey.WeightingTo(surveys.ModelKey(model), margins)
}

// report answers the question of a request. A question that names what the survey does not have is a malformed query.
func (s *server) report(c *gin.Context) (*reports.Report, error) {
	q, err := s.reportQuery(c)
	if err != nil {
		return nil, err
	}
	return s.ask(c, q)
}

// ask answers a question. One that names what the survey does not have is a malformed query.
func (s *server) ask(c *gin.Context, q reports.Query) (*reports.Report, error) {
	r, err := s.Reports.Report(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), q)
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		return nil, badQuery(invalid.Fields...)
	}
	return r, err
}

// answerTo writes what a question asked of a survey's stored responses comes to, as JSON that is the same on the command line. A
// question that names what the survey does not have is a malformed query.
func answerTo[Q, A any](s *server, c *gin.Context, q Q, ask func(*reports.Dataset, Q) (A, error)) error {
	c.Writer.Header().Add("Vary", "Accept")
	if !accepts(c, "application/json") {
		return middleware.NewProblem(http.StatusNotAcceptable, "not-acceptable", "The answer comes as application/json.")
	}
	d, err := s.Reports.Dataset(c.Request.Context(), surveys.SurveyKey(c.Param("survey")))
	if err != nil {
		return err
	}
	a, err := ask(d, q)
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		return badQuery(invalid.Fields...)
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return writeCacheable(c, "application/json", append(body, '\n'))
}
