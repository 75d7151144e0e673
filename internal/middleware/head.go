package middleware

import "net/http"

// AnswerHead lets a handler answer HEAD as it answers GET (RFC 9110, section 9.3.2). The server leaves out the body of what it was asked
// for by HEAD, so nothing else needs to know of it; log and metrics call it GET.
func AnswerHead(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(r.Context()) // a copy: the server looks at its own
			r.Method = http.MethodGet
		}
		h.ServeHTTP(w, r)
	})
}
