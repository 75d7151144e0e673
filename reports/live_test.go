package reports_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/reference"
	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// Two versions of a survey: the second asks one more item, another on another scale, has one level fewer and one attribute more.
const versionOne = `
key: short
languages: [en]
title: Short
scales: [{key: ten, low: 0, high: 10}, {key: five, low: 0, high: 4}]
attributes:
  - {key: cabin, label: Cabin, values: [economy, business, first]}
sections:
  - key: all
    title: All
    items:
      - {key: crew, text: Crew, scale: ten}
      - {key: meal, text: Meal, scale: five}
      - {key: overall, kind: overall, text: Overall, scale: ten}
models:
  - key: plain
    label: Plain
    missing: {min_dimensions: 1}
    dimensions:
      - {key: service, label: Service, items: [crew, meal]}
`

var versionTwo = strings.NewReplacer(
	"text: Meal, scale: five", "text: Meal, scale: ten",
	"      - {key: overall", "      - {key: seat, text: Seat, scale: ten}\n      - {key: overall",
	"[economy, business, first]}", "[economy, business]}\n  - {key: route, label: Route}",
	"[crew, meal]", "[crew, meal, seat]").Replace(versionOne)

func published(t *testing.T, s surveys.Store, source string) *surveys.Survey {
	t.Helper()
	sv, err := surveyfile.Read("short.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if sv.Version, err = surveys.NewService(s).Publish(context.Background(), sv); err != nil {
		t.Fatal(err)
	}
	return sv
}

func stored(t *testing.T, s surveys.Store, rows ...*surveys.Response) {
	t.Helper()
	storedFrom(t, s, 0, rows...)
}

