package reports

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"paxscore/surveys"
)

// Store is what Live reads.
type Store interface {
	surveys.SurveyStore
	surveys.ResponseStore
	surveys.RemovalStore
}

// Live answers questions about stored responses. It keeps a Dataset per survey and brings it up to date by seq before
// each answer, so a question costs reading only what is new.
type Live struct {
	store     Store
	snapshots Snapshots
	sums      surveys.SumStore // nil: sums are taken in memory
	told      func(surveys.SurveyKey, string)

	mu      sync.Mutex
	surveys map[surveys.SurveyKey]*followed
	reports recent[string, *Report] // by sums of the store
}

// followed is a survey whose responses are kept in memory.
type followed struct {
	turn     chan struct{} // holds one token: who has it may bring the data set up to date
	dataset  *Dataset
	versions *versions
	removals atomic.Int64 // seq of the last one honoured

	bytes     atomic.Int64
	tried     bool   // a snapshot was looked for
	saved     saving // what the snapshot holds
	savedRows int
}

// NewLive returns a Live that reads from the store.
func NewLive(store Store) *Live { return NewLiveFrom(store, Snapshots{}) }

// NewLiveFrom returns a Live that reads from snapshots, and what is newer from the store.
func NewLiveFrom(store Store, snapshots Snapshots) *Live {
	return &Live{store: store, snapshots: snapshots, surveys: map[surveys.SurveyKey]*followed{}}
}

// Report answers a question about a survey's stored responses, those of earlier questionnaire versions by what they share with
// the latest. Errors: surveys.ErrNotFound, *surveys.InvalidError, surveys.ErrUnavailable, that of ctx.
func (l *Live) Report(ctx context.Context, key surveys.SurveyKey, q Query) (*Report, error) {
	if l.sums != nil {
		r, err := l.summed(ctx, key, q)
		reason, unsummed := asUnsummed(err)
		if !unsummed {
			if err != nil {
				return nil, fmt.Errorf("report on survey %q by sums: %w", key, err)
			}
			return r, nil
		}
		if l.told != nil {
			l.told(key, reason)
		}
	}
	d, err := l.Dataset(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("report on survey %q: %w", key, err)
	}
	return d.Report(q)
}

// Dataset is a survey's stored responses, those of earlier questionnaire versions by what they share with the latest, with
// everything that was committed before the call. Errors: surveys.ErrNotFound, surveys.ErrUnavailable, that of ctx.
func (l *Live) Dataset(ctx context.Context, key surveys.SurveyKey) (*Dataset, error) {
	s, err := l.store.FindSurvey(ctx, key, 0)
	if err != nil {
		return nil, err
	}
	f := l.followed(key)
	select {
	case <-f.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !f.tried {
		f.tried = true
		l.restore(ctx, f, s)
	}
	d, err := f.update(ctx, l.store, s)
	f.bytes.Store(int64(f.dataset.Bytes()))
	f.turn <- struct{}{}
	return d, err
}

func (l *Live) followed(key surveys.SurveyKey) *followed {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.surveys[key]
	if f == nil {
		f = &followed{turn: make(chan struct{}, 1)}
		f.turn <- struct{}{}
		l.surveys[key] = f
	}
	return f
}

// update reads what is new; a newly published version begins again. The caller holds the turn.
func (f *followed) update(ctx context.Context, store Store, s *surveys.Survey) (*Dataset, error) {
	if f.dataset == nil || f.dataset.layout.survey.Version < s.Version {
		f.dataset = NewDataset(s)
		f.versions = newVersions(store, f.dataset.layout)
	}
	if err := f.forget(ctx, store, s); err != nil {
		return nil, err
	}
	d := f.dataset
	for r, err := range store.ListResponses(ctx, surveys.ResponseFilter{Survey: s.Key, AfterSeq: d.upTo()}) {
		if err != nil {
			return nil, fmt.Errorf("read responses: %w", err)
		}
		if err := f.append(ctx, r); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

func (f *followed) append(ctx context.Context, r *surveys.Response) error {
	in, met, err := f.versions.inForce(ctx, r)
	if err != nil {
		return err
	}
	if met != nil {
		f.dataset.know(met)
	}
	return f.dataset.Append(in)
}

// upTo is the last response taken in.
func (d *Dataset) upTo() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.upToSeq
}

// know takes note of another version that responses are to.
func (d *Dataset) know(v *version) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.versions == nil {
		d.versions = map[int]*version{}
	}
	d.versions[v.number] = v
}

// versionNotes are the warnings about the versions met, in that order. The caller holds mu.
func (d *Dataset) versionNotes() (out []string) {
	for _, level := range d.table.Attribute(d.layout.attributeAt(attributeVersion)).Levels() {
		if number, err := strconv.Atoi(level); err == nil && d.versions[number] != nil {
			out = append(out, d.versions[number].warnings...)
		}
	}
	return out
}

// Bytes is the memory that the responses to all surveys take, without spare capacity and the names of levels.
func (l *Live) Bytes() (n int) {
	l.mu.Lock()
	all := slices.Collect(maps.Values(l.surveys))
	l.mu.Unlock()
	for _, f := range all {
		n += int(f.bytes.Load())
	}
	return n
}
