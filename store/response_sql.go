package store

import (
	"iter"
	"strings"
)

// columnNames are the columns of responses, seq apart, in the order in which every statement names them.
const columnNames = "id, received_at, submitted_at, response_weight, seconds, version, survey, wave, mode, language, " +
	"respondent, ratings, attributes, comments, digest"

const columns = 15

// tuples is n times (?, …) of a width.
func tuples(n, width int) string {
	tuple := "(?" + strings.Repeat(",?", width-1) + ")"
	return tuple + strings.Repeat(","+tuple, n-1)
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
