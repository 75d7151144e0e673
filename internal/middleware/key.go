package middleware

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/surveys"
)

// KeyCookie holds the bearer key of a browser that signed in. It is believed for GET and HEAD only.
const KeyCookie = "paxscore_key"

// EnvironmentKeyName is the name, in logs, of the key that the environment sets.
const EnvironmentKeyName = "environment"

// Errors of FindKey.
var (
	ErrNoKey  = errors.New("no key was given")
	ErrBadKey = errors.New("the key is not valid")
)

// Authenticator says whose key a bearer string is. *surveys.Service is one. Errors: surveys.ErrNotFound.
type Authenticator interface {
	Authenticate(ctx context.Context, bearer string) (surveys.Key, error)
}

// WithEnvironmentKey returns an authenticator that also accepts the given key, compared in constant time; "" adds none.
func WithEnvironmentKey(auth Authenticator, key string) Authenticator {
	if key == "" {
		return auth
	}
	return environmentKey{auth, sha256.Sum256([]byte(key))}
}

type environmentKey struct {
	next Authenticator
	hash surveys.TokenHash
}

func (e environmentKey) Authenticate(ctx context.Context, bearer string) (surveys.Key, error) {
	if sum := sha256.Sum256([]byte(bearer)); subtle.ConstantTimeCompare(sum[:], e.hash[:]) == 1 {
		return surveys.Key{Name: EnvironmentKeyName, Hash: e.hash}, nil
	}
	return e.next.Authenticate(ctx, bearer)
}

const keyNameKey = "middleware.key_name"

// FindKey returns the key of a request, from "Authorization: Bearer" or, for GET and HEAD, from the cookie, and remembers
// its name for the log. Errors: ErrNoKey, ErrBadKey, or what kept the authenticator from answering.
func FindKey(c *gin.Context, auth Authenticator) (surveys.Key, error) {
	bearer, err := bearerOf(c.Request)
	if err != nil {
		return surveys.Key{}, err
	}
	key, err := auth.Authenticate(c.Request.Context(), bearer)
	if errors.Is(err, surveys.ErrNotFound) {
		return surveys.Key{}, ErrBadKey
	}
	if err != nil {
		return surveys.Key{}, fmt.Errorf("find key: %w", err)
	}
	c.Set(keyNameKey, key.Name)
	return key, nil
}

func bearerOf(r *http.Request) (string, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, bearer, _ := strings.Cut(header, " ")
		bearer = strings.TrimSpace(bearer)
		if !strings.EqualFold(scheme, "Bearer") || bearer == "" {
			return "", ErrBadKey
		}
		return bearer, nil
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if cookie, err := r.Cookie(KeyCookie); err == nil && cookie.Value != "" {
			return cookie.Value, nil
		}
	}
	return "", ErrNoKey
}

// KeyName returns the name of the key that FindKey accepted for this request, or "".
func KeyName(c *gin.Context) string { return c.GetString(keyNameKey) }

// RequireKey lets only requests with a valid key pass; the others get a problem with status 401. A surface that leads
// people to a sign-in page calls FindKey itself.
func RequireKey(auth Authenticator) gin.HandlerFunc {
	return func(c *gin.Context) {
		if _, err := FindKey(c, auth); err != nil {
			Fail(c, err)
			return
		}
		// What a key opens must not stay in shared caches.
		c.Header("Cache-Control", "private, no-store")
		c.Writer.Header().Add("Vary", "Authorization, Cookie")
		c.Next()
	}
}
