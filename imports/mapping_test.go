package imports_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/imports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// small is a survey with every kind of item and attribute.
func small() *surveys.Survey {
	five := surveys.Scale{Key: "five", Low: 1, High: 5}
	ten := surveys.Scale{Key: "ten", Low: 0, High: 10}
	return &surveys.Survey{Key: "small", Version: 2, Questionnaire: surveys.Questionnaire{
		Languages: []string{"en"},
		Scales:    []surveys.Scale{five, ten, {Key: "yesno", Low: 0, High: 1}},
		Attributes: []surveys.Attribute{
			{Key: "cabin", Values: []surveys.AttributeValue{{Key: "economy"}, {Key: "business"}}},
			{Key: "flight"},
			{Key: "age", Values: []surveys.AttributeValue{{Key: "young"}, {Key: "old"}}},
		},
		Sections: []surveys.Section{{Key: "all", Items: []surveys.Item{
			{Key: "crew", Kind: surveys.KindRating, Scale: "five", NotApplicable: true},
			{Key: "seat", Kind: surveys.KindRating, Scale: "five"},
			{Key: "overall", Kind: surveys.KindOverall, Scale: "yesno"},
			{Key: "recommend", Kind: surveys.KindRecommend, Scale: "ten"},
			{Key: "comment", Kind: surveys.KindComment, MaxLength: 20},
		}}},
	}}
}

func mapping(t testing.TB, s *surveys.Survey, text string) *imports.Mapping {
	t.Helper()
	m, err := imports.ReadMapping("m.yaml", []byte(text), s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMappingMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "1:1 empty"},
		{"no items", "survey: small\n", "1:1 required"},
		{"unknown key", "itmes: {crew: A}\nitems: {crew: A}\n", "1:1 unknown"},
		{"duplicate key", "items:\n  crew: A\n  crew: B\n", "3:3 duplicate"},
		{"other survey", "survey: large\nitems: {crew: A}\n", "1:1 reference"},
		{"delimiter", "delimiter: x\nitems: {crew: A}\n", "1:1 delimiter"},
		{"encoding", "encoding: ebcdic\nitems: {crew: A}\n", "1:1 unknown"},
		{"unknown item", "items:\n  crw: A\n", "2:3 unknown"},
		{"unknown attribute", "items: {crew: A}\nattributes:\n  cabn: B\n", "3:3 unknown"},
		{"one column for two items", "items:\n  crew: A\n  seat: A\n", "3:3 duplicate"},
		{"column missing", "items:\n  crew: {skipped: [x]}\n", "2:3 required"},
		{"rating outside the scale", "items:\n  crew: {column: A, values: {good: 6}}\n", "2:30 range"},
		{"rating is no number", "items:\n  crew: {column: A, values: {good: fine}}\n", "2:36 type"},
		{"code is a rating of the item", "items:\n  crew: {column: A, not_applicable: [\"5\"]}\n", "2:21 conflict"},
		{"code for all is a rating of one", "skipped: [\"6\"]\nitems:\n  crew: A\n  recommend: B\n", "4:3 conflict"},
		{"code with two meanings", "items:\n  crew: {column: A, skipped: [x], not_asked: [x]}\n", "2:3 conflict"},
		{"not applicable not offered", "items:\n  seat: {column: A, not_applicable: [x]}\n", "2:21 not_applicable"},
		{"comment with codes", "items:\n  crew: B\n  comment: {column: A, skipped: [x]}\n", "3:3 comment"},
		{"level", "items: {crew: A}\nattributes:\n  cabin: {column: B, values: {Y: econmy}}\n", "3:31 level"},
		{"constant level", "items: {crew: A}\nattributes:\n  cabin: {value: econmy}\n", "3:11 level"},
		{"two sources", "items: {crew: A}\nattributes:\n  cabin: {column: A, value: economy}\n", "3:3 required"},
		{"values and bands", "items: {crew: A}\nattributes:\n  age: {column: A, values: {x: old}, bands: [{level: old}]}\n", "3:3 conflict"},
		{"code both known and unknown", "items: {crew: A}\nattributes:\n  age: {column: A, values: {x: old}, unknown: [x]}\n", "3:38 conflict"},
		{"bands overlap", "items: {crew: A}\nattributes:\n  age: {column: A, bands: [{level: old}, {below: 3, level: young}]}\n", "3:42 order"},
		{"bands descend", "items: {crew: A}\nattributes:\n  age: {column: A, bands: [{below: 30, level: young}, {below: 20, level: old}]}\n", "3:55 order"},
		{"band level", "items: {crew: A}\nattributes:\n  age: {column: A, bands: [{below: 30, level: yung}]}\n", "3:40 level"},
		{"band bound", "items: {crew: A}\nattributes:\n  age: {column: A, bands: [{below: .nan, level: old}]}\n", "3:36 finite"},
		{"template without column", "items: {crew: A}\nsubmitted_at: {template: 2017-05-01}\n", "2:16 template"},
		{"template not closed", "items: {crew: A}\nsubmitted_at: {template: \"2017-{DAY\"}\n", "2:16 template"},
		{"layout", "items: {crew: A}\nsubmitted_at: {column: B, layout: 2006-01-02}\n", "2:27 layout"},
		{"zone", "items: {crew: A}\nsubmitted_at: {column: B, zone: Mars}\n", "2:27 zone"},
		{"time", "items: {crew: A}\nsubmitted_at: {value: yesterday}\n", "2:16 time"},
		{"mode", "items: {crew: A}\nmode: {value: paper}\n", "2:8 value"},
		{"mode values", "items: {crew: A}\nmode: {column: B, values: {1: paper}}\n", "2:28 value"},
		{"language", "items: {crew: A}\nlanguage: {value: \"12\"}\n", "2:12 value"},
		{"wave", "items: {crew: A}\nwave: {value: \"2017\"}\n", "2:8 value"},
		{"response weight", "items: {crew: A}\nresponse_weight: {value: 0}\n", "2:19 range"},
		{"together", "encoding: x\nitems:\n  crw: A\n  seat: {column: B, values: {a: 9}}\nmode: {value: paper}\n",
			"1:1 unknown, 3:3 unknown, 4:30 range, 5:8 value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := imports.ReadMapping("m.yaml", []byte(c.text), small())
			var bad *surveys.InvalidError
			if !errors.As(err, &bad) {
				t.Fatalf("error %v", err)
			}
			var got []string
			for _, f := range bad.Fields {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Rule))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got  %s\nwant %s\n%v", s, c.want, err)
			}
		})
	}
}

