package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
)

// HEAD has the status and the headers of GET and no body; an address without GET does not take it.
func TestHead(t *testing.T) {
	e, _ := engine(t, middleware.Config{})
	e.GET("/text", func(c *gin.Context) {
		c.Header("ETag", `"x"`)
		c.String(http.StatusOK, "text")
	})
	e.GET("/fails", func(c *gin.Context) { middleware.Fail(c, middleware.ErrNoKey) })
	e.POST("/take", func(c *gin.Context) {})
	s := httptest.NewServer(middleware.AnswerHead(e))
	defer s.Close()
	ask := func(method, path string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a, string(body)
	}
	for _, path := range []string{"/text", "/fails", "/nothing"} {
		get, full := ask("GET", path)
		head, none := ask("HEAD", path)
		if head.StatusCode != get.StatusCode || full == "" || none != "" {
			t.Errorf("%s: GET %d %q, HEAD %d %q", path, get.StatusCode, full, head.StatusCode, none)
		}
		for _, name := range []string{"Content-Type", "Etag", "Www-Authenticate", "X-Content-Type-Options"} {
			if head.Header.Get(name) != get.Header.Get(name) {
				t.Errorf("%s: %s is %q for GET, %q for HEAD", path, name, get.Header.Get(name), head.Header.Get(name))
			}
		}
	}
	if a, _ := ask("HEAD", "/take"); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "POST" {
		t.Errorf("HEAD where only POST is taken: %d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
}
