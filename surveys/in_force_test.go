package surveys_test

import (
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// TestSubmitToSeveralServers: what one server has changed, another may learn a second later. Until then it goes on taking
// what it would have taken, but refuses nothing that is to be taken by now. Its own changes hold at once.
func TestSubmitToSeveralServers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		ctx := t.Context()
		server := func() *surveys.Service {
			db, err := store.Open(ctx, url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return &surveys.Service{Store: db, Now: func() time.Time { return now }}
		}
		here, there := server(), server()
		taken := func(what string, sub surveys.Submission, version int) {
			t.Helper()
			r, err := here.Submit(ctx, sub)
			if err != nil || r.Version != version {
				t.Fatalf("%s: %+v, %v; want version %d", what, r, err, version)
			}
			again, err := here.Submit(ctx, sub)
			if r.Repeat = true; err != nil || again != r {
				t.Errorf("%s: repeat %+v, %v; want %+v", what, again, err, r)
			}
			if out := here.SubmitAll(ctx, []surveys.Submission{sub}); out[0].Err != nil || out[0].Receipt != r {
				t.Errorf("%s: repeat in bulk %+v; want %+v", what, out[0], r)
			}
		}
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := here.Submit(ctx, web())
		is(t, err, surveys.ErrNotFound)
		_, err = there.Publish(ctx, surveyfile.Default())
		do(err)
		taken("published elsewhere", web(), 1)

		do(there.OpenWave(ctx, surveys.Wave{Survey: "default", Key: "w1", OpensAt: now}))
		named := web()
		named.Wave = "w1"
		taken("wave opened elsewhere", named, 1)
		do(here.CloseWave(ctx, "default", "w1"))
		_, err = here.Submit(ctx, web())
		is(t, err, surveys.ErrWaveClosed)
		do(there.OpenWave(ctx, surveys.Wave{Survey: "default", Key: "w2", OpensAt: now}))
		taken("next wave opened elsewhere", web(), 1)

		_, err = there.Publish(ctx, renamed(t, "baggage", "luggage"))
		do(err)
		other := web()
		delete(other.Answers, "baggage")
		other.Answers["luggage"] = rating(4)
		unknown := web()
		unknown.Answers["nothing"] = rating(4)
		out := here.SubmitAll(ctx, []surveys.Submission{unknown, other, other})
		if out[0].Err == nil || out[1].Err != nil || out[1].Receipt.Version != 2 || out[2].Err != nil || !out[2].Receipt.Repeat {
			t.Errorf("version published elsewhere: %+v", out)
		}
		taken("version published elsewhere", other, 2)
	})
}
