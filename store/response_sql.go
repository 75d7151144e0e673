package store

import (
	"iter"
	"strings"
)

// responseColumns are the columns of responses, seq apart, in the order that published.encode writes them.
var responseColumns = [...]struct{ name, postgresType string }{
	{"id", "uuid"},
	{"received_at", "timestamptz"},
	{"submitted_at", "timestamptz"},
	{"response_weight", "double precision"},
	{"seconds", "double precision"},
	{"version", "integer"},
	{"survey", "text"},
	{"wave", "text"},
	{"mode", "text"},
	{"language", "text"},
	{"respondent", "text"},
	{"ratings", "bytea"},
	{"attributes", "jsonb"},
	{"comments", "jsonb"},
	{"digest", "bytea"},
}

func columnNames() string {
	names := make([]string, len(responseColumns))
	for i, c := range responseColumns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// insertRows is the statement that stores n encoded responses, each followed by its seq.
func (s *Store) insertRows(n int) string {
	width := len(responseColumns) + 1
	var b strings.Builder
	b.WriteString("INSERT INTO responses (" + columnNames() + ", seq) VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s.tuple(1+i*width, width))
	}
	return b.String()
}

// tuple is (…) of n parameters, of which the first has the given number.
func (s *Store) tuple(first, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s.dialect.placeholder(first + i))
	}
	b.WriteByte(')')
	return b.String()
}

// chunks cuts a slice into parts whose lengths are powers of two up to limit, so that few different statements do for
// every length.
func chunks[T any](all []T, limit int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for n := limit; len(all) > 0; {
			for n > len(all) {
				n /= 2
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}
