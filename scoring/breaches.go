package scoring

import "paxscore/scoring/columns"

// Breach is a rule of the screening that a response breaks, whether or not the rule is in force.
type Breach uint8

// The rules in the order in which they are applied.
const (
	BreaksDuplicate       Breach = 1 << iota // same respondent and cluster as a response that is kept
	BreaksStraightAndFast                    // straight line in under a third of the median time
	BreaksHasty                              // under 2 s per answered item
	BreaksOff                                // overall item missing, or under half of the applicable items answered
)

// Breaches are the rules that a row breaks. median is MedianMilliseconds.
func (s *Screen) Breaches(row uint32, median float64) Breach {
	var out Breach
	t := s.traits[row]
	if t&repeated != 0 {
		out |= BreaksDuplicate
	}
	if t&straight != 0 && s.fast(row, median) {
		out |= BreaksStraightAndFast
	}
	if t&hasty != 0 {
		out |= BreaksHasty
	}
	if t&incomplete != 0 {
		out |= BreaksOff
	}
	return out
}

// CountBreaches counts rows by the rules that they break together: the place of a count is a Breach.
func (s *Screen) CountBreaches(rows RowSet, median float64) []int {
	out := make([]int, BreaksOff<<1)
	rows.each(func() (func(row uint32), func()) {
		own := make([]int, len(out))
		return func(row uint32) { own[s.Breaches(row, median)]++ }, func() {
			for b, n := range own {
				out[b] += n
			}
		}
	})
	return out
}

// CountCompletions counts rows by how much of an interview they are, duplicates left out: the place of a count is a Completion.
func (s *Screen) CountCompletions(rows RowSet) []int {
	out := make([]int, BrokenOff+1)
	rows.each(func() (func(row uint32), func()) {
		own := make([]int, len(out))
		count := func(row uint32) {
			if s.fates[row] != Duplicate {
				own[s.Completion(row)]++
			}
		}
		return count, func() {
			for c, n := range own {
				out[c] += n
			}
		}
	})
	return out
}

// Completion says how much of an interview a response is.
type Completion uint8

const (
	CompleteInterview Completion = iota // overall item rated, 80 % of the applicable items answered
	PartialInterview                    // likewise 50 %
	BrokenOff
)

// The share of a complete interview (AAPOR, Standard Definitions 2016, gives 80 % as the usual one).
const (
	completeShare = 4 // of
	completeOf    = 5
)

// Completion judges a row by the shares of the AAPOR's Standard Definitions.
func (s *Screen) Completion(row uint32) Completion {
	if s.traits[row]&incomplete != 0 {
		return BrokenOff
	}
	if answered, applicable := s.answers(row); completeOf*answered < completeShare*applicable {
		return PartialInterview
	}
	return CompleteInterview
}

// answers counts the rating items that a row answers, and that apply to it.
func (s *Screen) answers(row uint32) (answered, applicable int) {
	for _, i := range s.rating {
		switch s.table.Item(i)[row] {
		case columns.NotRouted, columns.NotApplicable:
		case columns.Skipped:
			applicable++
		default:
			applicable++
			answered++
		}
	}
	return answered, applicable
}
