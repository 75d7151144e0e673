package main

import (
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
)

// Places where the sums of reports are taken.
const (
	sumsInMemory   = "memory"
	sumsInDatabase = "database"
)

// sumIn lets reports take their sums in a place; told hears why an answer came from memory all the same.
func sumIn(place string, st *store.Store, live *reports.Live, told func(survey surveys.SurveyKey, reason string)) error {
	if place != sumsInDatabase {
		return nil
	}
	sums, err := st.Sums()
	if err != nil {
		return usage("--sums %s: %v", place, err)
	}
	live.SumIn(sums, told)
	return nil
}
