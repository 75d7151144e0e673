package api

import (
	"errors"

	"github.com/gin-gonic/gin"

	"paxscore/reports"
	"paxscore/surveys"
)

// explanation answers what the index is made of and why it changed: the JSON of the explain command.
func (s *server) explanation(c *gin.Context) error {
	p, err := s.parameters(c, "model", "by", "where", "from", "to", "unweighted", "all_rows", "margins", "errors", "versus_model", "versus_from", "versus_to")
	if err != nil {
		return err
	}
	q := reports.ExplanationQuery{Query: p.query()}
	if p.values.Has("versus_model") || p.values.Has("versus_from") || p.values.Has("versus_to") {
		q.Versus = &reports.Versus{Model: p.single("versus_model")}
		q.Versus.From, q.Versus.To = p.period("versus_from", "versus_to")
	}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Explain)
}

// responseExplanation answers what the index of one response is made of: the JSON of explain --response. It tells one passenger's answers,
// so it is behind the key that downloads of responses are.
func (s *server) responseExplanation(c *gin.Context) error {
	p, err := s.parameters(c, "model", "unweighted")
	if err != nil {
		return err
	}
	q := reports.ResponseQuery{Model: p.single("model"), Unweighted: p.flag("unweighted")}
	id, err := surveys.ParseResponseID(c.Param("response"))
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		p.fields = append(p.fields, surveys.FieldError{Field: "response", Rule: invalid.Fields[0].Rule, Message: invalid.Fields[0].Message})
	}
	if err := p.err(); err != nil {
		return err
	}
	q.Seq, err = s.Service.Store.FindSeq(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), id)
	if err != nil {
		return err
	}
	q.ID = id.String()
	return answerTo(s, c, q, (*reports.Dataset).ExplainResponse)
}
