package scoring

import (
	"math"
	"slices"
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
	selection  *Selection
	scores     *Scores // nil: responses are only counted
	plan       Plan
	by         [][]int        // attributes of each segmentation; none for all responses together
	inGroups   []int          // items tallied in every group
	inWhole    []int          // items tallied over all
	predictors *PredictorSums // what it is for, if not for a report

	rows, judged int
	places       places
	crossings    []crossing // of each segmentation
	tables       *tables
	given        *givenInfluence // nil where rows are at hand
}

// places number sampling units: those of a cluster in its stratum, then for each stratum the responses that are units of their own.
type places struct {
	strata, clusters int // room for levels; clusters is 0 where there is no cluster
	unknown          int // level of the unknown cluster, -1 for none
}

func (p *places) units() int { return p.strata * p.clusters }
func (p *places) len() int   { return p.units() + p.strata }

// crossing is the cells of a segmentation: the levels of its attributes, crossed.
type crossing struct {
	attributes []int
	room       []int // for levels of each
	step       []uint32
	cells      int
	of         []int // of several crossed with one another: the segmentations
}

// NewTabulation returns a tabulation of unweighted responses, as yet of no row. scores may be nil.
func NewTabulation(s *Selection, scores *Scores, p Plan, by [][]int, inGroups, inWhole []int) *Tabulation {
	return &Tabulation{selection: s, scores: scores, plan: p, by: by, inGroups: inGroups, inWhole: inWhole}
}

