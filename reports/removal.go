package reports

import (
	"context"
	"fmt"
	"slices"

	"paxscore/surveys"
)

// Remove takes responses out by the numbers of their commits; those that the data set does not hold are passed over. Every answer from then
// on is as if they had never been, but for UpToSeq.
func (d *Dataset) Remove(seqs ...int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var rows []uint32
	for _, seq := range seqs {
		if row, held := d.table.RowOf(seq); held {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	d.removed++
	d.cached, d.kept = cache{}, kept{}
	d.scored.Remove(rows)
	d.screen.Remove(rows) // from the table, too
	left := d.outside[:0]
	for _, row := range d.outside {
		if before, removed := slices.BinarySearch(rows, row); !removed {
			left = append(left, row-uint32(before))
		}
	}
	d.outside = left
}

// forget takes out what has been removed from the store.
func (f *followed) forget(ctx context.Context, store Store, s *surveys.Survey) error {
	removals, err := store.ListRemovals(ctx, s.Key, f.removals.Load())
	if err != nil {
		return fmt.Errorf("read removals: %w", err)
	}
	if len(removals) == 0 {
		return nil
	}
	var seqs []int64
	for _, r := range removals {
		seqs = append(seqs, r.ResponseSeq)
	}
	f.dataset.Remove(seqs...)
	f.removals.Store(removals[len(removals)-1].Seq)
	return nil
}
