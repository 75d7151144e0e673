package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/columns"
)

// Figure is what is averaged over responses: a dimension's score by its number, or one of these.
type Figure int

const (
	IndexFigure    Figure = -1
	CompleteFigure Figure = -2 // the index of the responses with every dimension valid
)

// Units of the whole numbers that tabulated scores are summed in. Sums of whole numbers are the same in any order, so no figure depends
// on the order of arrival, on parts or on cores. A score less 50 is held to 2^-36, its square to 2^-22: a mean is off by less than 1e-11 of
// 100 and as a rule by that over √n.
const (
	scoreUnit  = 1 << 36
	squareUnit = 1 << 22
	carryBits  = 40      // what a sum holds beyond is carried to its high part
	carryAfter = 1 << 21 // rows after which that is due: 2^21·50·2^36 is below 2^63
)

// maxCells is the number of cells, sampling units times groups, up to which sums are tabulated.
const maxCells = 1 << 20

// Tabulation holds the sums of unweighted responses that a report needs, over the rows of a selection: of every score by sampling unit and
// group (S2, S4), of answers by unit and rating (S1), for any number of segmentations. It is brought up to date by what is new: rows are added,
// and taken out again where the screen judges them anew.
type Tabulation struct {
	selection *Selection
	scores    *Scores // nil: responses are only counted
	plan      Plan
	by        [][]int // attributes of each segmentation; none for all responses together
	inGroups  []int   // items tallied in every group
	inWhole   []int   // items tallied over all

	rows, judged int
	places       places
	joints       []joint
	serves       []int // the joint of each segmentation
	tables       *tables
}

// places number sampling units: those of a cluster in its stratum, then for each stratum the responses that are units of their own.
type places struct {
	strata, clusters int // room for levels; clusters is 0 where there is no cluster
	unknown          int // level of the unknown cluster, -1 for none
}

func (p *places) units() int { return p.strata * p.clusters }
func (p *places) len() int   { return p.units() + p.strata }

// joint is several attributes crossed: the sums of every segmentation by some of them are sums of its cells.
type joint struct {
	attributes []int
	room       []int // for levels of each
	step       []uint32
	cells      int
}

// maxJoint is the number of cells of several segmentations together that are summed in one pass.
const maxJoint = 64

// NewTabulation returns a tabulation of unweighted responses, as yet of no row. scores may be nil.
func NewTabulation(s *Selection, scores *Scores, p Plan, by [][]int, inGroups, inWhole []int) *Tabulation {
	return &Tabulation{selection: s, scores: scores, plan: p, by: by, inGroups: inGroups, inWhole: inWhole}
}

// Update takes in what the selection has taken in since the last time, both of them and the scores being up to date. It says whether it could:
// where units and groups together make too many cells, it cannot.
func (t *Tabulation) Update() bool {
	s := t.selection
	if t.tables == nil || !t.fits() {
		if !t.layOut() {
			return false
		}
	}
	changes := s.screen.Changes()
	if t.rows == s.rows && t.judged == len(changes) {
		return true
	}
	w := t.worker(t.tables)
	for _, c := range changes[t.judged:] {
		before, after := s.counts(c.Before), s.counts(c.After)
		if int(c.Row) < t.rows && before != after && s.Matches(c.Row) {
			w.add([]uint32{c.Row}, after)
		}
	}
	t.judged = len(changes)
	parts := share(t.rows, s.rows, blockRows)
	if t.cells() > maxCells/2 {
		parts = []int{t.rows, s.rows} // tables of their own would cost more than the second core gives
	}
	tables := make([]*tables, len(parts)-1)
	tables[0] = t.tables
	for i := 1; i < len(tables); i++ {
		tables[i] = t.newTables()
	}
	parallel(len(tables), func(i int) {
		own := w
		if i > 0 {
			own = t.worker(tables[i])
		}
		var rows []uint32
		for from := parts[i]; from < parts[i+1]; from += blockRows {
			rows = s.append(rows[:0], from, min(from+blockRows, parts[i+1]))
			own.add(rows, true)
		}
	})
	for _, part := range tables[1:] {
		t.tables.merge(part)
	}
	t.rows = s.rows
	return true
}

