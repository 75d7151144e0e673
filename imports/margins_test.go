package imports_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/imports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

const margins = `variable,level,share,count
age,under_25,0.16,1600
age,25_34,0.31,3100
age,35_44,0.25,2500
age,45_59,0.19,1900
age,60_plus,0.09,900
cabin,economy,0.9,
cabin,premium_economy,0.045,
cabin,business+first,0.055,
`

func TestReadMargins(t *testing.T) {
	want := []surveys.Margin{
		{Attribute: "age", Shares: map[string]float64{"under_25": 1600, "25_34": 3100, "35_44": 2500, "45_59": 1900, "60_plus": 900}, Merge: map[string][]string{}},
		{Attribute: "cabin", Shares: map[string]float64{"economy": .9, "premium_economy": .045, "business+first": .055}, Merge: map[string][]string{"business+first": {"business", "first"}}},
	}
	for name, src := range map[string]string{"plain": margins, "byte order mark, CRLF": "\ufeff" + strings.ReplaceAll(margins, "\n", "\r\n"), "columns in another order": reordered(margins)} {
		got, err := imports.ReadMargins("m.csv", []byte(src), surveyfile.Default())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func reordered(src string) string {
	lines := strings.Split(src, "\n")
	for i, l := range lines {
		if f := strings.Split(l, ","); len(f) == 4 {
			lines[i] = f[3] + "," + f[1] + "," + f[0] + "," + f[2]
		}
	}
	return strings.Join(lines, "\n")
}

func TestMistakesInMargins(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string // line, field, rule, and a word of each problem
	}{
		{"attribute", "age,under_25", "agee,under_25", []string{`2:1: variable: the survey has no attribute "agee"`}},
		{"level", "cabin,economy", "cabin,eco", []string{`7:1: cabin: there is no share for "economy"`, `7:1: cabin: "eco" is not a value of cabin`}},
		{"joined level", "business+first", "business+fist", []string{`no share for "first"`, `"fist" is not a value`}},
		{"number", "0.31,3100", "0.31,many", []string{`3:1: count: "many" is not a number above 0`}},
		{"negative", "0.31,3100", "0.31,-3100", []string{`3:1: count`}},
		{"missing", "0.9,", ",", []string{`7:1: share: the share of economy is missing`}},
		{"disagreement", "0.31,3100", "0.35,3100", []string{`2:1: share`, `3:1: share: share and count do not agree`, `4:1`, `5:1`}},
		{"mixture", "0.9,", ",9000", []string{`7:1: cabin: some levels have a share and others a count`}},
		{"twice", "cabin,premium_economy,0.045", "cabin,economy,0.045", []string{`8:1: level: cabin economy stands in line 7 already`}},
		{"column", "share,count", "share,number", []string{`1:1: number: there is no such column`}},
		{"no column", "variable,level", "level,variabel", []string{`1:1: variabel`, `1:1: variable: the column is missing`}},
		{"ragged", "age,25_34,0.31,3100", "age,25_34", []string{`3:1: the line is not CSV like the first`}},
		{"empty", margins, "", []string{`1:1: the file is empty`}},
		{"head only", margins[strings.Index(margins, "\n"):], "\n", []string{`2:1: there is no line but the first`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := strings.Replace(margins, c.old, c.new, 1)
			_, err := imports.ReadMargins("m.csv", []byte(src), surveyfile.Default())
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v", err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%v\ndoes not say %q", err, w)
				}
			}
			if c.name == "attribute" { // the rest of age lacks a level, which only follows
				return
			}
			if len(invalid.Fields) > len(c.want) {
				t.Errorf("more than asked for: %v", err)
			}
		})
	}
}

func FuzzReadMargins(f *testing.F) {
	f.Add([]byte(margins))
	f.Add([]byte("variable,level,share\nage,\"\",1\ncabin,+,1\ncabin,economy+economy,2\n"))
	f.Add([]byte("variable,level,count\n\"age\n\",x,1e400\n"))
	s := surveyfile.Default()
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := imports.ReadMargins("m.csv", src, s)
		var invalid *surveys.InvalidError
		if err != nil && !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if err == nil {
			w := surveys.Weighting{Method: surveys.Rake, Margins: got, Cap: 5, Floor: .2}
			if err := w.Validate(&s.Questionnaire); err != nil {
				t.Fatal(err)
			}
		}
	})
}
