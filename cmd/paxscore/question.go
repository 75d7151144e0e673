package main

import (
	"fmt"
	"time"

	"paxscore/reports"
)

// question is the part of a command line that says what to compute.
type question struct {
	By []string `sep:"none" placeholder:"A[,B]" help:"Segments by an attribute, or by several crossed; may be repeated."`
	selection
}

// selection is the part of a command line that says which responses count, and how.
type selection struct {
	Model      string   `placeholder:"KEY" help:"Scoring model of the survey; its first unless given."`
	Where      []string `sep:"none" placeholder:"A=V[,V]" help:"Only responses whose attribute has one of the values; may be repeated, all must hold."`
	From       string   `placeholder:"DATE" help:"Only responses submitted on or after this date (2025-03-01) or time (RFC 3339)."`
	To         string   `placeholder:"DATE" help:"Only responses submitted up to and including this date, or before this time."`
	Unweighted bool     `help:"Count every passenger once: no response weights."`
	AllRows    bool     `help:"Keep duplicates, careless responses and break-offs."`
	population
}

func (q question) query() (reports.Query, error) {
	out, err := q.selection.query()
	for _, by := range q.By {
		out.By = append(out.By, reports.ParseBy(by))
	}
	return out, err
}

func (q selection) query() (reports.Query, error) {
	out := reports.Query{Model: q.Model, Unweighted: q.Unweighted, AllRows: q.AllRows}
	for _, where := range q.Where {
		w, err := reports.ParseWhere(where)
		if err != nil {
			return out, usage("--where: %v", err)
		}
		out.Where = append(out.Where, w)
	}
	var err error
	if out.From, out.To, err = reports.ParsePeriod(q.From, q.To); err != nil {
		return out, usage("%v", err)
	}
	return out, nil
}

// stamp writes a time for people.
func stamp(t time.Time) string { return fmt.Sprint(t.UTC().Format("2006-01-02 15:04 UTC")) }
