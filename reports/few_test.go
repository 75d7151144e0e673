package reports_test

import (
	"errors"
	"fmt"
	"testing"

	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// Every question has an answer, or an error that says why not, of no response and of so few that nothing may be shown.
func TestQuestionsOfFewResponses(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 9, 10, 11, 30, 60} {
		d := reports.NewDataset(surveyfile.Default())
		rows := 0
		for r, err := range study.Responses(surveyfile.Default(), n+1, 42) {
			if err != nil {
				t.Fatal(err)
			}
			if rows++; rows > n {
				break
			}
			if err := d.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range questions() {
			t.Run(fmt.Sprintf("%s/%d", q.name, n), func(t *testing.T) {
				defer func() {
					if p := recover(); p != nil {
						t.Error(p)
					}
				}()
				d.Forget()
				var invalid *surveys.InvalidError
				if err := q.ask(d); err != nil && !errors.As(err, &invalid) && !errors.Is(err, surveys.ErrNotFound) {
					t.Error(err)
				}
			})
		}
	}
}