// room is a number of levels with space for more.
func room(levels int) int { return levels + max(1, levels/8) }

// fits reports whether all levels have a place.
func (t *Tabulation) fits() bool {
	table := t.selection.table
	fit := func(attribute, room int) bool {
		return attribute == None || len(table.Attribute(attribute).Levels()) <= room
	}
	if !fit(t.plan.Stratum, t.places.strata) || !fit(t.plan.Cluster, t.places.clusters) {
		return false
	}
	if t.plan.Cluster != None && t.places.unknown < 0 {
		if _, known := table.Attribute(t.plan.Cluster).Level(""); known {
			return false
		}
	}
	for i := range t.joints {
		for k, at := range t.joints[i].attributes {
			if !fit(at, t.joints[i].room[k]) {
				return false
			}
		}
	}
	return true
}

// layOut begins anew with room for the levels that there are.
func (t *Tabulation) layOut() bool {
	table := t.selection.table
	t.rows, t.judged, t.tables = 0, len(t.selection.screen.Changes()), nil
	t.places = places{strata: 1, unknown: -1}
	if t.plan.Stratum != None {
		t.places.strata = room(len(table.Attribute(t.plan.Stratum).Levels()))
	}
	if t.plan.Cluster != None {
		a := table.Attribute(t.plan.Cluster)
		t.places.clusters = room(len(a.Levels()))
		if id, ok := a.Level(""); ok {
			t.places.unknown = int(id)
		}
	}
	t.joints, t.serves = nil, make([]int, len(t.by))
	for s, by := range t.by {
		t.serves[s] = t.join(by)
	}
	if t.cells() > maxCells {
		return false
	}
	t.tables = t.newTables()
	return true
}

// join finds or makes the joint for a segmentation.
func (t *Tabulation) join(by []int) int {
	for i := range t.joints {
		together := slices.Clone(t.joints[i].attributes)
		for _, at := range by {
			if !slices.Contains(together, at) {
				together = append(together, at)
			}
		}
		if j := t.newJoint(together); len(together) == len(t.joints[i].attributes) || j.cells <= maxJoint {
			t.joints[i] = j
			return i
		}
	}
	t.joints = append(t.joints, t.newJoint(by))
	return len(t.joints) - 1
}

func (t *Tabulation) newJoint(attributes []int) joint {
	j := joint{attributes: attributes, cells: 1}
	for _, at := range attributes {
		n := room(len(t.selection.table.Attribute(at).Levels()))
		j.room = append(j.room, n)
		j.step = append(j.step, uint32(j.cells))
		j.cells = min(j.cells*n, math.MaxUint32)
	}
	return j
}

// cells is the number of cells of all joints.
func (t *Tabulation) cells() (n int) {
	for i := range t.joints {
		n = min(n+t.places.len()*t.joints[i].cells, math.MaxInt32)
	}
	return n
}

// figures is the number of figures summed: the index, then the dimensions.
func (t *Tabulation) figures() int {
	if t.scores == nil {
		return 0
	}
	return 1 + len(t.scores.dimensions)
}

// tables are the sums themselves. Counts are modulo 2^32, which holds every number of rows.
type tables struct {
	added      int // rows since sums were last carried
	joints     []cellSums
	whole      [][]uint32 // by item of inWhole: per place and slot
	incomplete *partSums  // the index of responses that lack a dimension; nil where nothing is scored
}

// cellSums are those of a joint's cells: by place, and of squares by class, 0 of clusters and 1+h of stratum h's single responses.
type cellSums struct {
	n       []uint32   // per place and cell: rows
	figures []partSums // per figure
	tallies [][]uint32 // by item of inGroups: per place, cell and slot
}

// partSums are those of one figure.
type partSums struct {
	without []uint32 // per place and cell: rows without a valid score; nil while there are none
	x       []int64  // per place and cell: Σ(x−50) in scoreUnit, less high·2^carryBits
	high    []int32  // nil until there was something to carry
	xx      []int64  // per class and cell: Σ(x−50)² in squareUnit
}

