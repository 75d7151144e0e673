package web

import (
	"bytes"
	"io/fs"
	"net/url"
	"regexp"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/surveys"
)

// Files are the embedded templates, static files and locales.
func Files() fs.FS { return files }

// Marked returns the files with a mark, ⟦name⟧, at the beginning of what every template writes, and the names.
func Marked() (marked fs.FS, names []string, err error) {
	out := fstest.MapFS{}
	definition := regexp.MustCompile(`\{\{define "([^"]+)"\}\}`)
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		if bytes.HasSuffix([]byte(path), []byte(".html")) {
			for _, m := range definition.FindAllSubmatch(b, -1) {
				names = append(names, string(m[1]))
			}
			b = definition.ReplaceAll(b, []byte("$0⟦$1⟧"))
		}
		out[path] = &fstest.MapFile{Data: b}
		return nil
	})
	return out, names, err
}

// MountFrom mounts the pages made of other files.
func MountFrom(r *gin.Engine, cfg Config, fsys fs.FS) error {
	v, err := newViews(fsys)
	if err != nil {
		return err
	}
	return mount(r, cfg, v)
}

// ErrorPageFrom returns the error page made of other files.
func ErrorPageFrom(fsys fs.FS) (middleware.ErrorPage, error) {
	v, err := newViews(fsys)
	if err != nil {
		return nil, err
	}
	return v.errorPage, nil
}

// Submission reads a form's body as the handler does.
func Submission(body url.Values, form *surveys.Form, now time.Time) (surveys.Submission, []surveys.FieldError) {
	return readFilled(body, &form.Survey.Questionnaire).submission(form, now)
}

// Query reads the question of a scores page and returns how the API is asked the same.
func Query(v url.Values, s *surveys.Survey) (q reports.Query, asked string, err error) {
	q, err = readQuery(v, s)
	return q, address(q), err
}

// Documented reads an OpenAPI document and returns its operations by method and path.
func Documented(body []byte) (out []string, err error) {
	d, err := newDocs(body)
	for _, g := range d.Groups {
		for _, o := range g.Operations {
			out = append(out, o.Method+" "+o.Path)
		}
	}
	return out, err
}

// Choose exposes the choice of a language.
func Choose(offered []string, asked, accepted string) (string, error) {
	v, err := embedded()
	if err != nil {
		return "", err
	}
	return v.locales.choose(offered, asked, accepted), nil
}

var (
	SafeNext    = safeNext
	Direction   = direction
	AcceptsGzip = acceptsGzip
	Fill        = fill
	StartOf     = startOf
)

// Locales reads the words of all languages, as at the start.
func Locales(fsys fs.FS) ([]string, error) {
	l, err := newLocales(fsys)
	if err != nil {
		return nil, err
	}
	return l.tags, nil
}

// Runs renders inline marks, each as kind(text).
func Runs(text string) (out string) {
	for _, r := range inlineCode(text) {
		switch {
		case r.Code:
			out += "<" + r.Text + ">"
		case r.Strong:
			out += "*" + r.Text + "*"
		default:
			out += r.Text
		}
	}
	return out
}
