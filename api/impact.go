package api

import (
	"github.com/gin-gonic/gin"

	"paxscore/reports"
)

// impact answers with the JSON of the impact command.
func (s *server) impact(c *gin.Context) error {
	p, err := s.parameters(c, "model", "initiative", "treated", "after", "covariate", "panel", "measure", "period", "where", "from", "to", "unweighted", "all_rows", "margins", "errors")
	if err != nil {
		return err
	}
	q := reports.ImpactQuery{Query: p.query(), Treated: p.conditions("treated"), After: p.single("after"), Measures: p.values["measure"], Period: p.single("period"),
		Initiative: p.single("initiative"), Covariates: p.values["covariate"], Panel: p.single("panel")}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Impact)
}
