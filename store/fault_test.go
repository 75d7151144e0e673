package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// operations calls every method once.
func operations(ctx context.Context, t testing.TB, s *store.Store) map[string]error {
	token := surveys.Token("A").Hash()
	errs := map[string]error{}
	errs["ping"] = s.Ping(ctx)
	_, errs["publish survey"] = s.PublishSurvey(ctx, source(t, "trip", "new"))
	_, errs["find survey"] = s.FindSurvey(ctx, "trip", 0)
	_, errs["list surveys"] = s.ListSurveys(ctx)
	errs["create wave"] = s.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "w", OpensAt: day})
	errs["close wave"] = s.CloseWave(ctx, "trip", "w", day)
	_, errs["list waves"] = s.ListWaves(ctx, "trip")
	errs["create invitations"] = s.CreateInvitations(ctx, []surveys.Invitation{{Token: surveys.Token("Z").Hash(), Survey: "trip"}})
	_, errs["find invitation"] = s.FindInvitation(ctx, token)
	_, errs["submit response"] = s.SubmitResponse(ctx, answer(id('f', 1)), &token)
	_, _, errs["find receipt"] = s.FindReceipt(ctx, id('f', 1))
	_, errs["import responses"] = s.ImportResponses(ctx, []*surveys.Response{answer(id('f', 2))})
	_, errs["list responses"] = list(ctx, s, surveys.ResponseFilter{})
	_, errs["remove response"] = s.RemoveResponse(ctx, surveys.Removal{Response: id('f', 2), Survey: "trip", RemovedAt: day, Reason: "asked"})
	_, errs["list removals"] = s.ListRemovals(ctx, "trip", 0)
	errs["create key"] = s.CreateKey(ctx, surveys.Key{Name: "k", Hash: token, CreatedAt: day})
	_, errs["find key"] = s.FindKey(ctx, token)
	errs["revoke key"] = s.RevokeKey(ctx, "k", day)
	_, errs["list keys"] = s.ListKeys(ctx)
	_, errs["take lease"] = s.TakeLease(ctx, "job", "holder", time.Hour)
	errs["release lease"] = s.ReleaseLease(ctx, "job", "holder")
	return errs
}

func TestDatabaseAway(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	ctx := t.Context()
	proxy.Refuse()
	_, err := store.Open(ctx, proxy.URL())
	want(t, err, surveys.ErrUnavailable)
	_, _, err = store.Migrate(ctx, proxy.URL())
	want(t, err, surveys.ErrUnavailable)
	_, err = store.Distribute(ctx, proxy.URL())
	want(t, err, surveys.ErrUnavailable)

	proxy.Resume()
	s := open(t, proxy.URL())
	publish(t, s)
	invite(t, s, "A")
	for range 2 {
		proxy.Refuse()
		for name, err := range operations(ctx, t, s) {
			if !errors.Is(err, surveys.ErrUnavailable) || !strings.HasPrefix(err.Error(), strings.Fields(name)[0]) {
				t.Errorf("%s while the database is away: %v", name, err)
			}
		}
		proxy.Resume()
		must(t, s.Ping(ctx))
		if n := len(mustList(t, s)); n != 0 {
			t.Fatalf("%d responses stored while the database was away", n)
		}
	}
	for name, err := range operations(ctx, t, s) {
		if err != nil {
			t.Errorf("%s after the database came back: %v", name, err)
		}
	}
}

