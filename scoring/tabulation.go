package scoring

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
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
	carryAfter = 1 << 20 // rows after which that may be due: 2^20·50·2^36 is below 2^62
)

// maxCells is the number of cells, sampling units times groups, up to which sums are tabulated.
const maxCells = 1 << 20

// Tabulation holds the sums that a report needs, over the rows of a selection: of every score by sampling unit and
// group (S2, S4), of answers by unit and rating (S1), for any number of segmentations. It is brought up to date by what is new: rows are added,
// and taken out again where the screen judges them anew.
//
// All sums are unweighted. Where the plan weights responses to a population they are by the levels of its margins, too: all responses of such a cell
// have the same weight, and weighted sums follow from those of the cells, whatever the weights come to be (METHOD section 3).
type Tabulation struct {
	selection  *Selection
	scores     *Scores // nil: responses are only counted
	plan       Plan
	by         [][]int        // attributes of each segmentation; none for all responses together
	margins    []int          // attributes of the margins that responses are weighted to
	inGroups   []tallied      // items tallied in every group
	inWhole    []tallied      // items tallied over all
	predictors *PredictorSums // what it is for, if not for a report

	rows, judged int
	places       places
	crossings    []crossing // of each segmentation, with the margins
	weighing     crossing   // of the margins: one cell where there are none
	tables       *tables
	given        *givenInfluence // nil where rows are at hand
}

// crossing is the cells of some attributes: their levels, crossed.
type crossing struct {
	attributes []int
	room       []int // for levels of each
	step       []uint32
	cells      int
	of         []int // of several crossed with one another: the segmentations
}

// NewTabulation returns a tabulation, as yet of no row. scores may be nil.
func NewTabulation(s *Selection, scores *Scores, p Plan, by [][]int, inGroups, inWhole []int) *Tabulation {
	t := &Tabulation{selection: s, scores: scores, plan: p, by: by, margins: p.Margins(s.table)}
	if scores != nil {
		t.inGroups, t.inWhole = t.tallied(inGroups), t.tallied(inWhole)
	}
	return t
}

// Of reports whether the tabulation is of the rows that a filter selects, and by the margins of a plan.
func (t *Tabulation) Of(f Filter, p Plan) bool {
	return t.selection.Filter.Key() == f.Key() && slices.Equal(t.margins, p.Margins(t.selection.table))
}

// Segmentations are the attributes of each segmentation; none for all responses together.
func (t *Tabulation) Segmentations() [][]int { return t.by }

// Answers reports whether the tabulation has some scores summed up by each of some segmentations.
func (t *Tabulation) Answers(scores *Scores, by [][]int) bool {
	return t.scores == scores && !slices.ContainsFunc(by, func(of []int) bool {
		return !slices.ContainsFunc(t.by, func(own []int) bool { return slices.Equal(own, of) })
	})
}

