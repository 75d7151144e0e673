package reports_test

import (
	"bytes"
	"context"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
)

// counting counts the responses that are read from a store.
type counting struct {
	*store.Store
	read int
}

func (s *counting) ListResponses(ctx context.Context, f surveys.ResponseFilter) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		for r, err := range s.Store.ListResponses(ctx, f) {
			s.read++
			if !yield(r, err) {
				return
			}
		}
	}
}

// keeping is what a program does that follows a store and keeps snapshots.
type keeping struct {
	store *counting
	live  *reports.Live
	said  bytes.Buffer
}

func keep(s *store.Store, dir string) *keeping {
	k := &keeping{store: &counting{Store: s}}
	k.live = reports.NewLiveFrom(k.store, reports.Snapshots{Dir: dir, Logger: slog.New(slog.NewTextHandler(&k.said, nil)), Now: time.Now})
	return k
}

func (k *keeping) ask(t *testing.T) string {
	t.Helper()
	r, err := k.live.Report(context.Background(), "short", reports.Query{By: by("cabin", "version", "route"), Listed: true})
	if err != nil {
		t.Fatal(err)
	}
	return marshal(t, r)
}

// stop ends the program, which writes its snapshots.
func (k *keeping) stop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	k.live.Run(ctx)
}

// twoVersions stores 40 responses to each of two versions of a survey, some of one respondent.
func twoVersions(t *testing.T, s *store.Store) (rows []*surveys.Response) {
	t.Helper()
	published(t, s, versionOne)
	for i := range 40 {
		rows = append(rows, &surveys.Response{Version: 1, Ratings: []byte{byte(i % 11), byte(i % 5), 7}, Attributes: []string{[]string{"economy", "first", ""}[i%3]},
			Respondent: []string{"", "p", "q"}[i%3], Seconds: float64(30 + i), SubmittedAt: time.Unix(1_700_000_000+int64(i), 0)})
	}
	stored(t, s, rows...)
	published(t, s, versionTwo)
	return append(rows, moreRows(t, s, 100)...)
}

func moreRows(t *testing.T, s *store.Store, second int) (rows []*surveys.Response) {
	t.Helper()
	for i := range 40 {
		rows = append(rows, &surveys.Response{Version: 2, Ratings: []byte{byte(i % 11), 5, 7, byte(i % 10)}, Attributes: []string{"business", string(rune('a' + i%7))},
			Respondent: []string{"", "p", "r"}[i%3], Seconds: float64(30 + i), ResponseWeight: 1})
	}
	storedFrom(t, s, second, rows...)
	return rows
}

func remove(t *testing.T, s *store.Store, r *surveys.Response) {
	t.Helper()
	if _, err := s.RemoveResponse(context.Background(), surveys.Removal{Response: r.ID, Survey: "short", RemovedAt: time.Unix(1_700_000_000, 0).UTC(), Reason: "asked for"}); err != nil {
		t.Fatal(err)
	}
}

