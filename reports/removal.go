package reports

import (
	"context"
	"fmt"

	"paxscore/surveys"
)

// forget begins the data set again if a response that it holds has been removed.
func (f *followed) forget(ctx context.Context, store Store, s *surveys.Survey) error {
	removals, err := store.ListRemovals(ctx, s.Key, f.removals)
	if err != nil {
		return fmt.Errorf("read removals: %w", err)
	}
	upTo, held := f.dataset.upTo(), false
	for _, r := range removals {
		f.removals = r.Seq
		held = held || r.ResponseSeq <= upTo
	}
	if held {
		f.dataset = NewDataset(s)
		f.versions = newVersions(store, f.dataset.layout)
	}
	return nil
}
