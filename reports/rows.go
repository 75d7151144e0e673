package reports

import (
	"context"
	"fmt"
	"iter"

	"paxscore/surveys"
)

// ErrChanged says that the stored responses are no longer those of a report, since one was removed. A report made anew has those that are
// left.
var ErrChanged = fmt.Errorf("%w as the report saw it: a response was removed meanwhile; ask again", surveys.ErrUnavailable)

// Rows streams the stored responses that a report of the survey has seen, in the order of its Verdicts; the report was asked for with
// Listed. Each is a response to the
// given version of the survey, as the report read it: of a response to another version, items that were not asked or on another
// scale are not routed, levels that are gone are unknown; its Version stays. A value is valid until the next iteration. Errors: ErrChanged
// in place of the first response that is not the report's next; those of the store.
func Rows(ctx context.Context, store Store, s *surveys.Survey, r *Report) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		if r.UpToSeq == 0 || r.Seqs == nil { // no response at all; as a limit, 0 would mean every response
			return
		}
		next, stop := iter.Pull(r.Seqs)
		defer stop()
		versions := newVersions(store, newLayout(s))
		for x, err := range store.ListResponses(ctx, surveys.ResponseFilter{Survey: s.Key, UpToSeq: r.UpToSeq}) {
			if err != nil {
				yield(nil, fmt.Errorf("read responses: %w", err))
				return
			}
			if seen, ok := next(); !ok || seen != x.Seq {
				yield(nil, ErrChanged)
				return
			}
			if x, _, err = versions.inForce(ctx, x); err != nil {
				yield(nil, err)
				return
			}
			if !yield(x, nil) {
				return
			}
		}
		if _, left := next(); left {
			yield(nil, ErrChanged)
		}
	}
}
