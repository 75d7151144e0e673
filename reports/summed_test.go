package reports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// both is a database that answers from memory and by its own sums.
type both struct {
	store           *store.Store
	memory, summing *reports.Live
	told            []string // reasons why memory answered
}

func openAnswers(t *testing.T) *both {
	t.Helper()
	s, err := store.Open(context.Background(), testdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a := &both{store: s, memory: reports.NewLive(s)}
	sums, err := s.Sums()
	if err != nil {
		t.Fatal(err)
	}
	a.summing = reports.NewLive(s)
	a.summing.SumIn(sums, func(_ surveys.SurveyKey, reason string) { a.told = append(a.told, reason) })
	return a
}

// fatal is what *testing.T and *rapid.T have in common.
type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// equal asks both and compares the answers byte for byte.
func (a *both) equal(t fatal, key surveys.SurveyKey, q reports.Query) {
	t.Helper()
	text := func(l *reports.Live) []byte {
		r, err := l.Report(context.Background(), key, q)
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	memory, database := text(a.memory), text(a.summing)
	if bytes.Equal(memory, database) {
		return
	}
	m, d := strings.Split(string(memory), "\n"), strings.Split(string(database), "\n")
	for i := range min(len(m), len(d)) {
		if m[i] != d[i] {
			from, to := max(0, i-8), min(len(m), len(d), i+4)
			t.Fatalf("line %d: in memory\n%s\nin the database\n%s", i, strings.Join(m[from:to], "\n"), strings.Join(d[from:to], "\n"))
		}
	}
	t.Fatalf("%d lines in memory, %d in the database", len(m), len(d))
}

func (a *both) add(t fatal, rows []*surveys.Response) {
	t.Helper()
	if added, err := a.store.ImportResponses(context.Background(), rows); err != nil || added != len(rows) {
		t.Fatalf("stored %d of %d: %v", added, len(rows), err)
	}
}

func TestReportsOfTheStudyByTheSumsOfTheDatabase(t *testing.T) {
	a, ctx := openAnswers(t), context.Background()
	s := surveyfile.Default()
	version, err := surveys.NewService(a.store).Publish(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = a.store.FindSurvey(ctx, s.Key, version); err != nil {
		t.Fatal(err)
	}
	a.equal(t, s.Key, reports.Query{By: by("age")}) // of no response yet
	var rows []*surveys.Response
	for r, err := range study.Responses(s, 10000, 42) {
		if err != nil {
			t.Fatal(err)
		}
		r.ReceivedAt = time.Unix(1_700_000_000, 0).UTC()
		rows = append(rows, r)
	}
	a.add(t, rows)
	for name, q := range map[string]reports.Query{
		"whole":         {},
		"overview":      {Model: "study", By: by("age", "occupation", "spend", "cabin", "route")},
		"open levels":   {By: by("flight", "month")},
		"crossed":       {Model: "study", By: [][]string{{"age", "cabin", "gender"}, {"route"}}},
		"one flight":    {Where: []reports.Where{{Attribute: "route", Values: []string{"domestic"}}, {Attribute: "spend", Values: []string{"low"}}}, By: by("age")},
		"period":        {From: day(3, 1), To: day(9, 1), By: by("month")},
		"before stored": {From: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)},
		"all rows":      {AllRows: true, By: by("cabin", "mode", "version")},
		"unweighted":    {Unweighted: true},
	} {
		t.Run(name, func(t *testing.T) { a.equal(t, s.Key, q) })
	}
	a.equal(t, s.Key, reports.Query{}) // kept
	more := *rows[0]
	more.ID = surveys.NewResponseID(time.Unix(1, 0))
	a.add(t, []*surveys.Response{&more}) // a duplicate
	a.equal(t, s.Key, reports.Query{})
	if _, err := surveys.NewService(a.store).Remove(ctx, s.Key, rows[5].ID, "asked for"); err != nil {
		t.Fatal(err)
	}
	a.equal(t, s.Key, reports.Query{})
	if len(a.told) > 0 {
		t.Errorf("answered from memory: %q", a.told)
	}
}

const drawnSurvey = `
key: KEY
languages: [en]
title: Drawn
scales:
  - {key: ten, low: 0, high: 10}
  - {key: five, low: 1, high: 5}
  - {key: words, low: 1, high: 3, points: [{value: 1, label: Poor, score: 0}, {value: 2, label: Fair, score: 37.3}, {value: 3, label: Good, score: 100}]}
attributes:
  - {key: flight, label: Flight}
  - {key: cabin, label: Cabin, values: [economy, business, first]}
  - {key: city, label: City}
sections:
  - key: all
    title: All
    items:
      - {key: crew, text: Crew, scale: ten}
      - {key: meal, text: Meal, scale: five}
      - {key: seat, text: Seat, scale: words}
      - {key: delay, text: Delay, scale: ten, reverse: true}
      - {key: overall, kind: overall, text: Overall, scale: ten}
      - {key: recommend, kind: recommend, text: Recommend, scale: ten}
      - {key: again, kind: again, text: Again, scale: five}
      - {key: speed, text: Speed, scale: ten}
models:
  - key: plain
    label: Plain
    missing: {MISSING}
    base: {suppress: 2, show: 4, test: 6, flag: 9}
    dimensions:
      - {key: service, label: Service, weight: 0.71, items: {crew: 0.3, meal: 0.7}}
      - {key: comfort, label: Comfort, weight: 0.19, items: {seat: 0.123, delay: 0.877}}
      - {key: flow, label: Flow, weight: 0.1, items: [speed]}
design: {DESIGN}
screening: {SCREENING}
`

// Another version asks one item on another scale and one not at all, in another order, and lacks a level and an attribute.
var otherVersion = strings.NewReplacer(
	"Meal, scale: five", "Meal, scale: ten",
	"      - {key: again, kind: again, text: Again, scale: five}\n", "",
	"values: [economy, business, first]}\n  - {key: city, label: City}\n", "values: [economy, first]}\n",
	"      - {key: crew, text: Crew, scale: ten}\n", "      - {key: extra, text: Extra, scale: five}\n      - {key: crew, text: Crew, scale: ten}\n")

func drawnSource(t *rapid.T, key string) string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	return strings.NewReplacer("KEY", key,
		"MISSING", pick("missing", "min_dimensions: 1, min_item_share: 0.3", "min_dimensions: 2, min_item_share: 0.5", "min_dimensions: 3, min_dimension_share: 0.9"),
		"DESIGN", pick("design", "cluster: flight", "cluster: flight, stratum: cabin", "stratum: city", ""),
		"SCREENING", pick("screening", "duplicates: true, careless: true, break_offs: true", "duplicates: false, careless: true, break_offs: true",
			"duplicates: true, careless: false, break_offs: false")).Replace(drawnSurvey)
}

// drawnRows are responses to a survey with every gap there can be.
func drawnRows(t *rapid.T, s *surveys.Survey, n int) (rows []*surveys.Response) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
	gaps, unknown := rapid.SampledFrom([]float64{0, .1, .5}).Draw(t, "gaps"), rapid.SampledFrom([]float64{0, .1, 1}).Draw(t, "unknown")
	some := func(values ...string) string { return values[r.IntN(len(values))] }
	q := &s.Questionnaire
	for i := range n {
		x := &surveys.Response{ID: surveys.NewResponseID(time.Unix(int64(1_700_000_000+i), 0)), Survey: s.Key, Version: s.Version, ReceivedAt: time.Unix(1_700_000_000, 0).UTC(),
			Mode: surveys.Modes()[r.IntN(3)], Language: some("en", "es"), Wave: surveys.WaveKey(some("", "spring")), ResponseWeight: 1}
		x.Digest[0] = 1
		if r.Float64() < .9 {
			x.SubmittedAt = time.Date(2025, time.Month(1+r.IntN(12)), 1, 0, 0, 0, r.IntN(3)*400_000_000, time.UTC)
		}
		if r.Float64() < .9 {
			x.Seconds = []float64{r.Float64() * 40, float64(r.IntN(20)) + .0005, 12.0005, 1e9}[r.IntN(4)]
		}
		if r.Float64() < .5 {
			x.Respondent = fmt.Sprint("r", r.IntN(n/3+1))
		}
		straight := r.Float64() < .2
		for _, it := range q.Rated() {
			sc, _ := q.Scale(it.Scale)
			code := byte(r.IntN(sc.High - sc.Low + 1))
			if straight {
				code = byte(min(3, sc.High) - sc.Low)
			}
			if r.Float64() < gaps {
				code = []byte{surveys.Skipped, surveys.NotApplicable, surveys.NotRouted, 200}[r.IntN(4)]
			}
			x.Ratings = append(x.Ratings, code)
		}
		for _, a := range q.Attributes {
			v := some("1", "2", "10", "a\\b\"c")
			if len(a.Values) > 0 {
				v = a.Values[r.IntN(len(a.Values))].Key
			}
			if r.Float64() < unknown {
				v = ""
			}
			x.Attributes = append(x.Attributes, v)
		}
		rows = append(rows, x)
	}
	return rows
}

