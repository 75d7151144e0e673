package reports_test

import (
	"errors"
	"fmt"
	"testing"

	"paxscore/surveys"
)

// Every question has an answer, or an error that says why not, of no response and of so few that nothing may be shown.
func TestQuestionsOfFewResponses(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 9, 10, 11, 30, 60} {
		d := defaultDataset(t, n)
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
