package reports

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// snapshotAbout is what a snapshot file says of its responses.
type snapshotAbout struct {
	Survey   string `json:"survey"`
	Version  int    `json:"version"`
	Layout   string `json:"layout"` // fingerprint of the layout
	Rows     int    `json:"rows"`
	UpToSeq  int64  `json:"up_to_seq"`
	Last     string `json:"last"` // id of the response with that seq: another database has another one
	Removals int64  `json:"removals"`
}

// errChanged says that responses were removed while a snapshot was written.
var errChanged = errors.New("responses were removed meanwhile")

// fingerprint tells apart layouts that read responses differently, or judge or score them differently.
func (l *layout) fingerprint() string {
	h := sha256.New()
	for i, it := range l.items {
		fmt.Fprintf(h, "item %q %d %d %v %v\n", l.rated[i].Key, it.Low, it.High, it.Scores, it.Rating)
	}
	for _, a := range l.attributes {
		fmt.Fprintf(h, "attribute %q %q\n", a.key, a.levels())
	}
	fmt.Fprintf(h, "%d %d %q\n", l.overall, l.recommend, l.survey.Design.Cluster)
	if m, err := l.standard(); err == nil {
		fmt.Fprintf(h, "model %v %v\n", m.Dimensions, m.Policy)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// writeSnapshot writes the responses held, with the number of the last removal that they follow. Responses may come in and questions be
// answered in between: it holds them up for less than a millisecond at a time. Errors: errChanged, those of writing.
func (d *Dataset) writeSnapshot(w io.Writer, removals func() int64) (rows int, err error) {
	var im columns.Image
	d.mu.RLock()
	changes := d.removed
	about := snapshotAbout{Survey: string(d.layout.survey.Key), Version: d.layout.survey.Version, Layout: d.layout.fingerprint(), Rows: d.table.Len(),
		UpToSeq: d.upToSeq, Last: d.last.String(), Removals: removals()}
	d.table.Put(&im)
	d.screen.Put(&im)
	d.scored.Put(&im)
	columns.Put(&im, "outside", d.outside)
	d.mu.RUnlock()
	buffered := bufio.NewWriterSize(w, 1<<20)
	err = im.Write(buffered, about, func(read func()) error {
		d.mu.RLock()
		defer d.mu.RUnlock()
		if d.removed != changes {
			return errChanged
		}
		read()
		return nil
	})
	if err == nil {
		err = buffered.Flush()
	}
	return about.Rows, err
}

// readSnapshot reads the responses to a survey from a file, as far as that can be done without the database. Errors: a file that is damaged
// or of another survey, version or layout.
func readSnapshot(s *surveys.Survey, in io.ReaderAt, size int64) (*Dataset, *snapshotAbout, error) {
	f, err := columns.OpenFile(in, size)
	if err != nil {
		return nil, nil, err
	}
	var about snapshotAbout
	if err := json.Unmarshal(f.About, &about); err != nil {
		return nil, nil, fmt.Errorf("what it says of its responses: %w", err)
	}
	d := NewDataset(s)
	if about.Survey != string(s.Key) || about.Version != s.Version || about.Layout != d.layout.fingerprint() {
		return nil, nil, fmt.Errorf("it is of survey %q, version %d, or of another layout", clip(about.Survey), about.Version)
	}
	if d.last, err = surveys.ParseResponseID(about.Last); err != nil {
		return nil, nil, fmt.Errorf("id of the last response: %w", err)
	}
	if d.table, err = columns.ReadTable(f, len(d.layout.items), len(d.layout.attributes), about.Rows); err != nil {
		return nil, nil, err
	}
	d.screen, d.scored = d.layout.screen(d.table), d.layout.scores(d.table)
	if err := d.screen.Read(f); err != nil {
		return nil, nil, err
	}
	if err := d.scored.Read(f); err != nil {
		return nil, nil, err
	}
	if d.outside, err = columns.Get[uint32](f, "outside", -1); err != nil {
		return nil, nil, err
	}
	if !slices.IsSorted(d.outside) || len(d.outside) > 0 && int(d.outside[len(d.outside)-1]) >= d.table.Len() {
		return nil, nil, fmt.Errorf("ratings outside their scale in rows that there are not")
	}
	d.upToSeq = about.UpToSeq
	return d, &about, nil
}

// restore begins to follow a survey with what a snapshot file holds. Errors: os.ErrNotExist, a file that cannot be used, those of the store.
func (f *followed) restore(ctx context.Context, store Store, s *surveys.Survey, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	d, about, err := readSnapshot(s, file, info.Size())
	if err != nil {
		return err
	}
	if err := sameStore(ctx, store, s.Key, about.UpToSeq, d.last); err != nil {
		return err
	}
	versions := newVersions(store, d.layout)
	for _, level := range d.table.Attribute(d.layout.attributeAt(attributeVersion)).Levels() {
		number, err := strconv.Atoi(level)
		if err != nil {
			return fmt.Errorf("a response to version %q", clip(level))
		}
		if number != s.Version {
			v, _, err := versions.find(ctx, number)
			if err != nil {
				return err
			}
			d.know(v)
		}
	}
	f.dataset, f.versions = d, versions
	f.removals.Store(about.Removals)
	f.saved, f.savedRows = saving{d, about.UpToSeq, about.Removals}, about.Rows
	return nil
}

// sameStore checks that the response last seen is in the store, or was removed from it.
func sameStore(ctx context.Context, store Store, key surveys.SurveyKey, seq int64, last surveys.ResponseID) error {
	for r, err := range store.ListResponses(ctx, surveys.ResponseFilter{Survey: key, AfterSeq: seq - 1, UpToSeq: seq}) {
		if err != nil {
			return err
		}
		if r.ID == last {
			return nil
		}
	}
	removals, err := store.ListRemovals(ctx, key, seq)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(removals, func(r surveys.Removal) bool { return r.ResponseSeq == seq && r.Response == last }) {
		return fmt.Errorf("its last response is not in the database")
	}
	return nil
}
