package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/columns"
)

// Rules are the exclusions in force (METHOD section 8, response quality).
type Rules struct {
	Duplicates bool // same respondent and cluster: the first complete response is kept, else the first
	Careless   bool // straight line in under a third of the median time, or under 2 s per answered item
	BreakOffs  bool // overall item missing, or under half of the applicable items answered
}

// Fate is what screening makes of a response. A response that several rules would exclude goes to the first.
type Fate uint8

const (
	Kept Fate = iota
	Duplicate
	Careless
	BreakOff
)

const (
	minMillisPerAnswer = 2000 // below which a response is careless
	fastShare          = 3    // a straight line is careless below the median time divided by this
)

// What is known of a response before the median time.
const (
	straight   uint8 = 1 << iota // two or more items answered, all alike
	incomplete                   // a break-off
	hasty                        // under 2 s per answered item
	repeated                     // another response of the same respondent and cluster is kept
)

// Screen applies the exclusions to a table that grows. A row costs one byte, and 4 to 11 more where its respondent is known.
type Screen struct {
	table   *columns.Table
	rating  []int // positions of the items that count
	low     []int // low ends of their scales
	overall int
	cluster int // attribute that tells respondents' occasions apart, or None
	traits  []uint8
	first   firsts
}

// NewScreen returns a screen for the table. Only the items, and of the model only Overall, are read; cluster is the position of
// the attribute within which a respondent answers once, or None.
func NewScreen(t *columns.Table, m *Model, cluster int) *Screen {
	s := &Screen{table: t, overall: m.Overall, cluster: cluster}
	for i := range m.Items {
		if m.Items[i].Rating {
			s.rating = append(s.rating, i)
			s.low = append(s.low, m.Items[i].Low)
		}
	}
	return s
}

// Update takes in the rows appended since the last time.
func (s *Screen) Update() {
	for row := len(s.traits); row < s.table.Len(); row++ {
		s.traits = append(s.traits, s.look(uint32(row)))
		s.repeat(uint32(row))
	}
}

func (s *Screen) look(row uint32) (traits uint8) {
	var answered, applicable, value int
	alike := true
	for k, i := range s.rating {
		switch code := s.table.Item(i)[row]; code {
		case columns.NotRouted, columns.NotApplicable:
		case columns.Skipped:
			applicable++
		default:
			applicable++
			rating := s.low[k] + int(code)
			if answered > 0 && rating != value {
				alike = false
			}
			value = rating
			answered++
		}
	}
	if alike && answered >= 2 {
		traits |= straight
	}
	if s.overallMissing(row) || s.brokenOff(row, answered, applicable) {
		traits |= incomplete
	}
	if ms := s.table.Milliseconds(row); ms > 0 && uint64(ms) < minMillisPerAnswer*uint64(max(answered, 1)) {
		traits |= hasty
	}
	return traits
}

// overallMissing reports whether the overall item was asked and not rated.
func (s *Screen) overallMissing(row uint32) bool {
	if s.overall == None {
		return false
	}
	code := s.table.Item(s.overall)[row]
	return code > columns.MaxCode && code != columns.NotRouted
}

// brokenOff judges the answered share. A response to which no item applies is a break-off only if it answers nothing else.
func (s *Screen) brokenOff(row uint32, answered, applicable int) bool {
	if applicable > 0 {
		return 2*answered < applicable
	}
	for i := range s.table.Items() {
		if s.table.Item(i)[row] <= columns.MaxCode {
			return false
		}
	}
	return true
}

// repeat marks the row, or the one that was kept so far, as repeated.
func (s *Screen) repeat(row uint32) {
	if s.table.Respondent(row) == (columns.Respondent{}) {
		return
	}
	kept, seen := s.first.find(s, row)
	switch {
	case !seen:
	case s.traits[kept]&incomplete != 0 && s.traits[row]&incomplete == 0:
		s.traits[kept] |= repeated
		s.first.replace(s, row)
	default:
		s.traits[row] |= repeated
	}
}

// MedianMilliseconds is the median time over all rows whose time is known; NaN if there is none.
func (s *Screen) MedianMilliseconds() float64 {
	known := make([]uint32, 0, len(s.traits))
	for row := range s.traits {
		if ms := s.table.Milliseconds(uint32(row)); ms > 0 {
			known = append(known, ms)
		}
	}
	n := len(known)
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(known)
	return (float64(known[(n-1)/2]) + float64(known[n/2])) / 2
}

// Fates judges every row. median is MedianMilliseconds.
func (s *Screen) Fates(r Rules, median float64) []Fate {
	out := make([]Fate, len(s.traits))
	for row, t := range s.traits {
		switch {
		case r.Duplicates && t&repeated != 0:
			out[row] = Duplicate
		case r.Careless && (t&hasty != 0 || t&straight != 0 && s.fast(uint32(row), median)):
			out[row] = Careless
		case r.BreakOffs && t&incomplete != 0:
			out[row] = BreakOff
		}
	}
	return out
}

func (s *Screen) fast(row uint32, median float64) bool {
	ms := s.table.Milliseconds(row)
	return ms > 0 && fastShare*float64(ms) < median
}

// Straight reports whether a row is a straight line: two or more items answered, all alike.
func (s *Screen) Straight(row uint32) bool { return s.traits[row]&straight != 0 }
