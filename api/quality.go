package api

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"paxscore/reports"
	"paxscore/surveys"
)

// appraisalParameters are those of questions about quality.
func appraisalParameters() []string {
	return []string{"model", "where", "from", "to", "unweighted", "all_rows", "margins", "errors", "channel", "groups", "undelivered", "declined", "ineligible"}
}

// quality answers with the JSON of the quality command.
func (s *server) quality(c *gin.Context) error {
	p, err := s.parameters(c, appraisalParameters()...)
	if err != nil {
		return err
	}
	q := p.appraisal()
	if err := p.err(); err != nil {
		return err
	}
	if q.Fieldwork, err = s.fieldwork(c, q.Fieldwork); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Quality)
}

// appraisal reads what every question about quality has.
func (p *parameters) appraisal() reports.QualityQuery {
	return reports.QualityQuery{Query: p.query(), Channel: p.single("channel"), Groups: p.single("groups"),
		Fieldwork: reports.Fieldwork{Undelivered: p.count("undelivered"), Declined: p.count("declined"), Ineligible: p.count("ineligible")}}
}

// fieldwork adds what became of the survey's invitations to what the request declares.
func (s *server) fieldwork(c *gin.Context, declared reports.Fieldwork) (reports.Fieldwork, error) {
	counts, err := s.Service.Store.CountInvitations(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), s.Service.Now())
	declared.Known, declared.Invitations = true, counts
	return declared, err
}

// count is a parameter that is a whole number, 0 unless given.
func (p *parameters) count(name string) int {
	text := p.single(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be a whole number, 0 or more"})
		return 0
	}
	return n
}
