package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The plain sum reads every byte, whatever the lengths of the columns.
func TestPlainSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOf(rapid.SliceOf(rapid.Byte())).Draw(t, "columns")
		var want uint64
		for _, c := range columns {
			for _, half := range [][]byte{c[:len(c)/2], c[len(c)/2:]} {
				for word := range slices.Chunk(half, 8) {
					var full [8]byte
					copy(full[:], word)
					want += binary.LittleEndian.Uint64(full[:])
				}
			}
		}
		if got := plainSum(columns); got != want {
			t.Fatalf("sum %d, want %d", got, want)
		}
	})
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		n    int
		want []int
	}{
		{5_000, []int{500, 5_000}},
		{300_000, []int{30_000, 300_000}},
		{1_000_000, []int{100_000, 1_000_000}},
		{10_000_000, []int{100_000, 1_000_000, 10_000_000}},
		{100_000_000, []int{1_000_000, 10_000_000, 100_000_000}},
	} {
		if diff := cmp.Diff(tt.want, sizes(tt.n)); diff != "" {
			t.Errorf("%d: %s", tt.n, diff)
		}
	}
}

// Things are measured in turns, the first of which does not count, and medians stand.
func TestMedians(t *testing.T) {
	var order []int
	part := func(which int, took ...time.Duration) timed {
		return func() (time.Duration, error) {
			order = append(order, which)
			next := took[0]
			took = took[1:]
			return next, nil
		}
	}
	got, err := medians(t.Context(), 4, part(0, 900, 1, 4, 2, 100), part(1, 0, 7, 7, 7, 8))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{3, 7}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, order); diff != "" {
		t.Error(diff)
	}
	failed := errors.New("failed")
	if _, err := medians(t.Context(), 1, func() (time.Duration, error) { return 0, failed }); !errors.Is(err, failed) {
		t.Errorf("%v, want the error of the part", err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if _, err := medians(ended, 1, part(0, 1, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was ended", err)
	}
}
