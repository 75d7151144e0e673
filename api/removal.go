package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// Removal says that a response was erased.
type Removal struct {
	ID        string    `json:"id"`
	Survey    string    `json:"survey"`
	RemovedAt time.Time `json:"removed_at"`
	Reason    string    `json:"reason"`
}

// removeResponse erases one response; ?reason= goes into the audit trail.
func (s *server) removeResponse(c *gin.Context) error {
	id, err := surveys.ParseResponseID(strings.ToLower(c.Param("id")))
	if err != nil {
		return middleware.NewProblem(http.StatusNotFound, "not-found", "There is no response of this id.")
	}
	done, err := s.Service.Remove(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), id, c.Query("reason"))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, Removal{
		ID: done.Response.String(), Survey: string(done.Survey), RemovedAt: done.RemovedAt.UTC(), Reason: done.Reason,
	})
}
