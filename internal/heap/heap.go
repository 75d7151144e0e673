// Package heap keeps the memory small that a program takes beside the responses it holds.
package heap

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The garbage collector lets the heap grow by a share of what is alive before it runs. Of half a gigabyte of responses that would be another half for
// nothing: they are columns without pointers, which cost the collector no time however often it runs. So the share is chosen to be this room, and
// what is free beyond it goes back to the system.
const (
	room       = 32 << 20 // of which half may stay at rest
	leastShare = 5        // per cent
	mostShare  = 400      // fewer collections, in which passengers would wait
)

// Every is how often that is looked after.
const Every = 2 * time.Second

// share is the growth of the heap, in per cent, after which garbage is collected where so many bytes of responses are in memory.
func share(bytes int) int {
	return min(max(leastShare, 100*room/max(1, bytes)), mostShare)
}

// Bound keeps garbage and free memory small beside the responses, until ctx ends. Where GOGC is set, it leaves all as it is.
func Bound(ctx context.Context, responses func() int) {
	if os.Getenv("GOGC") != "" {
		return
	}
	before := debug.SetGCPercent(mostShare)
	defer func() { debug.SetGCPercent(before) }()
	ticker := time.NewTicker(Every)
	defer ticker.Stop()
	for now := mostShare; ; {
		if wanted := share(responses()); wanted != now {
			now = wanted
			debug.SetGCPercent(now)
		}
		if now < mostShare && spare() > room/2 {
			debug.FreeOSMemory()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// spare is the memory that the heap could do without: free, or garbage.
func spare() int {
	read := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(read)
	free, objects, live := read[0].Value.Uint64(), read[1].Value.Uint64(), read[2].Value.Uint64()
	return int(free) + max(0, int(objects)-int(live))
}