// Update takes in what the screen has judged since the last time, the scores being up to date. It says whether it could: where units and groups
// together make too many cells, it cannot.
func (t *Tabulation) Update() bool {
	s := t.selection
	s.Update()
	if t.tables == nil || !t.fits() {
		if !t.layOut() {
			return false
		}
	}
	changes := s.screen.Changes()
	if t.rows == s.rows && t.judged == len(changes) {
		return true
	}
	rows := min(blockRows, max(1, s.rows-t.rows))
	w := t.worker(t.tables, 1)
	for _, c := range changes[t.judged:] {
		before, after := s.counts(c.Before), s.counts(c.After)
		if int(c.Row) < t.rows && before != after && s.Matches(c.Row) {
			w.add(block{rows: []uint32{c.Row}, n: 1}, after)
		}
	}
	t.judged = len(changes)
	parts := share(t.rows, s.rows, blockRows)
	joints := t.joints(s.rows - t.rows)
	if t.cells() > maxCells/2 {
		parts = []int{t.rows, s.rows} // tables of their own would cost more than the second core gives
	}
	found := make([]*tables, len(parts)-1)
	for i := range found {
		switch {
		case joints != nil:
			found[i] = t.newTables(joints)
		case i == 0:
			found[i] = t.tables
		default:
			found[i] = t.newTables(t.crossings)
		}
	}
	parallel(len(found), func(i int) {
		own := t.worker(found[i], rows)
		for from := parts[i]; from < parts[i+1]; from += blockRows {
			own.add(own.block(from, min(from+blockRows, parts[i+1])), true)
		}
	})
	for _, part := range found[1:] {
		found[0].merge(part)
	}
	if joints != nil {
		t.spread(found[0])
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
	for i := range t.crossings {
		for k, at := range t.crossings[i].attributes {
			if !fit(at, t.crossings[i].room[k]) {
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
	t.crossings = nil
	for _, by := range t.by {
		t.crossings = append(t.crossings, t.newCrossing(by, room))
	}
	if t.cells() > maxCells || t.predictors != nil && t.places.len()*t.predictors.width() > maxProducts {
		return false
	}
	t.tables = t.newTables(t.crossings)
	return true
}

// newCrossing crosses attributes; size says how many levels there is to be room for.
func (t *Tabulation) newCrossing(attributes []int, size func(levels int) int) crossing {
	j := crossing{attributes: attributes, cells: 1}
	for _, at := range attributes {
		n := size(len(t.selection.table.Attribute(at).Levels()))
		j.room = append(j.room, n)
		j.step = append(j.step, uint32(j.cells))
		j.cells = min(j.cells*n, math.MaxUint32)
	}
	return j
}

// cells is the number of cells of all segmentations.
func (t *Tabulation) cells() (n int) {
	for i := range t.crossings {
		n = min(n+t.places.len()*t.crossings[i].cells, math.MaxInt32)
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

// tables are the sums themselves. Beside the places and classes that stand for something each has one more, for rows of a block that do
// not count. Counts of answers are modulo 2^32, which holds every number of rows.
type tables struct {
	crossings  []crossing // that groups are of
	added      int        // rows since sums were last carried
	groups     []cellSums
	whole      [][]uint32 // by item of inWhole: per place and slot
	cross      *crossSums // of PredictorSums
	incomplete *cellSums  // the index of responses that lack a dimension, in one cell and one figure; nil where nothing is scored
}

// cellSums are those of the cells of a segmentation: by place, and of squares by class, 0 of clusters and 1+h of stratum h's single responses. Each has
// a count of rows and then the sum of each figure.
type cellSums struct {
	x       []int64    // per place and cell: n, Σ(x−50) in scoreUnit less high·2^carryBits
	high    []int32    // likewise; nil until there was something to carry
	xx      []int64    // per class and cell: n, Σ(x−50)² in squareUnit
	without [][]uint32 // by figure, per place and cell: rows without a valid score; nil while there are none
	tallies [][]uint32 // by item of inGroups: per place, cell and slot
}

// width is the number of sums of a cell.
func (t *Tabulation) width() int { return 1 + t.figures() }

// slots is the number of slots of an item's tally: its ratings, skipped, not applicable, not routed.
func (t *Tabulation) slots(item int) int {
	return len(t.scores.model.Items[item].Scores) + 3
}

func (t *Tabulation) newTables(crossings []crossing) *tables {
	out := &tables{crossings: crossings}
	places, classes := t.places.len()+1, 1+t.places.strata+1
	for i := range crossings {
		cells := crossings[i].cells
		j := cellSums{x: make([]int64, places*cells*t.width()), xx: make([]int64, classes*cells*t.width()), without: make([][]uint32, t.figures())}
		for _, item := range t.inGroups {
			j.tallies = append(j.tallies, make([]uint32, places*cells*t.slots(item)))
		}
		out.groups = append(out.groups, j)
	}
	for _, item := range t.inWhole {
		out.whole = append(out.whole, make([]uint32, places*t.slots(item)))
	}
	if t.predictors != nil {
		out.cross = t.predictors.newCrossSums()
		return out
	}
	if t.scores != nil {
		out.incomplete = &cellSums{x: make([]int64, 2*places), xx: make([]int64, 2*classes)}
	}
	return out
}

// Bytes is the memory that the sums take.
func (t *Tabulation) Bytes() (n int) {
	if t.tables == nil {
		return 0
	}
	all := t.tables.groups
	if one := t.tables.incomplete; one != nil {
		all = append(slices.Clip(all), *one)
	}
	for _, c := range all {
		n += 8*len(c.x) + 4*len(c.high) + 8*len(c.xx) + bytesOf(c.without) + bytesOf(c.tallies)
	}
	n += bytesOf(t.tables.whole)
	if c := t.tables.cross; c != nil {
		n += 8*len(c.places) + 8*len(c.groups) + bytesOf(c.codes)
	}
	return n
}

func bytesOf(counts [][]uint32) (n int) {
	for _, c := range counts {
		n += 4 * len(c)
	}
	return n
}

func (t *tables) merge(o *tables) {
	t.reserve(o)
	for i := range t.groups {
		t.groups[i].merge(&o.groups[i])
	}
	t.mergeWhole(o)
}

// reserve makes room for other sums.
func (t *tables) reserve(o *tables) {
	if t.added += o.added; t.added > carryAfter {
		t.carry()
		o.carry()
	}
}

// mergeWhole takes the sums that no segmentation divides.
func (t *tables) mergeWhole(o *tables) {
	for k := range t.whole {
		plus(t.whole[k], o.whole[k])
	}
	if t.incomplete != nil {
		t.incomplete.merge(o.incomplete)
	}
	if t.cross != nil {
		t.cross.merge(o.cross)
	}
}

func (c *cellSums) merge(o *cellSums) {
	plus(c.x, o.x)
	plus(c.xx, o.xx)
	if o.high != nil {
		plus(c.longer(), o.high)
	}
	for f, n := range o.without {
		if n != nil {
			plus(c.lacking(f, len(n)), n)
		}
	}
	for k := range c.tallies {
		plus(c.tallies[k], o.tallies[k])
	}
}

// longer are the high parts of the sums.
func (c *cellSums) longer() []int32 {
	if c.high == nil {
		c.high = make([]int32, len(c.x))
	}
	return c.high
}

// lacking are the counts of rows without a figure, in n cells.
func (c *cellSums) lacking(figure, n int) []uint32 {
	if c.without[figure] == nil {
		c.without[figure] = make([]uint32, n)
	}
	return c.without[figure]
}

func plus[T uint32 | int32 | int64](a, b []T) {
	for i, x := range b {
		a[i] += x
	}
}

// carry makes room in the sums.
func (t *tables) carry() {
	for i := range t.groups {
		t.groups[i].carry()
	}
	if t.incomplete != nil {
		t.incomplete.carry()
	}
	t.added = 0
}

func (c *cellSums) carry() {
	high := c.longer()
	for i, x := range c.x {
		high[i] += int32(x >> carryBits)
		c.x[i] = x & (1<<carryBits - 1)
	}
}

// long is a sum of scores, or a count.
type long struct{ high, low int64 }

// plus adds the i-th sum of c times sign.
func (l *long) plus(c *cellSums, i int, sign int64) {
	l.low += sign * (c.x[i] & (1<<carryBits - 1))
	l.high += sign * (c.x[i] >> carryBits)
	if c.high != nil {
		l.high += sign * int64(c.high[i])
	}
}

func (l *long) add(o long) {
	l.high += o.high
	l.low += o.low
}

// score is the sum in points: one number for one sum, however it is held.
func (l long) score() float64 {
	high, low := l.high+l.low>>carryBits, l.low&(1<<carryBits-1)
	return (float64(high)*(1<<carryBits) + float64(low)) / scoreUnit
}

// count is the number of rows counted at the i-th place of c.
func (c *cellSums) count(i int) int64 {
	n := c.x[i]
	if c.high != nil {
		n += int64(c.high[i]) << carryBits
	}
	return n
}