// storedFrom stores responses with ids of so many seconds later.
func storedFrom(t *testing.T, s surveys.Store, second int, rows ...*surveys.Response) {
	t.Helper()
	for i, r := range rows {
		r.ID, r.Survey = surveys.NewResponseID(time.Unix(int64(1_700_000_000+second+i), 0)), "short"
		r.ReceivedAt, r.ResponseWeight, r.Language, r.Mode = time.Unix(1_700_000_000, 0).UTC(), 1, "en", surveys.ModeWeb
		r.Digest[0] = 1
	}
	if added, err := s.ImportResponses(context.Background(), rows); err != nil || added != len(rows) {
		t.Fatalf("stored %d of %d: %v", added, len(rows), err)
	}
}

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), testdb.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestLiveFollowsStoredResponses(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	published(t, s, versionOne)
	live := reports.NewLive(s)
	ask := func() *reports.Report {
		t.Helper()
		r, err := live.Report(ctx, "short", reports.Query{By: by("cabin", "version"), Listed: true})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := ask(); r.Responses.Read != 0 || r.UpToSeq != 0 || r.Overall.Status != reports.StatusNotComputable {
		t.Errorf("before any response: %+v", r.Responses)
	}
	row := func(version int, ratings []byte, attributes ...string) *surveys.Response {
		return &surveys.Response{Version: version, Ratings: ratings, Attributes: attributes}
	}
	var rows []*surveys.Response
	for range 120 {
		rows = append(rows, row(1, []byte{8, 4, 7}, "economy")) // crew 80, meal 100
	}
	stored(t, s, rows...)
	if r := ask(); r.Responses.Valid != 120 || r.UpToSeq != 120 || r.Overall.Estimate != 90 || r.ModelVersion != "plain@1" {
		t.Errorf("first batch: %+v, index %v, up to %d", r.Responses, r.Overall.Estimate, r.UpToSeq)
	}
	stored(t, s, row(1, []byte{8, 4, 7}, "first"))
	if r := ask(); r.Responses.Valid != 121 || r.UpToSeq != 121 {
		t.Errorf("one more: %+v, up to %d", r.Responses, r.UpToSeq)
	}

	// The new version begins again: what it shares with the old one counts, the meal and the level first are gone.
	published(t, s, versionTwo)
	rows = nil
	for range 121 {
		rows = append(rows, row(2, []byte{6, 5, 7, 7}, "business", "r")) // crew 60, meal 50, seat 70
	}
	stored(t, s, rows...)
	r := ask()
	if r.Responses.Valid != 242 || r.UpToSeq != 242 || r.ModelVersion != "plain@2" || cmp.Diff([]int{1, 2}, r.Versions) != "" {
		t.Errorf("both versions: %+v, versions %v, %s", r.Responses, r.Versions, r.ModelVersion)
	}
	if got := reports.Round(float64(r.Overall.Estimate), 9); got != (80+60)/2 {
		t.Errorf("index %v, want that of 121 responses of 80 (crew alone) and 121 of 60", got)
	}
	crew, meal, seat := r.Items[0], r.Items[1], r.Items[2]
	if *crew.N != 242 || *meal.N != 121 || *meal.NotRouted != 121 || *seat.N != 121 || *seat.NotRouted != 121 {
		t.Errorf("crew %d, meal %d (%d not routed), seat %d (%d not routed)", *crew.N, *meal.N, *meal.NotRouted, *seat.N, *seat.NotRouted)
	}
	all := strings.Join(r.Warnings, "\n")
	for _, want := range []string{"version 1 did not ask seat", "version 1 asked meal on another scale", "version 1 did not record route"} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings %q lack %q", r.Warnings, want)
		}
	}
	// What lists responses reads them as the report did.
	latest, err := s.FindSurvey(ctx, "short", 0)
	if err != nil {
		t.Fatal(err)
	}
	crews, meals, listed := 0, 0, 0
	for x, err := range reports.Rows(ctx, s, latest, r) {
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Ratings) != 4 || len(x.Attributes) != 2 || r.Verdicts[listed] != reports.Valid || (x.Version == 1) != (listed < 121) || x.Attributes[0] == "first" {
			t.Fatalf("row %d: %+v", listed, x)
		}
		for i, count := range []*int{&crews, &meals} {
			if x.Ratings[i] <= surveys.MaxCode {
				*count++
			}
		}
		listed++
	}
	if listed != 242 || crews != *crew.N || meals != *meal.N {
		t.Errorf("%d rows, %d with the crew rated, %d with the meal", listed, crews, meals)
	}
	for range reports.Rows(ctx, s, latest, &reports.Report{}) {
		t.Error("a report that saw no response lists one")
	}
	var labels []string
	for _, g := range r.Segments {
		labels = append(labels, g.Label+" "+n(g.N))
	}
	// One response of unknown cabin is hidden, and the smaller of the others with it.
	if d := cmp.Diff([]string{"economy null", "business 121", "unknown null", "1 121", "2 121"}, labels); d != "" {
		t.Errorf("segments (-want +got):\n%s", d)
	}
}