// A program that starts with a snapshot reads from the store only what is newer, follows removals made meanwhile, and answers as one that reads
// everything.
func TestStartFromSnapshot(t *testing.T) {
	s, dir := openStore(t), t.TempDir()
	rows := twoVersions(t, s)
	first := keep(s, dir)
	want := first.ask(t)
	first.stop()
	path := filepath.Join(dir, "short.columns")
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Fatalf("snapshot: %v, %v", info, err)
	}
	second := keep(s, dir)
	if diff := cmp.Diff(want, second.ask(t)); diff != "" {
		t.Errorf("(-first program +second):\n%s", diff)
	}
	if second.store.read > 1 { // the last one, to know the database
		t.Errorf("%d responses were read beside the snapshot: %s", second.store.read, &second.said)
	}
	late := moreRows(t, s, 200)
	for _, gone := range []*surveys.Response{rows[1], rows[len(rows)-1], late[3]} { // one that was kept, the last of the snapshot, one behind it
		remove(t, s, gone)
	}
	anew := keep(s, t.TempDir()).ask(t)
	for name, k := range map[string]*keeping{"the program that wrote it": first, "one that read it": second, "one that starts now": keep(s, dir)} {
		if diff := cmp.Diff(anew, k.ask(t)); diff != "" {
			t.Errorf("%s (-read anew +followed):\n%s", name, diff)
		}
		if k.store.read > 140 {
			t.Errorf("%s has read %d responses: %s", name, k.store.read, &k.said)
		}
	}
	// The next snapshot holds nothing of what was removed.
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	second.stop()
	after, err := os.ReadFile(path)
	if err != nil || bytes.Equal(before, after) {
		t.Errorf("the snapshot is not written again: %v", err)
	}
	third := keep(s, dir)
	if diff := cmp.Diff(anew, third.ask(t)); diff != "" || third.store.read > 1 {
		t.Errorf("%d responses read (-anew +from the snapshot after removals):\n%s", third.store.read, diff)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.new")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A snapshot that cannot be used costs time, not an answer, and the log says why.
func TestUnusableSnapshot(t *testing.T) {
	s, dir := openStore(t), t.TempDir()
	twoVersions(t, s)
	k := keep(s, dir)
	want := k.ask(t)
	k.stop()
	path := filepath.Join(dir, "short.columns")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := bytes.Clone(good)
	spoilt[len(spoilt)/2] ^= 1
	for name, tt := range map[string]struct {
		file []byte
		said string
	}{
		"damaged": {spoilt, "is damaged"}, "cut": {good[:len(good)-9], "a file of"}, "empty": {nil, "EOF"}, "another file": {bytes.Repeat([]byte("x"), 100), "not a file of columns"},
	} {
		if err := os.WriteFile(path, tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		k := keep(s, dir)
		if diff := cmp.Diff(want, k.ask(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if said := k.said.String(); !strings.Contains(said, "snapshot not used") || !strings.Contains(said, tt.said) {
			t.Errorf("%s: the log says %q, want %q in it", name, said, tt.said)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	other := openStore(t)
	twoVersions(t, other)
	if k := keep(other, dir); k.ask(t) == "" || !strings.Contains(k.said.String(), "not in the database") {
		t.Errorf("the snapshot of another database: the log says %q", &k.said)
	}
	published(t, s, strings.Replace(versionTwo, "title: Short", "title: Shorter", 1))
	if k := keep(s, dir); k.ask(t) == "" || !strings.Contains(k.said.String(), "version 2") {
		t.Errorf("the snapshot of an earlier version: the log says %q", &k.said)
	}
	if k := keep(s, filepath.Join(dir, "none")); k.ask(t) == "" || k.said.Len() > 0 {
		t.Errorf("no snapshot: the log says %q", &k.said)
	} else if k.stop(); !strings.Contains(k.said.String(), "snapshot not written") {
		t.Errorf("a folder that is not there: the log says %q", &k.said)
	}
}

// What a program that was killed has left is removed, what another is writing is not.
func TestUnfinishedSnapshots(t *testing.T) {
	s, dir := openStore(t), t.TempDir()
	old, young := filepath.Join(dir, "short.columns.1.new"), filepath.Join(dir, "short.columns.2.new")
	for path, age := range map[string]time.Duration{old: 2 * time.Hour, young: time.Minute} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	keep(s, dir).stop()
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old file: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young file: %v", err)
	}
}

// Snapshots written while responses come in, are removed and are asked about hold what was there at some moment.
func TestSnapshotsMeanwhile(t *testing.T) {
	s, dir := openStore(t), t.TempDir()
	rows := twoVersions(t, s)
	k := &keeping{store: &counting{Store: s}}
	k.live = reports.NewLiveFrom(s, reports.Snapshots{Dir: dir, Every: time.Millisecond, Now: time.Now})
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { k.live.Run(ctx) })
	for i := range 10 {
		moreRows(t, s, 200+100*i)
		k.ask(t)
		remove(t, s, rows[3*i])
		k.ask(t)
		if other := keep(s, dir); other.ask(t) != keep(s, t.TempDir()).ask(t) {
			t.Errorf("a snapshot of round %d gives another answer; %s", i, &other.said)
		} else if strings.Contains(other.said.String(), "not used") {
			t.Errorf("round %d: %s", i, &other.said)
		}
	}
	cancel()
	all.Wait()
	last := keep(s, dir)
	if diff := cmp.Diff(keep(s, t.TempDir()).ask(t), last.ask(t)); diff != "" || last.store.read > 1 {
		t.Errorf("%d responses read (-anew +from the last snapshot):\n%s", last.store.read, diff)
	}
}
