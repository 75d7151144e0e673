package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// operations sets the operational indicators of the body, a file that people write, beside the index: the JSON of the operations command.
// Nothing is stored.
func (s *server) operations(c *gin.Context) error {
	q, err := s.reportQuery(c)
	if err != nil {
		return err
	}
	if err := mustBe(c, "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"); err != nil {
		return err
	}
	source, err := middleware.ReadBody(c)
	if err != nil {
		return err
	}
	ctx, key := c.Request.Context(), surveys.SurveyKey(c.Param("survey"))
	survey, err := s.Service.Store.FindSurvey(ctx, key, 0)
	if err != nil {
		return err
	}
	declared, err := surveyfile.ReadOperations("of the request", source, survey)
	if err != nil {
		return err
	}
	d, err := s.Reports.Dataset(ctx, key)
	if err != nil {
		return err
	}
	a, err := d.Operations(reports.OperationsQuery{Query: q, Operations: declared})
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) {
		return badQuery(invalid.Fields...)
	}
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, a)
}
