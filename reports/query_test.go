package reports_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

func TestParse(t *testing.T) {
	if d := cmp.Diff([]string{"age", "cabin"}, reports.ParseBy(" age, cabin")); d != "" {
		t.Errorf("by (-want +got):\n%s", d)
	}
	for _, tt := range []struct {
		text  string
		want  reports.Where
		wrong bool
	}{
		{text: "cabin=economy", want: reports.Where{Attribute: "cabin", Values: []string{"economy"}}},
		{text: " cabin = economy , first ", want: reports.Where{Attribute: "cabin", Values: []string{"economy", "first"}}},
		{text: "cabin=", want: reports.Where{Attribute: "cabin", Values: []string{""}}},
		{text: "note=a=b", want: reports.Where{Attribute: "note", Values: []string{"a=b"}}},
		{text: "cabin", wrong: true},
		{text: "=economy", wrong: true},
		{text: "", wrong: true},
	} {
		got, err := reports.ParseWhere(tt.text)
		if (err != nil) != tt.wrong {
			t.Errorf("%q: error %v", tt.text, err)
		}
		if err == nil && cmp.Diff(tt.want, got) != "" {
			t.Errorf("%q: %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

func FuzzParseWhere(f *testing.F) {
	for _, s := range []string{"a=b", "a=b,c", "=", "a", "a==,", "\xff=\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := reports.ParseWhere(s)
		if err == nil && (w.Attribute == "" || len(w.Values) == 0) {
			t.Errorf("%q: %+v without an error", s, w)
		}
		if by := reports.ParseBy(s); len(by) == 0 {
			t.Errorf("%q: no attribute", s)
		}
	})
}

func TestQueryErrors(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	many := make([][]string, 51)
	for i := range many {
		many[i] = []string{"age"}
	}
	day := func(n int) time.Time { return time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name  string
		q     reports.Query
		want  []string // field: rule
		words string   // in a message
	}{
		{"model", reports.Query{Model: "best"}, []string{"model: unknown"}, "study and equal"},
		{"by", reports.Query{By: [][]string{{"age"}, {"cabin", "seat"}}}, []string{"by[1]: unknown"}, "flight, month, route, delayed, trained, age, occupation, spend, purpose, cabin, tier, gender, channel, mode, language, wave and version"},
		{"by nothing", reports.Query{By: [][]string{{}, {""}}}, []string{"by[0]: length", "by[1]: unknown"}, ""},
		{"by twice", reports.Query{By: [][]string{{"age", "age"}}}, []string{"by[0]: duplicate"}, ""},
		{"by five", reports.Query{By: [][]string{{"age", "cabin", "route", "spend", "tier"}}}, []string{"by[0]: length"}, ""},
		{"too many", reports.Query{By: many}, []string{"by: length"}, ""},
		{"where", reports.Query{Where: []reports.Where{{Attribute: "age", Values: []string{"25_34"}}, {Attribute: "seat", Values: []string{"1a"}}}}, []string{"where[1].attribute: unknown"}, "responses can be selected by flight"},
		{"level", reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"economy", "cargo"}}}}, []string{"where[0].values[1]: unknown"}, "economy, premium_economy, business and first"},
		{"no level", reports.Query{Where: []reports.Where{{Attribute: "cabin"}}}, []string{"where[0].values: required"}, ""},
		{"mode", reports.Query{Where: []reports.Where{{Attribute: "mode", Values: []string{"fax"}}}}, []string{"where[0].values[0]: unknown"}, "kiosk"},
		{"period", reports.Query{From: day(2), To: day(2)}, []string{"to: range"}, ""},
		{"all at once", reports.Query{Model: "best", By: [][]string{{"seat"}}, Where: []reports.Where{{Attribute: "seat", Values: []string{"1a"}}}}, []string{"model: unknown", "by[0]: unknown", "where[0].attribute: unknown"}, ""},
		{"long", reports.Query{Model: strings.Repeat("x", 10_000)}, []string{"model: unknown"}, "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := d.Report(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v, want *surveys.InvalidError", err)
			}
			var got []string
			for _, f := range invalid.Fields {
				got = append(got, f.Field+": "+f.Rule)
				if len(f.Message) > 600 {
					t.Errorf("message of %d bytes", len(f.Message))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%v\nlacks %q", err, tt.words)
			}
		})
	}
	for _, q := range []reports.Query{
		{Where: []reports.Where{{Attribute: "flight", Values: []string{"no such flight"}}}},
		{Where: []reports.Where{{Attribute: "cabin", Values: []string{""}}}},
		{Where: []reports.Where{{Attribute: "cabin", Values: []string{"unknown"}}}},
		{Where: []reports.Where{{Attribute: "mode", Values: []string{"import", "web"}}}, By: [][]string{{"mode"}, {"language"}, {"wave"}, {"version", "route"}}},
	} {
		if _, err := d.Report(q); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
