package middleware_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// keys is the only key holder a test of headers and cookies needs; the stored keys are tested with the API.
type keys map[string]error

func (k keys) Authenticate(_ context.Context, bearer string) (surveys.Key, error) {
	if err, ok := k[bearer]; ok {
		return surveys.Key{Name: "name of " + bearer}, err
	}
	return surveys.Key{}, surveys.ErrNotFound
}

func TestRequireKey(t *testing.T) {
	e, log := engine(t, middleware.Config{})
	auth := middleware.WithEnvironmentKey(keys{"good": nil, "down": surveys.ErrUnavailable, "odd": errors.New("odd")}, "env")
	show := func(c *gin.Context) { c.String(200, middleware.KeyName(c)) }
	e.GET("/x", middleware.RequireKey(auth), show)
	e.POST("/x", middleware.RequireKey(auth), show)
	tests := []struct {
		name, method, header, cookie string
		status                       int
		holder                       string
	}{
		{"bearer", "GET", "Bearer good", "", 200, "name of good"},
		{"scheme in any case", "POST", "bearer good", "", 200, "name of good"},
		{"environment", "POST", "Bearer env", "", 200, "environment"},
		{"cookie", "GET", "", "good", 200, "name of good"},
		{"cookie with a form that another site may have sent", "POST", "", "good", 401, ""},
		{"a bad header is not saved by the cookie", "GET", "Bearer bad", "good", 401, ""},
		{"none", "GET", "", "", 401, ""},
		{"unknown", "GET", "Bearer bad", "", 401, ""},
		{"empty", "GET", "Bearer ", "", 401, ""},
		{"other scheme", "GET", "Basic good", "", 401, ""},
		{"near the environment's", "GET", "Bearer envx", "", 401, ""},
		{"store away", "GET", "Bearer down", "", 503, ""},
		{"store broken", "GET", "Bearer odd", "", 500, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log.Reset()
			r := httptest.NewRequest(tt.method, "/x", nil)
			if tt.header != "" {
				r.Header.Set("Authorization", tt.header)
			}
			if tt.cookie != "" {
				r.AddCookie(&http.Cookie{Name: middleware.KeyCookie, Value: tt.cookie})
			}
			w := do(e, r)
			if w.Code != tt.status || tt.status == 200 && w.Body.String() != tt.holder {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if challenge := w.Header().Get("WWW-Authenticate"); (challenge != "") != (tt.status == 401) {
				t.Errorf("challenge %q", challenge)
			}
			if tt.holder != "" && (!strings.Contains(log.String(), `"key":"`+tt.holder+`"`) || !strings.Contains(w.Header().Get("Cache-Control"), "private")) {
				t.Errorf("log %s, header %v", log, w.Header())
			}
		})
	}
}

func TestNoEnvironmentKeyOpensNothing(t *testing.T) {
	auth := middleware.WithEnvironmentKey(keys{}, "")
	if _, err := auth.Authenticate(t.Context(), ""); !errors.Is(err, surveys.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
