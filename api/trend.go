package api

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"paxscore/reports"
	"paxscore/surveys"
)

// trend answers with the JSON of the trend command.
func (s *server) trend(c *gin.Context) error {
	p, err := s.parameters(c, "model", "period", "along", "measure", "baseline", "event", "rules", "splice", "where", "from", "to", "unweighted", "all_rows", "margins", "errors")
	if err != nil {
		return err
	}
	q := reports.TrendQuery{Query: p.query(), Period: p.single("period"), Along: p.single("along"), Measures: p.values["measure"], Baseline: p.number("baseline")}
	if text := p.single("rules"); text != "" {
		rules, err := reports.ParseRules(text)
		p.bad("rules", err)
		q.Rules = rules
	}
	for _, text := range p.values["splice"] {
		x, err := reports.ParseSplice(text)
		p.bad("splice", err)
		q.Splices = append(q.Splices, x)
	}
	for _, text := range p.values["event"] {
		e, err := reports.ParseEvent(text)
		p.bad("event", err)
		q.Events = append(q.Events, e)
	}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Trend)
}

// number is the value of a parameter that is a whole number above 0; 0 where it is not given.
func (p *parameters) number(name string) int {
	text := p.single(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be a whole number above 0"})
		return 0
	}
	return n
}
