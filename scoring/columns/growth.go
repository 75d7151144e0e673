package columns

import "math/rand/v2"

// longColumn is the number of rows from which a column grows by a small part only.
const longColumn = 1 << 16

// spare is the room for further rows that a column of n rows is given: as much again while it is short, then 1.5 to 3 %. The random part
// lets columns of the same length move at different times, so that no more than one is in memory twice.
func spare(n int) int {
	if n < longColumn {
		return n + 64
	}
	return n/64 + rand.IntN(n/64)
}

// extended is a column with one value more.
func extended[T any](column []T, v T) []T {
	if len(column) == cap(column) {
		column = append(roomFor[T](len(column))[:0], column...)
	}
	return append(column, v)
}

// roomFor is a column of n zeros with room for more.
func roomFor[T any](n int) []T { return make([]T, n, n+spare(n)) }
