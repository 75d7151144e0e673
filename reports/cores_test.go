package reports_test

import (
	"encoding/json"
	"runtime"
	"testing"

	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys/surveyfile"
)

// Quality, review and weights are the same to the last digit on any number of cores, of more responses than one core works on at a time.
func TestCoresDoNotMatter(t *testing.T) {
	d := reports.NewDataset(surveyfile.Default())
	for r, err := range study.Responses(surveyfile.Default(), 140_000, 5) {
		if err == nil {
			err = d.Append(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	questions := map[string]func() (any, error){
		"quality": func() (any, error) {
			return d.Quality(reports.QualityQuery{Query: reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"economy"}}}}, Groups: "route"})
		},
		"review": func() (any, error) {
			return d.Review(reports.ReviewQuery{Worse: []reports.Where{{Attribute: "delayed", Values: []string{"yes"}}}})
		},
		"weights": func() (any, error) { return d.Importance(reports.ImportanceQuery{Over: []string{"cabin", "route"}}) },
	}
	for name, ask := range questions {
		first := ""
		for _, cores := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(cores)
			d.Forget()
			x, err := ask()
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = string(text)
			} else if string(text) != first {
				t.Errorf("%s on %d cores is another answer than on one", name, cores)
			}
		}
	}
}
