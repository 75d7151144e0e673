package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// signInHours is how long a browser stays signed in.
const signInHours = 12

// signInPage asks for a key.
type signInPage struct {
	frame
	Next  string
	Wrong bool // the key given is not valid
}

func (s *site) showSignIn(c *gin.Context) {
	next := safeNext(c.Query("next"))
	if s.signedIn(c) {
		c.Redirect(http.StatusSeeOther, next)
		return
	}
	s.renderSignIn(c, http.StatusOK, next, false)
}

func (s *site) renderSignIn(c *gin.Context, status int, next string, wrong bool) {
	c.Header("Cache-Control", "no-store")
	s.views.render(c, status, "sign-in", signInPage{frame: s.views.staffFrame("Sign in"), Next: next, Wrong: wrong})
}

func (s *site) signIn(c *gin.Context) {
	if err := c.Request.ParseForm(); err != nil {
		middleware.Fail(c, middleware.BodyError(c, err))
		return
	}
	key, next := strings.TrimSpace(c.Request.PostForm.Get("key")), safeNext(c.Request.PostForm.Get("next"))
	ctx := c.Request.Context()
	found, err := s.Auth.Authenticate(ctx, key)
	switch {
	case errors.Is(err, surveys.ErrNotFound):
		s.Logger.WarnContext(ctx, "sign-in refused", "request_id", middleware.RequestID(ctx))
		s.renderSignIn(c, http.StatusUnauthorized, next, true)
	case err != nil:
		middleware.Fail(c, err)
	default:
		s.Logger.InfoContext(ctx, "signed in", "key", found.Name, "request_id", middleware.RequestID(ctx))
		s.setKey(c, key, signInHours*60*60)
		c.Redirect(http.StatusSeeOther, next)
	}
}

func (s *site) signOut(c *gin.Context) {
	s.setKey(c, "", -1)
	c.Redirect(http.StatusSeeOther, "/")
}

// setKey sets the cookie, or with a negative age removes it.
func (s *site) setKey(c *gin.Context, key string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: middleware.KeyCookie, Value: key, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		// Behind a proxy that speaks TLS for us. Somebody who makes the header up spoils nobody's cookie but their own.
		Secure: c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https"),
	})
}

// signedIn reports whether the request comes with a valid key.
func (s *site) signedIn(c *gin.Context) bool {
	_, err := middleware.FindKey(c, s.Auth)
	return err == nil
}

// requireKey reports whether the request comes with a valid key; otherwise it has led to the sign-in page and back.
func (s *site) requireKey(c *gin.Context) bool {
	_, err := middleware.FindKey(c, s.Auth)
	switch {
	case err == nil:
		c.Header("Cache-Control", "private, no-store")
		return true
	case errors.Is(err, middleware.ErrNoKey), errors.Is(err, middleware.ErrBadKey):
		c.Redirect(http.StatusSeeOther, signInAddress(c.Request.URL.RequestURI()))
	default:
		middleware.Fail(c, err)
	}
	return false
}

func signInAddress(next string) string { return "/sign-in?" + url.Values{"next": {next}}.Encode() }

// safeNext returns an address of our own, whatever was asked for: anything that a browser could take for another site's
// becomes the scores page.
func safeNext(next string) string {
	const home = "/dashboard"
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") {
		return home
	}
	if strings.HasPrefix(next, "//") || strings.ContainsFunc(next, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) ||
		strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") || strings.HasPrefix(u.Path, "/sign-") {
		return home
	}
	return u.RequestURI()
}
