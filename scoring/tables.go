package scoring

import (
	"slices"

	"paxscore/scoring/lanes"
)

// tables are the sums themselves. Beside the places and classes that stand for something each has one more, for rows of a block that do
// not count. Counts of answers are modulo 2^32, which holds every number of rows.
type tables struct {
	added      int // rows since sums were last looked at to be carried
	groups     []cellSums
	tallies    [][][]uint32 // by segmentation and items of inGroups: per place and cell
	whole      [][]uint32   // by items of inWhole: per place and cell of the margins
	cross      *crossSums   // of PredictorSums
	incomplete *cellSums    // the index of responses that lack a dimension, by cell of the margins and of one figure; nil where nothing is scored

	sums   []int64  // what groups are cut from
	counts []uint32 // what tallies and whole are cut from
}

// Memory of tables, which is given back.
var (
	sumMemory   lanes.Scratch[int64]
	countMemory lanes.Scratch[uint32]
)

// cellSums are those of the cells of a segmentation: by place, and of squares by class, 0 of clusters and 1+h of stratum h's single responses; without
// figures there are no squares. First comes room for a count of rows, which only places have, then the sum of each figure.
type cellSums struct {
	x       []int64    // per place and cell: n, Σ(x−50) in scoreUnit less high·2^carryBits
	high    []int32    // likewise; nil until there was something to carry
	xx      []int64    // per class and cell: 0, Σ(x−50)² in squareUnit
	without [][]uint32 // by figure, per place and cell: rows without a valid score; nil while there are none
}

// width is the number of sums of a cell: of rows and of each figure, and where there are several as many more as make it a multiple of four, which
// are added up faster.
func (t *Tabulation) width() int {
	if t.figures() == 0 {
		return 1
	}
	return (1 + t.figures() + 3) &^ 3
}

func (t *Tabulation) newTables() *tables {
	places, classes := t.places.len()+1, 1+t.places.strata+1
	if t.figures() == 0 {
		classes = 0
	}
	sums, counts := 0, 0
	for i := range t.crossings {
		cells := t.crossings[i].cells
		sums += (places + classes) * cells * t.width()
		for k := range t.inGroups {
			counts += t.inGroups[k].room(places * cells)
		}
	}
	for k := range t.inWhole {
		counts += t.inWhole[k].room(places * t.weighing.cells)
	}
	out := &tables{sums: sumMemory.Take(sums), counts: countMemory.Take(counts)}
	sumsLeft, countsLeft := out.sums, out.counts
	for i := range t.crossings {
		cells := t.crossings[i].cells
		out.groups = append(out.groups, cellSums{x: cut(&sumsLeft, places*cells*t.width()), xx: cut(&sumsLeft, classes*cells*t.width()),
			without: make([][]uint32, t.figures())})
		var counts [][]uint32
		for k := range t.inGroups {
			counts = append(counts, cut(&countsLeft, t.inGroups[k].room(places*cells)))
		}
		out.tallies = append(out.tallies, counts)
	}
	for k := range t.inWhole {
		out.whole = append(out.whole, cut(&countsLeft, t.inWhole[k].room(places*t.weighing.cells)))
	}
	if t.predictors != nil {
		out.cross = t.predictors.newCrossSums()
		return out
	}
	if t.figures() > 0 {
		out.incomplete = &cellSums{x: make([]int64, 2*places*t.weighing.cells), xx: make([]int64, 2*classes*t.weighing.cells)}
	}
	return out
}

// cut takes the first n of what is left.
func cut[T any](left *[]T, n int) []T {
	out := (*left)[:n:n]
	*left = (*left)[n:]
	return out
}

// release gives back the memory of tables that nobody uses any more.
func (t *tables) release() {
	sumMemory.Give(t.sums)
	countMemory.Give(t.counts)
}

// Release gives back the memory of a tabulation that nobody uses any more.
func (t *Tabulation) Release() {
	if t.tables != nil {
		t.tables.release()
		t.tables = nil
	}
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
		n += 8*len(c.x) + 4*len(c.high) + 8*len(c.xx) + bytesOf(c.without)
	}
	for _, counts := range t.tables.tallies {
		n += bytesOf(counts)
	}
	n += bytesOf(t.tables.whole)
	if c := t.tables.cross; c != nil {
		n += 8*len(c.places) + 8*len(c.groups) + bytesOf(c.codes)
	}
	return n + 4*len(t.places.pairs)
}

func bytesOf(counts [][]uint32) (n int) {
	for _, c := range counts {
		n += 4 * len(c)
	}
	return n
}

func (t *tables) merge(o *tables) {
	t.carry(carryMerged)
	o.carry(carryMerged)
	for i := range t.groups {
		t.groups[i].merge(&o.groups[i])
	}
	for i, counts := range t.tallies {
		for k := range counts {
			plus(counts[k], o.tallies[i][k])
		}
	}
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

// adding makes room for so many rows.
func (t *tables) adding(rows int) {
	if t.added += rows; t.added > carryAfter {
		t.carry(carryAdded)
		t.added = rows
	}
}

// Limits from which sums are carried, before as many rows as carryAfter are added, and before they are merged.
const (
	carryAdded  = 1 << 62
	carryMerged = 1 << 61
)

// carry makes room in the sums that are beyond a limit.
func (t *tables) carry(limit int64) {
	for i := range t.groups {
		t.groups[i].carry(limit)
	}
	if t.incomplete != nil {
		t.incomplete.carry(limit)
	}
	t.added = 0
}

func (c *cellSums) carry(limit int64) {
	if !slices.ContainsFunc(c.x, func(x int64) bool { return x > limit || x < -limit }) {
		return
	}
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
