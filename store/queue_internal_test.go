package store

import (
	"testing"
	"time"
)

// Of ten who may send again, half are waited for, and not more; where they do not come, nobody is waited for any longer.
func TestQueueWaitsForHalf(t *testing.T) {
	q := newQueue(100)
	q.answering(10, 0)
	q.half = time.Now().Add(time.Hour)
	put := func(n int) {
		t.Helper()
		for range n {
			if err := q.put(t.Context(), false, new(submission)); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(4)
	taken := make(chan int)
	take := func() { taken <- len(q.take(nil, 100)) }
	go take()
	for wanted := 0; wanted != 5; {
		q.mu.Lock()
		wanted = q.wanted
		q.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	put(1)
	if n := <-taken; n != 5 || q.away != 5 {
		t.Errorf("%d were taken, %d may come: want 5 and 5", n, q.away)
	}
	q.half = time.Now().Add(2 * time.Millisecond)
	put(1)
	go take()
	if n := <-taken; n != 1 || q.away != 0 {
		t.Errorf("%d was taken, %d may come: want 1 and 0", n, q.away)
	}
}