func TestReportsOfDrawnResponsesByTheSumsOfTheDatabase(t *testing.T) {
	a, ctx := openAnswers(t), context.Background()
	surveysDrawn := 0
	rapid.Check(t, func(t *rapid.T) {
		surveysDrawn++
		key := surveys.SurveyKey(fmt.Sprintf("drawn%d", surveysDrawn))
		publish := func(source string) *surveys.Survey {
			s, err := surveyfile.Read("drawn.yaml", []byte(source))
			if err != nil {
				t.Fatal(err)
			}
			if s.Version, err = surveys.NewService(a.store).Publish(ctx, s); err != nil {
				t.Fatal(err)
			}
			return s
		}
		source := drawnSource(t, string(key))
		first := publish(source)
		rows := drawnRows(t, first, rapid.IntRange(1, 150).Draw(t, "responses"))
		if rapid.Bool().Draw(t, "two versions") {
			second := publish(otherVersion.Replace(strings.Replace(source, "stratum: city", "stratum: cabin", 1)))
			more := drawnRows(t, second, rapid.IntRange(1, 60).Draw(t, "responses of the second"))
			for i, r := range more { // among those of the first
				at := (i * 7) % (len(rows) + 1)
				rows = append(rows[:at], append([]*surveys.Response{r}, rows[at:]...)...)
			}
		}
		a.add(t, rows)
		q := reports.Query{AllRows: rapid.Bool().Draw(t, "all rows")}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"cabin", "flight", "mode", "wave", "version", "language"}), 0, 4, rapid.ID).Draw(t, "by") {
			q.By = append(q.By, []string{name})
		}
		if rapid.Bool().Draw(t, "crossed") {
			q.By = append(q.By, []string{"cabin", "flight"}, []string{"mode", "cabin"})
		}
		if rapid.Bool().Draw(t, "where") {
			q.Where = []reports.Where{{Attribute: "flight", Values: []string{"1", "2", ""}}, {Attribute: "cabin", Values: []string{"economy", "first"}}}
		}
		switch rapid.IntRange(0, 3).Draw(t, "period") {
		case 1:
			q.From, q.To = day(3, 1), day(9, 1)
		case 2:
			q.From = day(5, 1)
		}
		a.equal(t, key, q)
	})
	if len(a.told) > 0 {
		t.Errorf("answered from memory: %q", a.told)
	}
}

