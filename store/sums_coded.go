package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"paxscore/surveys"
)

// Slots of an item with a scale of n ratings: answered 0 … n−1, else n and more, of which those from n+notApplicable on were not to be answered.
const (
	skipped  = iota
	offScale // counts as skipped
	notApplicable
	notRouted
	otherSlots
)

// slot is that of an item's answer.
func (s *sumSQL) slot(item *surveys.SumItem) string {
	n := len(item.Scores)
	var slots [256]int
	for code := range slots {
		switch {
		case code < n:
			slots[code] = code
		case code < int(surveys.NotRouted):
			slots[code] = n + offScale
		case code == int(surveys.NotRouted):
			slots[code] = n + notRouted
		case code == int(surveys.NotApplicable):
			slots[code] = n + notApplicable
		default:
			slots[code] = n + skipped
		}
	}
	var code strings.Builder
	fmt.Fprint(&code, "CASE r.version")
	for _, version := range versionsOf(item.Positions) {
		fmt.Fprintf(&code, " WHEN %d THEN get_byte(r.ratings, %d)", version, item.Positions[version])
	}
	fmt.Fprintf(&code, " ELSE %d END", surveys.NotRouted)
	return fmt.Sprintf("(%s)[%s + 1]", list("int", slots[:], strconv.Itoa), code.String())
}

func versionsOf(positions map[int]int) []int {
	out := make([]int, 0, len(positions))
	for v := range positions {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// level is that of an attribute, ” where it is unknown.
func (s *sumSQL) level(a *surveys.SumAttribute) string {
	if a.BuiltIn {
		if a.Key == "version" {
			return "r.version::text"
		}
		return "coalesce(r." + a.Key + ", '')"
	}
	value := fmt.Sprintf("coalesce(r.attributes->>%s, '')", s.arg(a.Key, "text"))
	var out strings.Builder
	fmt.Fprint(&out, "CASE")
	for _, version := range a.Versions {
		switch {
		case version == s.q.Version || len(a.Levels) == 0:
			fmt.Fprintf(&out, " WHEN r.version = %d THEN %s", version, value)
		default:
			fmt.Fprintf(&out, " WHEN r.version = %d AND r.attributes->>%s = ANY(%s) THEN %s", version, s.arg(a.Key, "text"), s.arg(a.Levels, "text[]"), value)
		}
	}
	if len(a.Versions) == 0 {
		return "''"
	}
	return out.String() + " ELSE '' END"
}

// milliseconds is the time taken, 0 where it is unknown: half a millisecond counts as one.
const milliseconds = "CASE WHEN r.seconds IS NOT NULL AND least(r.seconds, 1e7) * 1000 >= 0.5 THEN least(trunc(least(r.seconds, 1e7) * 1000)" +
	" + CASE WHEN least(r.seconds, 1e7) * 1000 - trunc(least(r.seconds, 1e7) * 1000) >= 0.5 THEN 1 ELSE 0 END, 4294967295)::bigint ELSE 0 END"

// coded is the first step; attributes in use are a0, a1 …, items s0, s1 …
func (s *sumSQL) coded() string {
	columns := []string{"r.id", "r.seq", "r.respondent", milliseconds + " AS ms", s.outside() + " AS outside", s.untimed() + " AS untimed"}
	for i := range s.q.Attributes {
		if s.used[i] {
			columns = append(columns, fmt.Sprintf("%s AS a%d", s.level(&s.q.Attributes[i]), i))
		}
	}
	for i := range s.q.Items {
		columns = append(columns, fmt.Sprintf("%s AS s%d", s.slot(&s.q.Items[i]), i))
	}
	return "SELECT " + strings.Join(columns, ", ") + step + theResponses
}

// Times that a row in memory can hold; others are unknown.
const timed = "(r.submitted_at >= to_timestamp(1) AND r.submitted_at < to_timestamp(4294967296))"

func (s *sumSQL) untimed() string { return timed + " IS NOT TRUE" }

// outside tells responses that are not in the period.
func (s *sumSQL) outside() string {
	switch {
	case s.q.Nothing:
		return "true"
	case !s.q.Period:
		return "false"
	}
	in := fmt.Sprintf("%s AND r.submitted_at >= to_timestamp(%d)", timed, s.q.From)
	if s.q.To != 0 {
		in += fmt.Sprintf(" AND r.submitted_at < to_timestamp(%d)", s.q.To)
	}
	return "(" + in + ") IS NOT TRUE"
}