func TestMappingSuggests(t *testing.T) {
	_, err := imports.ReadMapping("m.yaml", []byte("items: {crw: A}\n"), small())
	if err == nil || !strings.Contains(err.Error(), `did you mean "crew"?`) {
		t.Errorf("error %v", err)
	}
}

func TestMappingMissingColumns(t *testing.T) {
	s := small()
	m := mapping(t, s, "items:\n  crew: Crew\n  seat: Saet\n  recommend: NPS\nresponse_weight: WT\n")
	_, _, err := read(t, s, m, "data.csv", "Crew ,Seat,NPS,NPS\n1,2,3,4\n")
	var bad *surveys.InvalidError
	if !errors.As(err, &bad) {
		t.Fatalf("error %v", err)
	}
	want := []surveys.FieldError{
		{Field: "items.seat", Rule: "column", Line: 3, Column: 3, Message: `there is no column "Saet"; did you mean "Seat"?`},
		{Field: "items.recommend", Rule: "duplicate", Line: 4, Column: 3, Message: `column "NPS" stands twice in the header, as cells 3 and 4`},
		{Field: "response_weight", Rule: "column", Line: 5, Column: 1, Message: `there is no column "WT"; the columns are "Crew", "Seat", "NPS", "NPS"`},
	}
	if d := cmp.Diff(want, bad.Fields); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// example reads an example survey and its mapping.
func example(t testing.TB, name string) (*surveys.Survey, *imports.Mapping) {
	t.Helper()
	src, err := os.ReadFile("../examples/" + name + "/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := surveyfile.Read("survey.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	src, err = os.ReadFile("../examples/" + name + "/mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s, mapping(t, s, string(src))
}

func FuzzReadMapping(f *testing.F) {
	for _, name := range []string{"sfo2017", "airline-satisfaction"} {
		src, err := os.ReadFile("../examples/" + name + "/mapping.yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("items: {crew: A, comment: C}\nattributes: {age: {column: A, bands: [{below: 3, level: young}]}}\nsubmitted_at: {template: \"{A}\", layout: YYYY}\n"))
	f.Add([]byte("items:\n  crew: {column: A, values: {a: 9}}\nmode: {value: paper}\n"))
	f.Add([]byte("items: &a {crew: *a}\n"))
	f.Add([]byte("\xff\xfe"))
	s := small()
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := imports.ReadMapping("m.yaml", src, s)
		var bad *surveys.InvalidError
		switch {
		case err == nil && m == nil, err != nil && !errors.As(err, &bad), err != nil && len(bad.Fields) == 0:
			t.Fatalf("mapping %v, error %v", m, err)
		case err != nil:
			for _, p := range bad.Fields {
				if p.Line < 1 || p.Message == "" {
					t.Fatalf("problem without place or message: %+v", p)
				}
			}
		default:
			read(t, s, m, "data.csv", "A,B,C\n1,2,3\n,,\nx,\"y\",z\n")
		}
	})
}
