package web_test

import (
	"net/http"
	"testing"
)

func TestDocs(t *testing.T) {
	p := open(t, nil, nil)
	a := p.visitor(t).get("/docs")
	if a.Status != http.StatusOK {
		t.Fatalf("status %d: %s", a.Status, a.Body)
	}
}
