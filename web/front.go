package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// frontPage leads to everything else.
type frontPage struct {
	frame
	Survey   string // title
	Form     string // addresses
	Scores   string
	Workbook string
	Missing  bool // the default survey is not published yet
}

func (s *site) front(c *gin.Context) {
	key := string(s.DefaultSurvey)
	page := frontPage{frame: s.views.staffFrame("paxscore"), Form: "/s/" + url.PathEscape(key), Scores: "/dashboard/" + url.PathEscape(key)}
	page.SignedIn = s.signedIn(c)
	page.Workbook = signInAddress("/api/v1/surveys/" + url.PathEscape(key) + "/report.xlsx")
	survey, err := s.Service.Store.FindSurvey(c.Request.Context(), s.DefaultSurvey, 0)
	switch {
	case err == nil:
		page.Survey = english(survey, survey.Questionnaire.Title)
	case middleware.ProblemFor(err).Status == http.StatusNotFound:
		page.Missing = true
	default:
		middleware.Fail(c, err)
		return
	}
	s.views.render(c, http.StatusOK, "front", page)
}

// english returns a text of a survey for staff.
func english(s *surveys.Survey, t surveys.Text) string {
	return t.In("en", s.Questionnaire.Languages...)
}
