package heap

import (
	"context"
	"runtime"
	"testing"
	"time"
)

func TestShare(t *testing.T) {
	for bytes, want := range map[int]int{0: 400, 1 << 20: 400, 16 << 20: 200, 32 << 20: 100, 64 << 20: 50, 430 << 20: 7, 1 << 40: 5} {
		if got := share(bytes); got != want {
			t.Errorf("%d bytes of responses: %d %%, want %d %%", bytes, got, want)
		}
	}
}

// Beside many responses what was garbage goes back to the system.
func TestBound(t *testing.T) {
	t.Setenv("GOGC", "")
	garbage := make([][]byte, 4)
	for i := range garbage {
		garbage[i] = make([]byte, room)
	}
	runtime.KeepAlive(garbage)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Bound(ctx, func() int { return 1 << 30 })
	}()
	defer func() { stop(); <-done }()
	for until := time.Now().Add(30 * time.Second); spare() > room/2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d MB are free or garbage", spare()>>20)
		}
	}
}
