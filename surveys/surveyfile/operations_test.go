package surveyfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// Everything wrong with a file of operational indicators is told at once, by line and column.
func TestOperationsMistakes(t *testing.T) {
	src, err := os.ReadFile("testdata/operations_mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := surveyfile.ReadOperations("operations_mistakes.yaml", src, surveyfile.Default())
	var invalid *surveys.InvalidError
	if o != nil || !errors.As(err, &invalid) {
		t.Fatalf("operations %v, error %v", o, err)
	}
	golden := filepath.Join("testdata", "operations_mistakes.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), invalid.Error()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, f := range invalid.Fields {
		if f.Line < 1 || f.Column < 1 || f.Rule == "" {
			t.Errorf("no place or rule: %+v", f)
		}
	}
}

func TestOperationsExample(t *testing.T) {
	src, err := os.ReadFile("../../examples/operations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := surveyfile.ReadOperations("operations.yaml", src, surveyfile.Default())
	if err != nil {
		t.Fatal(err)
	}
	if o.Share != .2 || len(o.Indicators) != 4 || o.Indicators[0].Direction() != 1 || o.Indicators[1].Direction() != -1 || *o.Indicators[3].Value != 27.5 {
		t.Errorf("%+v", o)
	}
	want := []surveys.MeasuredGroup{
		{Label: "Business class", Where: []surveys.MeasuredWhere{{Attribute: "cabin", Values: []string{"business", "first"}}},
			Values: map[string]float64{"call_answer_seconds": 22, "on_time_rate": 83.25, "baggage_minutes": 15}},
		{Label: "First half-year", From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), // the last day is included
			Values: map[string]float64{"on_time_rate": 79.5, "call_answer_seconds": 71, "abandonment_pct": 7.2, "baggage_minutes": 29}},
	}
	if diff := cmp.Diff(want, o.Groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

// Defaults: weight 1, the key as label.
func TestOperationsDefaults(t *testing.T) {
	o, err := surveyfile.ReadOperations("o.yaml", []byte("operational_share: 0\nindicators:\n  - key: a\n    curve: [{value: 0, score: 0}, {value: 1, score: 100}]\n"), surveyfile.Default())
	if err != nil {
		t.Fatal(err)
	}
	if i := o.Indicators[0]; i.Label != "a" || i.IndicatorWeight != 1 || i.Value != nil || i.Unit != "" {
		t.Errorf("%+v", i)
	}
}

// What is read is valid, what is not read has a place for every mistake.
func FuzzReadOperations(f *testing.F) {
	for _, name := range []string{"testdata/operations_mistakes.yaml", "../../examples/operations.yaml"} {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	s := surveyfile.Default()
	f.Fuzz(func(t *testing.T, src []byte) {
		o, err := surveyfile.ReadOperations("fuzzed.yaml", src, s)
		var invalid *surveys.InvalidError
		switch {
		case err == nil:
			if err := o.Validate(&s.Questionnaire); err != nil {
				t.Errorf("read, and not valid: %v", err)
			}
		case !errors.As(err, &invalid) || len(invalid.Fields) == 0:
			t.Errorf("%v", err)
		default:
			for _, x := range invalid.Fields {
				if x.Line < 1 || x.Rule == "" {
					t.Errorf("no place or rule: %+v", x)
				}
			}
		}
	})
}
