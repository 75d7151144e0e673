package api

import (
	"bytes"
	"math"
	"strconv"

	"github.com/gin-gonic/gin"

	"paxscore/imports"
	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

// importance answers which importance weights the responses suggest: the JSON of the weights command.
func (s *server) importance(c *gin.Context) error {
	q, err := s.importanceQuery(c)
	if err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Importance)
}

// judgedImportance answers the same with the judgements of people in its body: a judgements file, as YAML or JSON.
func (s *server) judgedImportance(c *gin.Context) error {
	q, err := s.importanceQuery(c, "combine", "theta")
	if err != nil {
		return err
	}
	if err := mustBe(c, "application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"); err != nil {
		return err
	}
	source, err := middleware.ReadBody(c)
	if err != nil {
		return err
	}
	if mustBe(c, "application/json") == nil {
		d := &document{body: source}
		d.parse()
		if err := d.problem(); err != nil {
			return err
		}
		// JSON is YAML but for tabs, which are white space here: within a string they are escaped.
		source = bytes.ReplaceAll(source, []byte("\t"), []byte(" "))
	}
	survey, err := s.Service.Store.FindSurvey(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), 0)
	if err != nil {
		return err
	}
	m, err := survey.Model(surveys.ModelKey(q.Model))
	if err != nil {
		return badQuery(surveys.FieldError{Field: "model", Rule: "unknown", Message: "the survey has no model of this name"})
	}
	if q.Judgements, err = imports.ReadJudgements("of the body", source, m); err != nil {
		return err
	}
	c.Request.Header.Del("If-None-Match") // of a question by GET
	return answerTo(s, c, q, (*reports.Dataset).Importance)
}

// importanceQuery reads the parameters of a question about weights, those named by more among them.
func (s *server) importanceQuery(c *gin.Context, more ...string) (reports.ImportanceQuery, error) {
	p, err := s.parameters(c, append([]string{"model", "where", "from", "to", "unweighted", "all_rows", "margins", "errors", "floor", "cap", "over", "depends"}, more...)...)
	if err != nil {
		return reports.ImportanceQuery{}, err
	}
	q := reports.ImportanceQuery{Query: p.query(), Floor: p.decimal("floor"), Ceiling: p.decimal("cap"), Combination: p.single("combine"), Theta: p.decimal("theta"), Today: s.Service.Now()}
	if over := p.single("over"); over != "" {
		q.Over = reports.ParseBy(over)
	}
	for _, text := range p.values["depends"] {
		d, err := reports.ParseDependence(text)
		p.bad("depends", err)
		q.Depends = append(q.Depends, d)
	}
	return q, p.err()
}

// decimal reads a parameter as a finite number; nil if it is not given.
func (p *parameters) decimal(name string) *float64 {
	text := p.single(name)
	if text == "" {
		return nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be a number"})
		return nil
	}
	return &x
}
