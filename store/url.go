package store

import (
	"errors"
	"strings"
)

// parseURL never repeats the URL in an error: it may hold a password.
func parseURL(url string) (dialect, error) {
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok {
		return nil, errURL
	}
	switch scheme {
	case "sqlite":
		return parseSQLite(rest)
	case "postgres", "postgresql":
		return parsePostgres(url)
	}
	return nil, errURL
}

var errURL = errors.New("the database URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
