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

// Screen applies the exclusions to a table that grows. A row costs 21 bits, and 4 to 11 bytes more where its respondent is known.
//
// Update takes rows in one by one; Settle then judges them all, for what is careless depends on the median time. Both cost what is new.
type Screen struct {
	table   *columns.Table
	rules   Rules
	rating  []int // positions of the items that count
	low     []int // low ends of their scales
	overall int
	cluster int // attribute that tells respondents' occasions apart, or None
	traits  []uint8
	first   firsts
	unfound bool // first is still to be filled with the rows that are kept

	times   timeCounts
	lines   []line  // the straight lines whose time is known
	median  float64 // that the fates rest on
	fates   []Fate
	changed []Change
	fated   [BreakOff + 1][]uint64 // by fate, a bit for each row that was judged so
	lined   []uint64               // a bit for each row that was judged and is a straight line
	untimed int                    // rows judged whose time of submission is unknown
}

// line is a straight line of known time.
type line struct{ row, milliseconds uint32 }

// Change is a row that was judged anew.
type Change struct {
	Row           uint32
	Before, After Fate
}

// NewScreen returns a screen for the table. Only the items, and of the model only Overall, are read; cluster is the position of
// the attribute within which a respondent answers once, or None.
func NewScreen(t *columns.Table, m *Model, cluster int, r Rules) *Screen {
	s := &Screen{table: t, rules: r, overall: m.Overall, cluster: cluster, median: math.NaN()}
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
	if s.unfound && len(s.traits) < s.table.Len() {
		s.find()
	}
	for row := len(s.traits); row < s.table.Len(); row++ {
		traits, ms := s.look(uint32(row)), s.table.Milliseconds(uint32(row))
		s.traits = append(s.traits, traits)
		if ms > 0 {
			s.times.add(ms)
		}
		if traits&straight != 0 {
			s.noteLine(uint32(row))
		}
		s.repeat(uint32(row))
	}
}

// Settle judges the rows taken in since the last time, and those judged before whose fate they change.
func (s *Screen) Settle() {
	if len(s.fates) == len(s.traits) {
		return
	}
	before := s.median
	s.median = s.times.median(func() []uint32 { return s.knownTimes() })
	if s.median != before {
		for _, l := range s.lines {
			if int(l.row) < len(s.fates) {
				s.judgeAnew(l.row)
			}
		}
	}
	s.fates = slices.Grow(s.fates, len(s.traits)-len(s.fates))
	words := (len(s.traits) + 63) / 64
	s.lined = append(s.lined, make([]uint64, words-len(s.lined))...)
	for f, rows := range s.fated {
		s.fated[f] = append(rows, make([]uint64, words-len(rows))...)
	}
	for row := len(s.fates); row < len(s.traits); row++ {
		f := s.judge(uint32(row))
		s.fates = append(s.fates, f)
		s.fated[f][row/64] |= 1 << (row % 64)
		if s.traits[row]&straight != 0 {
			s.lined[row/64] |= 1 << (row % 64)
		}
		if s.table.Submitted(uint32(row)) == 0 {
			s.untimed++
		}
	}
}

// judgeAnew notes a row whose fate is another now.
func (s *Screen) judgeAnew(row uint32) {
	if f := s.judge(row); f != s.fates[row] {
		s.changed = append(s.changed, Change{Row: row, Before: s.fates[row], After: f})
		s.fated[s.fates[row]][row/64] &^= 1 << (row % 64)
		s.fated[f][row/64] |= 1 << (row % 64)
		s.fates[row] = f
	}
}

// judge applies the rules to a row.
func (s *Screen) judge(row uint32) Fate {
	t := s.traits[row]
	switch {
	case s.rules.Duplicates && t&repeated != 0:
		return Duplicate
	case s.rules.Careless && (t&hasty != 0 || t&straight != 0 && s.fast(row, s.median)):
		return Careless
	case s.rules.BreakOffs && t&incomplete != 0:
		return BreakOff
	}
	return Kept
}

// Fates are those of all rows, as of the last Settle. The caller does not change them.
func (s *Screen) Fates() []Fate { return s.fates }

// Changes are the rows that were judged anew, in the order in which that happened; it only grows. The caller does not change it.
func (s *Screen) Changes() []Change { return s.changed }

// MedianMilliseconds is the median time over all rows whose time is known, as of the last Settle; NaN if there is none.
func (s *Screen) MedianMilliseconds() float64 { return s.median }

func (s *Screen) knownTimes() []uint32 {
	var known []uint32
	for row := range s.traits {
		if ms := s.table.Milliseconds(uint32(row)); ms > 0 {
			known = append(known, ms)
		}
	}
	return known
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
	if s.table.Respondent(row) == 0 {
		return
	}
	kept, seen := s.first.find(s, row)
	switch {
	case !seen:
	case s.traits[kept]&incomplete != 0 && s.traits[row]&incomplete == 0:
		s.traits[kept] |= repeated
		s.first.replace(s, row)
		if int(kept) < len(s.fates) {
			s.judgeAnew(kept)
		}
	default:
		s.traits[row] |= repeated
	}
}

// Remove takes rows, given ascending and each once, out of the screen and its table; those behind move up. Afterwards both are as if these
// rows had never been: a response that was kept out because of one of them may count again. What else was derived from the table, and the
// changes told so far, are void.
func (s *Screen) Remove(rows []uint32) {
	if len(rows) == 0 {
		return
	}
	s.Update()
	if s.unfound {
		s.find()
	}
	s.forgetRepeated(rows)
	for _, row := range rows {
		if ms := s.table.Milliseconds(row); ms > 0 {
			s.times.remove(ms)
		}
	}
	var levels []string
	if s.cluster != None {
		levels = slices.Clone(s.table.Attribute(s.cluster).Levels())
	}
	s.table.Remove(rows)
	s.traits = removeRows(s.traits, rows)
	s.lines = s.lines[:0]
	for row, t := range s.traits {
		if t&straight != 0 {
			s.noteLine(uint32(row))
		}
	}
	if s.cluster != None && !slices.Equal(levels, s.table.Attribute(s.cluster).Levels()) {
		s.find()
	} else {
		s.first.moveUp(rows)
	}
	s.fates, s.fated, s.lined, s.untimed = s.fates[:0], [BreakOff + 1][]uint64{}, nil, 0
	s.changed, s.median = nil, math.NaN()
}

// noteLine remembers a straight line whose time is known.
func (s *Screen) noteLine(row uint32) {
	if ms := s.table.Milliseconds(row); ms > 0 {
		s.lines = append(s.lines, line{row, ms})
	}
}

// removeRows takes rows, ascending, out of a column.
func removeRows[T any](column []T, rows []uint32) []T {
	to := 0
	for from, v := range column {
		if len(rows) > 0 && int(rows[0]) == from {
			rows = rows[1:]
			continue
		}
		column[to] = v
		to++
	}
	clear(column[to:])
	return column[:to]
}

func (s *Screen) fast(row uint32, median float64) bool {
	ms := s.table.Milliseconds(row)
	return ms > 0 && fastShare*float64(ms) < median
}

// Straight reports whether a row is a straight line: two or more items answered, all alike.
func (s *Screen) Straight(row uint32) bool { return s.traits[row]&straight != 0 }