func TestLiveErrors(t *testing.T) {
	s := openStore(t)
	published(t, s, versionOne)
	live := reports.NewLive(s)
	if _, err := live.Report(context.Background(), "none", reports.Query{}); !errors.Is(err, surveys.ErrNotFound) {
		t.Errorf("unknown survey: %v", err)
	}
	var invalid *surveys.InvalidError
	if _, err := live.Report(context.Background(), "short", reports.Query{By: by("seat")}); !errors.As(err, &invalid) || invalid.Fields[0].Field != "by[0]" {
		t.Errorf("unknown attribute: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := live.Report(ctx, "short", reports.Query{}); err == nil {
		t.Error("a question that nobody waits for any more is answered")
	}
}

// interrupted fails while it lists responses, once.
type interrupted struct {
	*store.Store
	after int
}

var errInterrupted = errors.New("connection lost")

func (s *interrupted) ListResponses(ctx context.Context, f surveys.ResponseFilter) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		for r, err := range s.Store.ListResponses(ctx, f) {
			if s.after--; s.after == 0 {
				yield(nil, errInterrupted)
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// A failure in the middle loses nothing and counts nothing twice.
func TestLiveAfterFailure(t *testing.T) {
	s := &interrupted{Store: openStore(t), after: 50}
	published(t, s, versionOne)
	var rows []*surveys.Response
	for range 120 {
		rows = append(rows, &surveys.Response{Version: 1, Ratings: []byte{8, 4, 7}, Attributes: []string{"economy"}})
	}
	stored(t, s, rows...)
	live := reports.NewLive(s)
	if _, err := live.Report(context.Background(), "short", reports.Query{}); !errors.Is(err, errInterrupted) {
		t.Fatalf("error %v", err)
	}
	r, err := live.Report(context.Background(), "short", reports.Query{})
	if err != nil || r.Responses.Read != 120 || r.UpToSeq != 120 {
		t.Errorf("after the failure: %+v, %v", r, err)
	}
}

// Reports asked for while responses come in see a growing beginning of them, whole.
func TestLiveWhileResponsesComeIn(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	published(t, s, versionOne)
	live := reports.NewLive(s)
	const batches, size = 20, 25
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			last := 0
			for last < batches*size {
				r, err := live.Report(ctx, "short", reports.Query{By: by("cabin"), Listed: true})
				if err != nil {
					t.Error(err)
					return
				}
				if r.Responses.Read < last || r.Responses.Read%size != 0 || int64(r.Responses.Read) != r.UpToSeq || len(r.Verdicts) != r.Responses.Read {
					t.Errorf("%d responses after %d, up to %d, %d verdicts", r.Responses.Read, last, r.UpToSeq, len(r.Verdicts))
					return
				}
				last = r.Responses.Read
			}
		})
	}
	for range batches {
		var rows []*surveys.Response
		for range size {
			rows = append(rows, &surveys.Response{Version: 1, Ratings: []byte{8, 4, 7}, Attributes: []string{"economy"}})
		}
		stored(t, s, rows...)
	}
	group.Wait()
}

// The built-in survey, through the database, gives the study's figures (ref_study.json: index by flight; METHOD section 11 to
// 1e-9) with its model of derived weights, and those of equal weights by default.
func TestBuiltInSurveyFromStore(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	sv := surveyfile.Default()
	version, err := surveys.NewService(s).Publish(ctx, sv)
	if err != nil {
		t.Fatal(err)
	}
	sv.Version = version
	var batch []*surveys.Response
	for r, err := range study.Responses(sv, 10_000, 42) {
		if err != nil {
			t.Fatal(err)
		}
		r.ReceivedAt = r.SubmittedAt
		batch = append(batch, r)
	}
	if _, err := s.ImportResponses(ctx, batch); err != nil {
		t.Fatal(err)
	}
	live := reports.NewLive(s)
	r, err := live.Report(ctx, sv.Key, reports.Query{Model: "study", By: by("age")})
	if err != nil {
		t.Fatal(err)
	}
	ref := studyFigures{reference.Read(t, "ref_study.json")}
	ref.estimate("index.flights", r.Overall)
	ref.segments("age", r)
	for _, x := range r.Dimensions {
		ref.estimate("dimensions_flights."+x.Key, x.Estimate)
	}
	from := dataset(t, sv, batch)
	if diff := cmp.Diff(without(marshal(t, report(t, from, reports.Query{Model: "study", By: by("age")})), "up_to_seq"), without(marshal(t, r), "up_to_seq")); diff != "" {
		t.Errorf("the store gives other figures than the file (-file +store):\n%s", diff)
	}
	if r, err = live.Report(ctx, sv.Key, reports.Query{}); err != nil || r.Model != "equal" || fmt.Sprint(r.Dimensions[0].DimensionWeight) != "0.2" {
		t.Errorf("by default: %v, %v", r.Model, err)
	}
}

// without leaves out the lines that hold a word.
func without(text, word string) string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if !strings.Contains(l, word) {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}