// slots is the number of slots of an item's tally: its ratings, skipped, not applicable, not routed.
func (t *Tabulation) slots(item int) int {
	return len(t.scores.model.Items[item].Scores) + 3
}

func (t *Tabulation) newTables() *tables {
	out := &tables{}
	places, classes := t.places.len(), 1+t.places.strata
	for i := range t.joints {
		cells := t.joints[i].cells
		j := cellSums{n: make([]uint32, places*cells)}
		for range t.figures() {
			j.figures = append(j.figures, partSums{x: make([]int64, places*cells), xx: make([]int64, classes*cells)})
		}
		for _, item := range t.inGroups {
			j.tallies = append(j.tallies, make([]uint32, places*cells*t.slots(item)))
		}
		out.joints = append(out.joints, j)
	}
	for _, item := range t.inWhole {
		out.whole = append(out.whole, make([]uint32, places*t.slots(item)))
	}
	if t.scores != nil {
		out.incomplete = &partSums{without: make([]uint32, places), x: make([]int64, places), xx: make([]int64, classes)}
	}
	return out
}

func (t *tables) merge(o *tables) {
	if t.added += o.added; t.added > carryAfter {
		t.carry()
		o.carry()
	}
	for i := range t.joints {
		a, b := &t.joints[i], &o.joints[i]
		plus(a.n, b.n)
		for f := range a.figures {
			a.figures[f].merge(&b.figures[f])
		}
		for k := range a.tallies {
			plus(a.tallies[k], b.tallies[k])
		}
	}
	for k := range t.whole {
		plus(t.whole[k], o.whole[k])
	}
	if t.incomplete != nil {
		t.incomplete.merge(o.incomplete)
	}
}

func (p *partSums) merge(o *partSums) {
	if o.without != nil {
		if p.without == nil {
			p.without = make([]uint32, len(o.without))
		}
		plus(p.without, o.without)
	}
	if o.high != nil {
		if p.high == nil {
			p.high = make([]int32, len(o.high))
		}
		plus(p.high, o.high)
	}
	plus(p.x, o.x)
	plus(p.xx, o.xx)
}

// carry makes room in the sums.
func (t *tables) carry() {
	for i := range t.joints {
		for f := range t.joints[i].figures {
			t.joints[i].figures[f].carry()
		}
	}
	if t.incomplete != nil {
		t.incomplete.carry()
	}
	t.added = 0
}

func (p *partSums) carry() {
	if p.high == nil {
		p.high = make([]int32, len(p.x))
	}
	for i, x := range p.x {
		p.high[i] += int32(x >> carryBits)
		p.x[i] = x & (1<<carryBits - 1)
	}
}

// long is a sum of scores.
type long struct{ high, low int64 }

// plus adds the i-th sum of p times sign.
func (l *long) plus(p *partSums, i int, sign int64) {
	l.low += sign * (p.x[i] & (1<<carryBits - 1))
	l.high += sign * (p.x[i] >> carryBits)
	if p.high != nil {
		l.high += sign * int64(p.high[i])
	}
}

// score is the sum in points: one number for one sum, however it is held.
func (l long) score() float64 {
	high, low := l.high+l.low>>carryBits, l.low&(1<<carryBits-1)
	return (float64(high)*(1<<carryBits) + float64(low)) / scoreUnit
}

func plus[T uint32 | int32 | int64](a, b []T) {
	for i, x := range b {
		a[i] += x
	}
}

// slotsOf gives the slot of every code of an item.
func slotsOf(scale int) (out [256]uint8) {
	for code := range out {
		switch {
		case code < scale:
			out[code] = uint8(code)
		case code == int(columns.NotApplicable):
			out[code] = uint8(scale + 1)
		case code == int(columns.NotRouted):
			out[code] = uint8(scale + 2)
		default:
			out[code] = uint8(scale)
		}
	}
	return out
}