// Update takes in what the screen has judged since the last time, after it has brought the scores that it needs up to date. It says whether it could:
// where units and groups together make too many cells, or response weights too many levels, it cannot.
func (t *Tabulation) Update() bool {
	s := t.selection
	s.Update()
	if t.scores != nil && (t.predictors == nil || t.predictors.items == nil) { // predictors that are items need none
		t.scores.Update()
	}
	if margins := t.plan.Margins(s.table); !slices.Equal(margins, t.margins) { // the first response with a weight has come
		t.margins, t.tables = margins, nil
	}
	if slices.Contains(t.margins, s.table.WeightAttribute()) && s.table.Attribute(s.table.WeightAttribute()) == nil {
		return false
	}
	if t.tables == nil || !t.fits() {
		if !t.layOut(true) {
			return false
		}
	}
	changes := s.screen.Changes()
	if t.rows == s.rows && t.judged == len(changes) {
		return true
	}
	var w *worker
	for _, c := range changes[t.judged:] {
		before, after := s.counts(c.Before), s.counts(c.After)
		if int(c.Row) < t.rows && before != after && s.Matches(c.Row) {
			if w == nil {
				w = t.worker(t.tables, 1)
				w.prepare(1, false, nil)
			}
			w.add(&block{rows: []uint32{c.Row}, n: 1}, after)
		}
	}
	if w != nil {
		w.finish()
	}
	t.judged = len(changes)
	if t.rows == s.rows {
		return true
	}
	chunk, joints := scanRows, t.joints(s.rows-t.rows)
	if t.cells() > maxCells/2 {
		chunk = s.rows // tables of their own would cost more than the second core gives
	}
	first, rows := t.rows/chunk, min(blockRows, s.rows-t.rows)
	var begun atomic.Int32
	var turn sync.Mutex
	var found []*tables
	deal((s.rows+chunk-1)/chunk-first, func() (func(i int), func()) {
		into := t.tables
		if begun.Add(1) > 1 {
			into = t.newTables()
		}
		own := t.worker(into, rows)
		own.prepare(rows, true, joints)
		do := func(i int) {
			own.blocks(max(t.rows, (first+i)*chunk), min((first+i+1)*chunk, s.rows), func(b *block) { own.add(b, true) })
		}
		return do, func() {
			own.finish()
			turn.Lock()
			defer turn.Unlock()
			found = append(found, into)
		}
	})
	for _, part := range found[1:] {
		found[0].merge(part)
		part.release()
	}
	t.tables = found[0]
	t.rows = s.rows
	return true
}

// room is a number of levels, where there are many with space for more.
func room(levels int) int { return max(1, levels+levels/8) }

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
	if t.meet(); len(t.places.numbered) > t.places.room {
		return false
	}
	for _, c := range append(slices.Clip(t.crossings), t.weighing) {
		for k, at := range c.attributes {
			if !fit(at, c.room[k]) {
				return false
			}
		}
	}
	return true
}

// meet numbers the sampling units of new rows where they are numbered as they are met.
func (t *Tabulation) meet() {
	if table := t.selection.table; t.places.paired {
		t.places.meet(table.Attribute(t.plan.Stratum), table.Attribute(t.plan.Cluster), t.selection.rows)
	}
}

// layOut begins anew with room for the levels that there are. rows says whether the rows are at hand, to see which sampling units there are.
func (t *Tabulation) layOut(rows bool) bool {
	table := t.selection.table
	t.rows, t.judged, t.tables = 0, len(t.selection.screen.Changes()), nil
	before := t.places
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
	if p := &t.places; rows && t.plan.Stratum != None && t.plan.Cluster != None && p.strata*p.clusters <= maxUnitCells {
		if before.paired && before.strata == p.strata && before.clusters == p.clusters && before.unknown == p.unknown {
			*p = before // its pairs need not be looked for again
		} else {
			p.paired, p.pairs = true, make([]uint32, p.strata*p.clusters)
		}
		t.meet()
		p.room = room(len(p.numbered))
	}
	t.crossings, t.weighing = nil, t.newCrossing(t.margins, room)
	for _, by := range t.by {
		t.crossings = append(t.crossings, t.newCrossing(union(by, t.margins), room))
	}
	if t.cells() > maxCells || t.predictors != nil && t.places.len()*t.weighing.cells*t.predictors.width() > maxProducts {
		return false
	}
	t.tables = t.newTables()
	return true
}

// union are the attributes in either list.
func union(a, b []int) []int {
	out := slices.Clone(a)
	for _, at := range b {
		if !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
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

// level is that of the i-th attribute in a cell.
func (j *crossing) level(cell, i int) uint32 { return uint32(cell) / j.step[i] % uint32(j.room[i]) }

// cells is the number of cells of all segmentations.
func (t *Tabulation) cells() (n int) {
	for i := range t.crossings {
		n = min(n+t.places.len()*t.crossings[i].cells, math.MaxInt32)
	}
	return n
}

// figures is the number of figures summed: the index, then the dimensions; none where there is nothing to score.
func (t *Tabulation) figures() int {
	if t.scores == nil || len(t.scores.dimensions) == 0 {
		return 0
	}
	return 1 + len(t.scores.dimensions)
}
