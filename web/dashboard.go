package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

func (s *site) toDashboard(c *gin.Context) {
	c.Redirect(http.StatusSeeOther, "/dashboard/"+url.PathEscape(string(s.DefaultSurvey)))
}

// dashboard shows the scores of a survey.
func (s *site) dashboard(c *gin.Context) {
	if !s.requireKey(c) {
		return
	}
	ctx, key := c.Request.Context(), surveys.SurveyKey(c.Param("survey"))
	survey, err := s.Service.Store.FindSurvey(ctx, key, 0)
	if err != nil {
		middleware.Fail(c, err)
		return
	}
	values := c.Request.URL.Query()
	q, err := readQuery(values, survey)
	if err != nil {
		middleware.Fail(c, err)
		return
	}
	r, err := s.Reports.Report(ctx, key, q)
	if err != nil {
		middleware.Fail(c, err)
		return
	}
	page := newScoresPage(survey, q, values, r)
	page.frame = s.views.staffFrame(r.Title + " · scores")
	page.SignedIn = true
	s.views.render(c, http.StatusOK, "dashboard", page)
}