// TestConnectionCut loses the connection at every step of a submission and of an import, before and after the server has
// taken the step. Whatever the caller is told, trying again must lead to one response, one used token and no gap.
func TestConnectionCut(t *testing.T) {
	token := surveys.Token("A").Hash()
	type fault struct {
		name, at string
		after    bool
	}
	var faults []fault
	// What a client sends in each step: texts of statements where it is the first time, else only their values.
	for name, at := range map[string]string{"begin": "begin", "token": string(token[:]), "insert": "x-marker", "commit": "commit"} {
		faults = append(faults, fault{name + " lost", at, false}, fault{name + " answer lost", at, true})
	}
	submitted := answer(id('c', 1))
	submitted.Language = "x-marker"
	var batch []*surveys.Response
	for i := range 600 {
		batch = append(batch, answer(id('i', i+1)))
	}
	batch[599].Language = "x-marker"

	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			proxy := testdb.Proxy(t, testdb.Postgres(t))
			s, ctx := open(t, proxy.URL()), t.Context()
			publish(t, s)
			invite(t, s, "A")
			_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
			must(t, err)
			cut := func() {
				switch {
				case f.after && f.at == "commit": // which is sent together with the rows
					proxy.CutAnswer("COMMIT")
				case f.after:
					proxy.CutAfter(f.at)
				default:
					proxy.CutBefore(f.at)
				}
			}
			steps := []struct {
				name string
				do   func() error
				all  int
			}{
				{"submit", func() error { _, err := s.SubmitResponse(ctx, submitted, &token); return err }, 2},
				{"import", func() error { _, err := s.ImportResponses(ctx, batch); return err }, 602},
			}
			if f.name[:5] == "token" {
				steps = steps[:1]
			}
			before := 1
			for _, step := range steps {
				cut()
				err := step.do()
				if err != nil {
					want(t, err, surveys.ErrUnavailable)
				}
				n := len(mustList(t, s))
				if n != before && n != step.all {
					t.Fatalf("%s: half stored: %d responses, want %d or %d", step.name, n, before, step.all)
				}
				if err == nil && n != step.all {
					t.Fatalf("%s was acknowledged and is not stored", step.name)
				}
				if commit := f.at == "commit" && f.after; err == nil && f.at == "commit" || commit && n != step.all {
					t.Fatalf("%s: the fault did not happen where it should: %d stored, %v", step.name, n, err)
				}
				proxy.Resume()
				must(t, step.do())
				before = step.all
				for i, r := range mustList(t, s) {
					if r.Seq != int64(i+1) {
						t.Fatalf("%s left a gap: response %d has seq %d", step.name, i+1, r.Seq)
					}
				}
				if n := len(mustList(t, s)); n != step.all {
					t.Fatalf("%s again: %d responses, want %d", step.name, n, step.all)
				}
			}
			invitation, err := s.FindInvitation(ctx, token)
			if err != nil || !invitation.Used {
				t.Errorf("invitation %+v, %v: want it used", invitation, err)
			}
		})
	}
}

func TestDatabaseHangs(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	s := open(t, proxy.URL())
	publish(t, s)
	proxy.Hang()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
	want(t, err, surveys.ErrUnavailable)
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	_, err = s.SubmitResponse(ctx, answer(id('r', 1)), nil)
	want(t, err, context.Canceled)
	if errors.Is(err, surveys.ErrUnavailable) {
		t.Errorf("a cancelled caller is told %v", err)
	}
	proxy.Resume()
	_, err = s.SubmitResponse(t.Context(), answer(id('r', 1)), nil)
	must(t, err)
}

// TestServerEndsConnections is a restart of the server as its clients see it.
func TestServerEndsConnections(t *testing.T) {
	url := testdb.Postgres(t)
	s, ctx := open(t, url), t.Context()
	publish(t, s)
	admin := open(t, url)
	for i := range 20 {
		_, err := admin.DB().ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		must(t, err)
		r := answer(id('r', i+1))
		if _, err = s.SubmitResponse(ctx, r, nil); err != nil {
			want(t, err, surveys.ErrUnavailable)
			_, err = s.SubmitResponse(ctx, r, nil)
			must(t, err)
		}
	}
	for i, r := range mustList(t, s) {
		if r.Seq != int64(i+1) {
			t.Fatalf("response %d has seq %d", i, r.Seq)
		}
	}
}

func TestListResponsesCut(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	s, ctx := open(t, proxy.URL()), t.Context()
	publish(t, s)
	var batch []*surveys.Response
	for i := range 5001 {
		batch = append(batch, answer(id('r', i+1)))
	}
	_, err := s.ImportResponses(ctx, batch)
	must(t, err)
	n := 0
	for r, err := range s.ListResponses(ctx, surveys.ResponseFilter{}) {
		if err != nil {
			want(t, err, surveys.ErrUnavailable)
			if r != nil {
				t.Error("a response came with the error")
			}
			break
		}
		if n++; n == 1 {
			proxy.Refuse() // the first page is read, the second is not
		}
	}
	if n != 5000 {
		t.Errorf("%d responses before the error, want 5000", n)
	}
}

