package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
)

// views is what pages are made of; it is not changed once made.
type views struct {
	templates *template.Template
	locales   *locales
	assets    *assets
}

func newViews(fsys fs.FS) (*views, error) {
	l, err := newLocales(fsys)
	if err != nil {
		return nil, fmt.Errorf("read locales: %w", err)
	}
	a, err := newAssets(fsys)
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	t, err := template.New("").Option("missingkey=error").Funcs(functions()).ParseFS(fsys, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	return &views{templates: t, locales: l, assets: a}, nil
}

// frame is what every page has.
type frame struct {
	Lang, Dir  string
	Title      string
	Stylesheet string // address
	Icon       string // address
	Staff      bool   // shows the way between the staff's pages
	SignedIn   bool
	Words      *words
}

// frame returns the frame of a page in a language; its own words are in the nearest language that we have.
func (v *views) frame(lang, title string) frame {
	return frame{Lang: lang, Dir: direction(lang), Title: title, Stylesheet: v.assets.stylesheet, Icon: v.assets.icon,
		Words: v.locales.nearest(lang)}
}

// staffFrame returns the frame of a page for staff, which is in English.
func (v *views) staffFrame(title string) frame {
	f := v.frame("en", title)
	f.Staff = true
	return f
}

// render sends a page, whole or not at all.
func (v *views) render(c *gin.Context, status int, name string, page any) {
	if err := v.tryRender(c, status, name, page); err != nil {
		middleware.Fail(c, err)
	}
}

func (v *views) tryRender(c *gin.Context, status int, name string, page any) error {
	var b bytes.Buffer
	if err := v.templates.ExecuteTemplate(&b, name, page); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	send(c, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// send writes a whole body, compressed where the client takes it.
func send(c *gin.Context, status int, contentType string, body []byte) {
	h := c.Writer.Header()
	h.Add("Vary", "Accept-Encoding")
	if len(body) > 1000 && acceptsGzip(c.GetHeader("Accept-Encoding")) {
		body = compress(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Data(status, contentType, body)
}

// acceptsGzip reads an Accept-Encoding header; "gzip;q=0" refuses.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		coding = strings.TrimSpace(coding)
		if !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		q := strings.TrimPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return q == "" || err == nil && value > 0
	}
	return false
}

// compress never fails: it writes to memory.
func compress(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// noticePage says one thing, usually that something went wrong.
type noticePage struct {
	frame
	Status    int
	Heading   string
	Text      string
	Fields    []string // what is wrong, one line each
	Reference string   // request id, where a person may need to quote it
	Retry     string   // address to try again, or ""
}

// errorPage writes a problem as a page: to a passenger in a passenger's words, to staff as it is.
func (v *views) errorPage(c *gin.Context, p *middleware.Problem) {
	pageHeaders(c)
	var page noticePage
	if path := c.Request.URL.Path; strings.HasPrefix(path, "/s/") {
		page = v.passengerNotice(c, p)
	} else {
		page = noticePage{frame: v.staffFrame(p.Title), Heading: p.Title, Text: p.Detail}
		for _, e := range p.Errors {
			page.Fields = append(page.Fields, e.Field+": "+e.Message)
		}
	}
	page.Status = p.Status
	if p.Status >= http.StatusInternalServerError {
		page.Reference = p.RequestID
		if c.Request.Method == http.MethodGet {
			page.Retry = c.Request.URL.RequestURI()
		}
	}
	if err := v.tryRender(c, p.Status, "notice", page); err != nil {
		_ = c.Error(err)
		middleware.WriteProblem(c, p)
	}
}

func (v *views) passengerNotice(c *gin.Context, p *middleware.Problem) noticePage {
	lang := v.locales.choose(nil, c.Query("lang"), c.GetHeader("Accept-Language"))
	w := v.locales.nearest(lang)
	heading, text := w.BrokenTitle, w.BrokenText
	switch strings.TrimPrefix(p.Type, middleware.ProblemType) {
	case "not-found", "no-such-page", "method-not-allowed":
		heading, text = w.UnknownTitle, w.UnknownText
	case "token-used":
		heading, text = w.UsedTitle, w.UsedText
	case "token-expired":
		heading, text = w.ExpiredTitle, w.ExpiredText
	case "wave-closed":
		heading, text = w.ClosedTitle, w.ClosedText
	case "id-used":
		heading, text = w.ConflictTitle, w.ConflictText
	case "body-too-large":
		heading, text = w.TooLargeTitle, w.TooLargeText
	case "unavailable":
		heading, text = w.UnavailableTitle, w.UnavailableText
	}
	return noticePage{frame: v.frame(lang, heading), Heading: heading, Text: text}
}
