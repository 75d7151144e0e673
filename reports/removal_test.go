package reports_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/reports"
	"paxscore/surveys"
)

// answers are those to a few questions, as JSON without the number up to which responses were read.
func answers(rt *rapid.T, d *reports.Dataset) string {
	var out []string
	add := func(answer any, err error) {
		if err != nil {
			rt.Fatal(err)
		}
		text, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			rt.Fatal(err)
		}
		out = append(out, without(string(text), "up_to_seq"))
	}
	cabin := []reports.Where{{Attribute: "cabin", Values: []string{"economy", "business"}}}
	for _, q := range []reports.Query{
		{By: by("cabin", "route", "version")}, {Where: cabin, By: by("age")}, {AllRows: true, Listed: true}, {Unweighted: true, Model: "equal"},
	} {
		r, err := d.Report(q)
		add(r, err)
		if r.Verdicts != nil {
			add(r.Verdicts, nil)
		}
	}
	add(d.Quality(reports.QualityQuery{}))
	add(d.Trend(reports.TrendQuery{}))
	return strings.Join(out, "\n")
}

// After any sequence of responses, removals and questions, answers are to the byte those of a data set that never saw what was removed.
func TestAnswersAfterRemovals(t *testing.T) {
	s, pool := studySurvey(), studyRows(t, 1000)
	rapid.Check(t, func(rt *rapid.T) {
		d := reports.NewDataset(s)
		var held []*surveys.Response
		seq, at := int64(0), rapid.IntRange(0, len(pool)-1).Draw(rt, "first")
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			for range rapid.IntRange(0, 80).Draw(rt, "responses") {
				r := *pool[at%len(pool)]
				at++
				seq += rapid.Int64Range(1, 3).Draw(rt, "step")
				r.Seq = seq
				r.Ratings = slices.Clone(r.Ratings)
				switch rapid.IntRange(0, 30).Draw(rt, "kind") {
				case 0:
					r.ResponseWeight = 2
				case 1:
					r.Ratings[3] = 77 // outside its scale
				case 2:
					if len(held) > 0 { // once more on the same flight
						r.Respondent, r.Attributes = held[len(held)/2].Respondent, held[len(held)/2].Attributes
					}
				case 3:
					r.Respondent = ""
				}
				held = append(held, &r)
				if err := d.Append(&r); err != nil {
					rt.Fatal(err)
				}
			}
			if rapid.Bool().Draw(rt, "ask before") {
				answers(rt, d)
			}
			gone := []int64{seq + 5}
			often := rapid.SampledFrom([]int{0, 1, 50}).Draw(rt, "removals of 100")
			held = slices.DeleteFunc(held, func(r *surveys.Response) bool {
				if rapid.IntRange(1, 100).Draw(rt, "remove") > often {
					return false
				}
				gone = append(gone, r.Seq)
				return true
			})
			d.Remove(gone...)
			if rapid.Bool().Draw(rt, "ask after") {
				if diff := cmp.Diff(answers(rt, fresh(rt, s, held)), answers(rt, d)); diff != "" {
					rt.Fatalf("(-fresh +after removals):\n%s", diff)
				}
			}
		}
		if diff := cmp.Diff(answers(rt, fresh(rt, s, held)), answers(rt, d)); diff != "" {
			rt.Fatalf("(-fresh +after removals):\n%s", diff)
		}
	})
}

func fresh(rt *rapid.T, s *surveys.Survey, rows []*surveys.Response) *reports.Dataset {
	d := reports.NewDataset(s)
	for _, r := range rows {
		if err := d.Append(r); err != nil {
			rt.Fatal(err)
		}
	}
	return d
}

// What is removed from the store is gone from the next answer, and only that: of its questionnaire version too, where no other response is to it.
func TestLiveHonoursRemovals(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	published(t, s, versionOne)
	live := reports.NewLive(s)
	row := func(version int, ratings []byte, attributes ...string) *surveys.Response {
		return &surveys.Response{Version: version, Ratings: ratings, Attributes: attributes}
	}
	old := []*surveys.Response{row(1, []byte{8, 4, 7}, "economy"), row(1, []byte{7, 4, 7}, "first")}
	stored(t, s, old...)
	published(t, s, versionTwo)
	var rows []*surveys.Response
	for i := range 200 {
		rows = append(rows, row(2, []byte{byte(i % 11), 5, 7, 7}, "business", "r"))
	}
	for i := range rows {
		rows[i].Attributes[1] = string(rune('a' + i%7))
	}
	storedFrom(t, s, 100, rows...)
	ask := func(live *reports.Live) string {
		t.Helper()
		r, err := live.Report(ctx, "short", reports.Query{By: by("cabin", "version", "route"), Listed: true})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		latest, err := s.FindSurvey(ctx, "short", 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range reports.Rows(ctx, s, latest, r) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != len(r.Verdicts) {
			t.Errorf("%d responses are listed, %d verdicts", n, len(r.Verdicts))
		}
		return without(marshal(t, r), "up_to_seq")
	}
	if !strings.Contains(ask(live), "version 1 did not ask seat") {
		t.Error("a report on responses to two versions does not say so")
	}
	for _, gone := range []*surveys.Response{old[0], rows[17], rows[199], old[1]} {
		if _, err := s.RemoveResponse(ctx, surveys.Removal{Response: gone.ID, Survey: "short", RemovedAt: time.Unix(1_700_000_000, 0).UTC(), Reason: "asked for"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ask(reports.NewLive(s)), ask(live)); diff != "" {
			t.Errorf("(-read anew +followed):\n%s", diff)
		}
	}
	if text := ask(live); strings.Contains(text, "version 1") || !strings.Contains(text, `"read": 198`) {
		t.Errorf("two removals of old responses and two of new ones leave %s", text)
	}
}
