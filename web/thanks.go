package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// thanksPage is the passenger's receipt.
type thanksPage struct {
	frame
	Heading       string
	ID            string
	Before, After string // the sentence around the time
	Time, Stamp   string // as people read it, and RFC 3339
	Repeat        bool
}

// thanksAddress returns where a stored response is thanked for. It names the survey, never the token, and carries the
// receipt, so that the page can be loaded again without asking anybody.
func thanksAddress(r surveys.Receipt, lang string) string {
	q := url.Values{"id": {r.ID.String()}, "at": {strconv.FormatInt(r.ReceivedAt.Unix(), 10)}, "v": {strconv.Itoa(r.Version)}, fieldLanguage: {lang}}
	if r.Repeat {
		q.Set("again", "1")
	}
	return "/s/" + url.PathEscape(string(r.Survey)) + "/thanks?" + q.Encode()
}

func (s *site) thanks(c *gin.Context) {
	id, err := surveys.ParseResponseID(c.Query("id"))
	at, atErr := strconv.ParseInt(c.Query("at"), 10, 64)
	version, versionErr := strconv.Atoi(c.Query("v"))
	if err != nil || atErr != nil || versionErr != nil || at <= 0 || at > s.Service.Now().Unix()+60 || version < 1 {
		middleware.Fail(c, middleware.NewProblem(http.StatusNotFound, "not-found", "This address holds no receipt."))
		return
	}
	survey, err := s.Service.Store.FindSurvey(c.Request.Context(), surveys.SurveyKey(c.Param("ref")), version)
	if err != nil {
		middleware.Fail(c, err)
		return
	}
	lang := s.language(c, survey)
	received := time.Unix(at, 0).UTC()
	page := thanksPage{
		frame: s.views.frame(lang, ""), ID: id.String(), Repeat: c.Query("again") == "1",
		Time: received.Format("2006-01-02 15:04 UTC"), Stamp: received.Format(time.RFC3339),
	}
	page.Heading = cmp.Or(survey.Questionnaire.Thanks.In(lang, survey.Questionnaire.Languages...), page.Words.Thanks)
	page.Title = page.Words.Thanks
	page.Before, page.After, _ = strings.Cut(page.Words.Received, "{time}")
	c.Header("Cache-Control", "no-store")
	s.views.render(c, http.StatusOK, "thanks", page)
}
