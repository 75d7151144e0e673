package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"paxscore/reports"
)

// start measures how long a server takes until it can answer: with a snapshot of what is stored, against reading that file, which the system has in
// its memory by then, and against reading the database.
func (b *run) start(ctx context.Context, d *database) (err error) {
	if !b.wants(Start) {
		return nil
	}
	b.Progress("start with what is stored on " + d.name)
	folder, err := os.MkdirTemp(b.Folder, "paxscore-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	snapshots := reports.Snapshots{Dir: folder, Now: time.Now}
	live := reports.NewLiveFrom(d.store, snapshots)
	loaded := 0
	fromDatabase, err := clock(func() error {
		set, err := live.Dataset(ctx, d.survey.Key)
		if err == nil {
			loaded = set.Len()
		}
		return err
	})
	if err != nil {
		return err
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	live.Run(stopped) // writes the snapshot, as a server that is stopped
	live = nil
	files, err := filepath.Glob(filepath.Join(folder, "*.columns"))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("%d snapshots were written", len(files))
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return err
	}
	runs := b.few()
	took, err := medians(ctx, runs,
		func() (time.Duration, error) {
			return clock(func() error {
				set, err := reports.NewLiveFrom(d.store, snapshots).Dataset(ctx, d.survey.Key)
				if err == nil && set.Len() != loaded {
					return fmt.Errorf("the snapshot gave %d responses, the database %d", set.Len(), loaded)
				}
				return err
			})
		},
		func() (time.Duration, error) {
			return clock(func() error { _, err := os.ReadFile(files[0]); return err })
		})
	if err != nil {
		return err
	}
	what := fmt.Sprintf("start with %s responses from a snapshot, %s", count(loaded), d.name)
	b.add(Row{Part: Start, What: what, Figure: milliseconds(took[0]), Unit: "ms",
		Baseline: fmt.Sprintf("reading the file of %.3g MB into memory", float64(info.Size())/1e6), BaselineFigure: milliseconds(took[1]), Target: "at most 3", Runs: runs})
	b.add(Row{Part: Start, What: "the same", Figure: milliseconds(took[0]), Unit: "ms",
		Baseline: "reading the database (once)", BaselineFigure: milliseconds(fromDatabase), Target: "less", Runs: runs})
	return nil
}
