package main

import "testing"

func TestCollectorShare(t *testing.T) {
	for bytes, want := range map[int]int{0: 100, 1 << 20: 100, 64 << 20: 100, 128 << 20: 50, 430 << 20: 15, 1 << 40: 15} {
		if got := collectorShare(bytes); got != want {
			t.Errorf("%d bytes of responses: %d %%, want %d %%", bytes, got, want)
		}
	}
}
