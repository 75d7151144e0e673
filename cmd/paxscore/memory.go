package main

import (
	"context"
	"os"
	"runtime/debug"
	"time"
)

// The garbage collector lets the heap grow by a share of what is alive before it runs. Of half a gigabyte of responses that would be another half for
// nothing: they are columns without pointers, which cost the collector no time however often it runs. So the share is chosen to be this room.
const (
	collectorRoom  = 64 << 20
	leastCollector = 15 // per cent
	mostCollector  = 100
	collectorEvery = 10 * time.Second
)

// collectorShare is the growth of the heap, in per cent, after which garbage is collected where so many bytes of responses are in memory.
func collectorShare(bytes int) int {
	if bytes <= collectorRoom {
		return mostCollector
	}
	return max(leastCollector, mostCollector*collectorRoom/bytes)
}

// boundGarbage keeps the garbage small beside the responses in memory, until ctx ends; GOGC, where it is set, is left as it is.
func boundGarbage(ctx context.Context, responses func() int) {
	if os.Getenv("GOGC") != "" {
		return
	}
	ticker := time.NewTicker(collectorEvery)
	defer ticker.Stop()
	for share := mostCollector; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if wanted := collectorShare(responses()); wanted != share {
			share = wanted
			debug.SetGCPercent(share)
		}
	}
}
