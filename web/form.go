package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// Names of the form's fields. Answers are "a.ITEM", attributes "s.ATTRIBUTE".
const (
	fieldID       = "id"     // response id: makes sending twice a repeat
	fieldVersion  = "v"      // of the questionnaire shown
	fieldStarted  = "t"      // Unix seconds when the form was first shown
	fieldLanguage = "lang"   //
	fieldMode     = "m"      // way in: web, qr or kiosk
	fieldSwitch   = "switch" // language to show the form in, instead of sending it
	answerPrefix  = "a."
	attributePfx  = "s."
	notApplicable = "na" // value of an answer
)

// showForm shows an empty form.
func (s *site) showForm(c *gin.Context) {
	form, err := s.Service.FindForm(c.Request.Context(), c.Param("ref"))
	if err != nil {
		middleware.Fail(c, err)
		return
	}
	lang := s.language(c, form.Survey)
	now := s.Service.Now()
	in := &filled{
		ID:       surveys.NewResponseID(now).String(),
		Started:  strconv.FormatInt(now.Unix(), 10),
		Language: lang,
		Mode:     wayIn(c.Query(fieldMode)),
	}
	// A page that is gone back to must come as it was, with its response id: it may be kept, for this person only.
	c.Header("Cache-Control", "private, no-cache")
	s.renderForm(c, http.StatusOK, form, in, nil)
}

// takeForm takes a filled form: it stores the answers, or shows the form again with everything that was filled in.
func (s *site) takeForm(c *gin.Context) {
	// What a person wrote is nobody else's, and must not outlive the visit on a shared machine.
	c.Header("Cache-Control", "no-store")
	if err := c.Request.ParseForm(); err != nil {
		middleware.Fail(c, middleware.BodyError(c, err))
		return
	}
	post := c.Request.PostForm
	ctx := c.Request.Context()
	form, err := s.formShown(ctx, c.Param("ref"), post.Get(fieldVersion))
	if err != nil {
		s.refuse(c, err)
		return
	}
	in := readFilled(post, &form.Survey.Questionnaire)
	in.Language = s.views.locales.choose(form.Survey.Questionnaire.Languages, post.Get(fieldLanguage), c.GetHeader("Accept-Language"))
	if to := post.Get(fieldSwitch); to != "" {
		in.Language = s.views.locales.choose(form.Survey.Questionnaire.Languages, to, "")
		if in.empty() {
			c.Redirect(http.StatusSeeOther, c.Request.URL.Path+"?"+url.Values{fieldLanguage: {in.Language}, fieldMode: {string(in.Mode)}}.Encode())
			return
		}
		s.renderForm(c, http.StatusOK, form, in, nil)
		return
	}
	sub, problems := in.submission(form, s.Service.Now())
	if len(problems) > 0 {
		s.renderForm(c, http.StatusUnprocessableEntity, form, in, problems)
		return
	}
	receipt, err := s.Service.Submit(ctx, sub)
	var invalid *surveys.InvalidError
	switch {
	case errors.As(err, &invalid):
		s.renderForm(c, http.StatusUnprocessableEntity, form, in, invalid.Fields)
	case err != nil:
		s.refuse(c, err)
	default:
		c.Redirect(http.StatusSeeOther, thanksAddress(receipt, in.Language))
	}
}

// refuse answers a form that cannot be taken. If that is a matter of time, the page holds all that was filled in, so that
// it can be sent again as it is.
func (s *site) refuse(c *gin.Context, err error) {
	problem := middleware.ProblemFor(err)
	if problem.Status != http.StatusServiceUnavailable {
		middleware.Fail(c, err)
		return
	}
	_ = c.Error(err)
	lang := s.views.locales.choose(nil, c.Request.PostForm.Get(fieldLanguage), c.GetHeader("Accept-Language"))
	page := resendPage{frame: s.views.frame(lang, ""), Action: c.Request.URL.Path}
	page.Title = page.Words.AwayTitle
	page.Fields = keptFields(c.Request.PostForm)
	c.Header("Retry-After", "5")
	s.views.render(c, http.StatusServiceUnavailable, "resend", page)
}

// resendPage holds a filled form that could not be stored.
type resendPage struct {
	frame
	Action string
	Fields []field
}

// field is a name and a value of a form.
type field struct{ Name, Value string }

// renderForm shows the form with what was filled in and what is wrong with it.
func (s *site) renderForm(c *gin.Context, status int, form *surveys.Form, in *filled, problems []surveys.FieldError) {
	page, err := s.newFormPage(form, in, problems)
	if err != nil {
		middleware.Fail(c, fmt.Errorf("show form %q: %w", form.Survey.Key, err))
		return
	}
	page.Action = c.Request.URL.Path
	s.views.render(c, status, "form", page)
}

// language chooses among the survey's languages: the one in the address, else the browser's, else the first.
func (s *site) language(c *gin.Context, survey *surveys.Survey) string {
	return s.views.locales.choose(survey.Questionnaire.Languages, c.Query(fieldLanguage), c.GetHeader("Accept-Language"))
}

// wayIn returns the mode that an address may claim.
func wayIn(m string) surveys.Mode {
	switch mode := surveys.Mode(m); mode {
	case surveys.ModeQR, surveys.ModeKiosk:
		return mode
	}
	return surveys.ModeWeb
}
