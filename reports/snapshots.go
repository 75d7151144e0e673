package reports

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"paxscore/surveys"
)

// Snapshots says where the responses in memory are kept in files, so that a start needs to read from the store only what is newer. A file
// is written whole and then put in the place of the one before, so several programs may share the directory. It holds answers of
// passengers as the database does, and is readable by its owner only.
type Snapshots struct {
	Dir    string        // "": none are kept
	Every  time.Duration // at most that often; 0: only when Run ends
	Logger *slog.Logger  // of what could not be read or written, which is no error of an answer
	Now    func() time.Time
}

// newShare is the part of the responses that must be new for a snapshot to be written again: 1 in so many.
const newShare = 20

// staleAfter is the age from which a file that was not finished is nobody's any more.
const staleAfter = time.Hour

func (s *Snapshots) path(key surveys.SurveyKey) string {
	return filepath.Join(s.Dir, string(key)+".columns")
}

func (s *Snapshots) log() *slog.Logger {
	if s.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Logger
}

// restore begins with the survey's snapshot, if there is one that can be used. The caller holds the turn.
func (l *Live) restore(ctx context.Context, f *followed, s *surveys.Survey) {
	if l.snapshots.Dir == "" || !s.Key.Valid() {
		return
	}
	err := f.restore(ctx, l.store, s, l.snapshots.path(s.Key))
	switch {
	case err == nil:
		l.snapshots.log().Info("responses read from snapshot", "survey", s.Key, "responses", f.savedRows)
	case !errors.Is(err, fs.ErrNotExist):
		l.snapshots.log().Warn("snapshot not used, responses are read from the database", "survey", s.Key, "reason", err)
	}
}

// Run reads the responses to every survey into memory, works out what a page or workbook shows unasked, so that nobody waits for that,
// follows the responses and keeps their snapshots, until ctx ends; then it writes those that are behind and returns. Where sums are taken in the store,
// only what an answer has read into memory is followed. Errors are logged.
func (l *Live) Run(ctx context.Context) {
	l.sweep()
	l.follow(ctx)
	var ticks <-chan time.Time
	if l.snapshots.Dir != "" && l.snapshots.Every > 0 {
		ticker := time.NewTicker(l.snapshots.Every)
		defer ticker.Stop()
		ticks = ticker.C
		l.save(false)
	}
	for {
		select {
		case <-ctx.Done():
			l.save(true)
			return
		case <-ticks:
			l.follow(ctx)
			l.save(false)
		}
	}
}

// follow brings all surveys up to date.
func (l *Live) follow(ctx context.Context) {
	all, err := l.store.ListSurveys(ctx)
	if err != nil && ctx.Err() == nil {
		l.snapshots.log().Warn("surveys cannot be listed", "reason", err)
	}
	for _, s := range all {
		if l.sums != nil && l.followed(s.Key).bytes.Load() == 0 {
			continue
		}
		d, err := l.Dataset(ctx, s.Key)
		if err == nil && l.sums == nil {
			_, err = d.Report(Query{By: DefaultBy(s)})
		}
		if err != nil && ctx.Err() == nil {
			l.snapshots.log().Warn("responses cannot be read", "survey", s.Key, "reason", err)
		}
	}
}

// save writes the snapshots that are behind; unless all are wanted, only those that are so by much or hold what was removed.
func (l *Live) save(all bool) {
	if l.snapshots.Dir == "" {
		return
	}
	l.mu.Lock()
	followed := slices.Collect(maps.Values(l.surveys))
	l.mu.Unlock()
	for _, f := range followed {
		if err := f.save(&l.snapshots, all); err != nil {
			l.snapshots.log().Warn("snapshot not written", "reason", err)
		}
	}
}

// save writes the survey's snapshot if it is behind.
func (f *followed) save(s *Snapshots, all bool) error {
	<-f.turn
	d, saved, rows := f.dataset, f.saved, f.savedRows
	f.turn <- struct{}{}
	if d == nil || !d.layout.survey.Key.Valid() {
		return nil
	}
	now := saving{d, d.upTo(), f.removals.Load()}
	fresh := d.Len() - rows
	behind := now != saved && now.upTo > 0
	if !behind || !all && saved.dataset == d && saved.removals == now.removals && fresh*newShare < d.Len() {
		return nil
	}
	rows, err := writeFile(s.path(d.layout.survey.Key), d, f.removals.Load)
	if err != nil {
		return err
	}
	<-f.turn
	f.saved, f.savedRows = now, rows
	f.turn <- struct{}{}
	return nil
}

// saving is what a snapshot holds.
type saving struct {
	dataset  *Dataset
	upTo     int64
	removals int64
}

// writeFile writes a snapshot in the place of the one before.
func writeFile(path string, d *Dataset, removals func() int64) (rows int, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return 0, err
	}
	defer os.Remove(file.Name()) // gone once it is renamed
	rows, err = d.writeSnapshot(file, removals)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return 0, err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	return rows, errors.Join(dir.Sync(), dir.Close())
}

// sweep removes what a program that ended while it wrote has left.
func (l *Live) sweep() {
	if l.snapshots.Dir == "" || l.snapshots.Now == nil {
		return
	}
	left, err := filepath.Glob(filepath.Join(l.snapshots.Dir, "*.columns.*.new"))
	if err != nil {
		return
	}
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && l.snapshots.Now().Sub(info.ModTime()) > staleAfter {
			os.Remove(path)
		}
	}
}
