package scoring_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

const referenceFolder = "testdata/reference/"

// Items of the study and its sample, in the order of study.csv; the last two are overall and recommend.
var studyItems = []string{"crew_attitude", "courtesy", "patience", "checkin", "boarding", "baggage", "inflight_speed", "catering", "entertainment",
	"seat_comfort", "flight_safety", "safety_equipment", "emergency_handling", "awareness", "corporate_image", "social_responsibility", "overall", "recommend"}

// studyModel has the index weights of ref_study.json and ref_survey_means.json, input.index_weights.
func studyModel() *scoring.Model {
	m := &scoring.Model{Overall: 16, Recommend: 17, Policy: scoring.Policy{MinItemShare: .5, MinDimensions: 3, MinDimensionShare: .6}}
	for i := range studyItems {
		m.Items = append(m.Items, scoring.Item{Low: 0, High: 10, Scores: scoring.LinearScores(0, 10, false), Rating: i < 16})
	}
	item := 0
	for d, n := range []int{3, 4, 3, 3, 3} {
		dim := scoring.Dimension{DimensionWeight: []float64{.2604, .3011, .05, .1945, .194}[d]}
		for range n {
			dim.Items = append(dim.Items, scoring.ItemWeight{Item: item, ItemWeight: 1 / float64(n)})
			item++
		}
		m.Dimensions = append(m.Dimensions, dim)
	}
	return m
}

// Attributes of the tables made of sample.csv.
var sampleAttributes = []string{"flight", "route", "age", "gender", "purpose"}

func attributeAt(name string) int {
	for i, a := range sampleAttributes {
		if a == name {
			return i
		}
	}
	return scoring.None
}

// readSample makes a table of sample.csv: 600 respondents of the study, response weight pw (METHOD section 11). keep selects rows
// by their columns; nil takes all.
func readSample(t *testing.T, weighted bool, keep func(map[string]string) bool) *columns.Table {
	t.Helper()
	f, err := os.Open(referenceFolder + "sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	table := columns.New(len(studyItems), len(sampleAttributes))
	for _, line := range lines[1:] {
		of := map[string]string{}
		for i, name := range lines[0] {
			of[name] = line[i]
		}
		if keep != nil && !keep(of) {
			continue
		}
		row := columns.Row{ResponseWeight: 1}
		for _, item := range studyItems {
			row.Ratings = append(row.Ratings, code(t, of[item], 0))
		}
		for _, a := range sampleAttributes {
			row.Attributes = append(row.Attributes, of[a])
		}
		if weighted {
			if row.ResponseWeight, err = strconv.ParseFloat(of["pw"], 64); err != nil {
				t.Fatal(err)
			}
		}
		if err := table.Append(&row); err != nil {
			t.Fatal(err)
		}
	}
	return table
}

// code reads an answer as the reference files write it: a rating, NA or empty; SK and NR occur in scoring_answers.csv.
func code(t *testing.T, s string, low int) byte {
	t.Helper()
	switch s {
	case "", "SK":
		return columns.Skipped
	case "NA":
		return columns.NotApplicable
	case "NR":
		return columns.NotRouted
	}
	v, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return byte(v - low)
}

func newSample(t *testing.T, table *columns.Table, m *scoring.Model, p scoring.Plan) *scoring.Sample {
	t.Helper()
	rows := make([]uint32, table.Len())
	for i := range rows {
		rows[i] = uint32(i)
	}
	s, err := scoring.NewSample(table, m, rows, p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// at returns the positions of a sample whose attribute is at a level.
func at(s *scoring.Sample, table *columns.Table, attribute, level string) (out []uint32) {
	matches := table.Matches(columns.Condition{Attribute: attributeAt(attribute), Values: []string{level}})
	for i, row := range s.Rows() {
		if matches[row] {
			out = append(out, uint32(i))
		}
	}
	return out
}

func readReference(t *testing.T, name string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(referenceFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Expected map[string]any `json:"expected"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Expected
}

// get walks to a value of a reference file: keys of objects and places of lists.
func get(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			x, ok := m[p]
			if !ok {
				t.Fatalf("no %q in the reference", p)
			}
			v = x
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

func number(t *testing.T, v any, path ...any) float64 {
	t.Helper()
	return get(t, v, path...).(float64)
}

// differences collects how far figures are from a reference file.
type differences struct {
	t         *testing.T
	name      string
	tolerance float64
	checked   int
	worst     float64
	at        string
}

func compareWith(t *testing.T, name string, tolerance float64) *differences {
	d := &differences{t: t, name: name, tolerance: tolerance}
	t.Cleanup(func() {
		t.Logf("%s: %d values, worst relative difference %.2g (%s)", d.name, d.checked, d.worst, d.at)
	})
	return d
}

// near checks a figure to the tolerance, relative.
func (d *differences) near(what string, got, want float64) {
	d.t.Helper()
	d.checked++
	rel := math.Abs(got-want) / math.Max(math.Abs(want), 1e-300)
	if want == 0 {
		rel = math.Abs(got)
	}
	if rel > d.worst {
		d.worst, d.at = rel, what
	}
	if !(rel <= d.tolerance) {
		d.t.Errorf("%s: %s = %.16g, want %.16g (relative difference %.2g)", d.name, what, got, want, rel)
	}
}
