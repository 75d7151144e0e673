package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
)

// scores answers with the report itself: it is the JSON of the score command.
func (s *server) scores(c *gin.Context) error {
	c.Writer.Header().Add("Vary", "Accept")
	if !accepts(c, "application/json") {
		return middleware.NewProblem(http.StatusNotAcceptable, "not-acceptable",
			"Scores come as application/json; report.xlsx, responses.csv and responses.xlsx are files of their own.")
	}
	r, err := s.report(c)
	if err != nil {
		return err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write scores: %w", err)
	}
	return writeCacheable(c, "application/json", append(body, '\n'))
}