func TestStorageFull(t *testing.T) {
	s, ctx := open(t, testdb.SQLite(t)), t.Context()
	publish(t, s)
	invite(t, s, "A")
	token := surveys.Token("A").Hash()
	_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
	must(t, err)
	must(t, s.LimitSize(ctx, 2))

	large := func(n int) *surveys.Response {
		r := answer(id('l', n))
		r.Comments = map[surveys.ItemKey]string{"remark": strings.Repeat("long ", 20_000)}
		return r
	}
	_, err = s.SubmitResponse(ctx, large(1), &token)
	want(t, err, surveys.ErrUnavailable)
	wantText(t, err, "storage is full")
	_, err = s.ImportResponses(ctx, []*surveys.Response{answer(id('r', 2)), large(2), large(3)})
	want(t, err, surveys.ErrUnavailable)
	wantText(t, err, "storage is full")
	if n := len(mustList(t, s)); n != 1 {
		t.Errorf("%d responses, want 1", n)
	}
	if i, err := s.FindInvitation(ctx, token); err != nil || i.Used {
		t.Errorf("invitation %+v, %v: want it unused", i, err)
	}

	must(t, s.LimitSize(ctx, 0))
	_, err = s.SubmitResponse(ctx, large(1), &token)
	must(t, err)
	if all := mustList(t, s); len(all) != 2 || all[1].Seq != 2 {
		t.Errorf("%d responses after there was space again", len(all))
	}
}

// TestFileLocked: another program keeps the SQLite file locked for writing.
func TestFileLocked(t *testing.T) {
	url := testdb.SQLite(t)
	s, ctx := open(t, url), t.Context()
	publish(t, s)
	other, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:")+"?_txlock=immediate")
	must(t, err)
	defer other.Close()
	tx, err := other.BeginTx(ctx, nil)
	must(t, err)

	patience, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = s.SubmitResponse(patience, answer(id('r', 1)), nil)
	want(t, err, surveys.ErrUnavailable)
	if waited := time.Since(start); waited > 5*time.Second {
		t.Errorf("waited %v though the deadline was 300 ms", waited)
	}
	if n := len(mustList(t, s)); n != 0 { // readers are not locked out
		t.Errorf("%d responses", n)
	}

	// The submission outlasts several of SQLite's own short waits.
	done := make(chan error)
	go func() {
		_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("submitted while the file was locked: %v", err)
	case <-time.After(500 * time.Millisecond):
	}
	must(t, tx.Rollback())
	must(t, <-done)
}

func TestFileGone(t *testing.T) {
	url := testdb.SQLite(t)
	s := open(t, url)
	must(t, s.Ping(t.Context()))
	must(t, os.Remove(strings.TrimPrefix(url, "sqlite:")))
	err := s.Ping(t.Context())
	want(t, err, surveys.ErrUnavailable)
	wantText(t, err, "its file is gone")
}

// TestWritersQueue: a writer that does not get its turn in time says so.
func TestWritersQueue(t *testing.T) {
	s, ctx := open(t, testdb.SQLite(t)), t.Context()
	publish(t, s)
	tx, err := s.DB().BeginTx(ctx, nil) // the one connection that writes
	must(t, err)
	defer tx.Rollback()
	patience, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = s.SubmitResponse(patience, answer(id('r', 1)), nil)
	want(t, err, surveys.ErrUnavailable)
}

// TestSecretsStayHidden: a password that the server does not take is in no error.
func TestSecretsStayHidden(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	url := strings.Replace(proxy.URL(), "postgres:@", "nobody:s3cret@", 1)
	if !strings.Contains(url, "s3cret") {
		t.Fatal("the test does not set a password")
	}
	_, err := store.Open(t.Context(), url)
	want(t, err, surveys.ErrUnavailable)
	if bytes.Contains([]byte(err.Error()), []byte("s3cret")) {
		t.Error(err)
	}
}