// What the database does not sum up is answered from memory, with the reason told.
func TestSumsOfTheDatabaseFallBack(t *testing.T) {
	a, ctx := openAnswers(t), context.Background()
	source := strings.NewReplacer("KEY", "short", "MISSING", "min_dimensions: 1", "DESIGN", "cluster: flight", "SCREENING", "duplicates: true").Replace(drawnSurvey)
	published(t, a.store, source)
	row := func() *surveys.Response {
		return &surveys.Response{Version: 1, Ratings: []byte{8, 4, 1, 3, 7, 9, 2, 5}, Attributes: []string{"1", "first", ""}}
	}
	stored(t, a.store, row(), row(), row())
	a.equal(t, "short", reports.Query{})
	a.equal(t, "short", reports.Query{Listed: true})
	heavy := row()
	heavy.ID, heavy.Survey, heavy.ReceivedAt, heavy.ResponseWeight, heavy.Mode = surveys.NewResponseID(time.Unix(1, 0)), "short", time.Unix(1, 0), 2, surveys.ModeWeb
	if _, err := a.store.ImportResponses(ctx, []*surveys.Response{heavy}); err != nil {
		t.Fatal(err)
	}
	a.equal(t, "short", reports.Query{Unweighted: true})
	if len(a.told) != 1 || a.told[0] != "every response is listed" {
		t.Errorf("told %q", a.told)
	}
	a.equal(t, "short", reports.Query{})
	if len(a.told) != 2 || a.told[1] != "responses have weights of their own" {
		t.Errorf("told %q", a.told)
	}
	if _, err := openStore(t).Sums(); err == nil || !strings.Contains(err.Error(), "SQLite does not sum responses up itself") {
		t.Errorf("SQLite: %v", err)
	}
}
