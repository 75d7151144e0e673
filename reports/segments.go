package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"paxscore/scoring"
)

// segments divides the selected responses by attributes, crossed, and makes a segment of every combination of levels that
// occurs: levels in the order declared, open lists by number or name, unknown last.
func (b *builder) segments(by []int) []Segment {
	d := b.division(by)
	return b.segmentsOf(by, d, b.ordered(by, d.Levels))
}

// division divides the selected responses by every combination of levels that occurs.
func (b *builder) division(by []int) *scoring.Division {
	if b.tab != nil {
		if at := slices.IndexFunc(b.tab.Segmentations(), func(x []int) bool { return slices.Equal(x, by) }); at >= 0 {
			return b.tab.Division(at, b.sample)
		}
	}
	b.position()
	members, levels := b.members(b.domain, by)
	return b.sample.Divide(b.domain, members, levels)
}

// groupsOf are positions of the sample by every combination of levels that occurs, in the order shown: those and the levels of each.
func (b *builder) groupsOf(positions []uint32, by []int) (members, levels [][]uint32) {
	found, of := b.members(positions, by)
	for _, g := range b.ordered(by, of) {
		members, levels = append(members, found[g]), append(levels, of[g])
	}
	return members, levels
}

func (b *builder) members(positions []uint32, by []int) (members, levels [][]uint32) {
	return b.table.Divide(b.sample.RowsOf(positions), by, positions)
}

// segmentsOf makes the segments of one segmentation, in the order given. Every figure is hidden where it, or a few of the hidden ones together, could
// be found by subtraction.
func (b *builder) segmentsOf(by []int, d *scoring.Division, order []int) []Segment {
	c := cells{minimum: b.q.model.Base.Suppress}
	responses := make([]scoring.Base, len(order))
	for i, g := range order {
		c.levels = append(c.levels, d.Levels[g])
		k := d.Kish(g)
		responses[i] = k.Base()
	}
	hidden := c.hide(responses)
	about := func(base func(g int) scoring.Base) part {
		p := part{bases: make([]scoring.Base, len(order))}
		for i, g := range order {
			p.bases[i] = base(g)
		}
		p.hidden = c.hide(responses, p.bases)
		return p
	}
	valued := func(f scoring.Figure) part {
		return about(func(g int) scoring.Base { return d.Base(f, g) })
	}
	answered := func(item int) (p part, tallies map[int]*scoring.Tally) {
		if item == scoring.None {
			return p, nil
		}
		tallies = map[int]*scoring.Tally{}
		for _, g := range order {
			tallies[g] = d.Tally(item, g)
		}
		return about(func(g int) scoring.Base { return tallies[g].Base() }), tallies
	}
	index := valued(scoring.IndexFigure)
	item, overall := answered(b.overall)
	recommend, recommended := answered(b.recommend)
	dimensions := make([]part, len(b.model.Dimensions))
	for k := range dimensions {
		dimensions[k] = valued(scoring.Figure(k))
	}
	segments := make([]Segment, 0, len(order))
	for i, g := range order {
		s := Segment{By: map[string]string{}, Attributes: make([]string, len(by)), Label: b.label(by, d.Levels[g]), Status: b.statusOf(responses[i], hidden[i])}
		for k, at := range by {
			s.Attributes[k] = b.attributes[at].key
			s.By[s.Attributes[k]] = b.table.Attribute(at).Levels()[d.Levels[g][k]]
		}
		if s.Status != StatusSuppressed {
			n := responses[i].N
			s.N = &n
		}
		s.Overall = b.overallOf(d, g, index.bases[i], index.hidden[i])
		if overall != nil {
			x := b.item(b.overall, overall[g], item.hidden[i])
			s.OverallItem = &x
		}
		if recommended != nil {
			x := b.promotion(recommended[g], recommend.hidden[i])
			s.Recommend = &x
		}
		bases, hide := make([]scoring.Base, len(dimensions)), make([]bool, len(dimensions))
		for k, p := range dimensions {
			bases[k], hide[k] = p.bases[i], p.hidden[i]
		}
		s.Dimensions = b.dimensions(d, g, bases, hide)
		segments = append(segments, s)
	}
	for _, tallies := range []map[int]*scoring.Tally{overall, recommended} {
		for _, t := range tallies {
			t.Release()
		}
	}
	b.compare(segments, d, order)
	return segments
}

// part is what one figure of each segment rests on, and whether it must not be shown.
type part struct {
	bases  []scoring.Base
	hidden []bool
}

// compare sets each segment's index against that of all other selected responses. Segments and rests under the base Test, or on too
// few sampling units, are not tested and do not count in the correction.
func (b *builder) compare(segments []Segment, of *scoring.Division, order []int) {
	wanted := make([]bool, len(segments))
	for i, g := range order {
		wanted[g] = segments[i].Overall.Status.shown()
	}
	found := of.VersusRest(scoring.IndexFigure, wanted)
	differences, test := make([]scoring.Difference, len(segments)), make([]bool, len(segments))
	least := float64(b.q.model.Base.Test)
	enough := func(m scoring.Mean) bool {
		return m.N > 0 && float64(m.N) >= least && m.NEffective+1e-9 >= least && m.DF >= fewUnits
	}
	for i, g := range order {
		differences[i] = found[g]
		test[i] = wanted[g] && enough(differences[i].Group) && enough(differences[i].Rest)
	}
	scoring.Judge(differences, test, b.q.model.Margin)
	for i := range segments {
		if segments[i].Overall.Status == StatusSuppressed {
			continue
		}
		d := differences[i]
		c := &Comparison{Difference: None(), SE: None(), Low: None(), High: None(), P: number(d.P), PAdjusted: number(d.PAdjusted), Verdict: d.Verdict}
		if wanted[order[i]] && !math.IsNaN(d.Estimate) {
			c.Difference = Number(d.Estimate)
			if !math.IsNaN(d.Variance) {
				low, high := d.Interval(b.confidence())
				c.SE, c.Low, c.High = Number(math.Sqrt(d.Variance)), number(low), number(high)
			}
		}
		segments[i].VersusRest = c
	}
}

// label names a segment in words.
func (b *builder) label(by []int, levels []uint32) string {
	words := make([]string, len(by))
	for i, at := range by {
		words[i] = b.levelLabel(at, b.table.Attribute(at).Levels()[levels[i]])
	}
	return strings.Join(words, " × ")
}

func (b *builder) levelLabel(at int, level string) string {
	if level == "" {
		return unknownLevel
	}
	for _, v := range b.attributes[at].values {
		if v.Key == level {
			return b.words(v.Label, level)
		}
	}
	if b.attributes[at].key == attributeVersion && level == "0" {
		return VersionName(0)
	}
	return level
}

// ordered returns the groups in the order shown.
func (b *builder) ordered(by []int, levels [][]uint32) []int {
	ranks := make([][]int, len(by))
	for i, at := range by {
		ranks[i] = b.ranks(at)
	}
	order := make([]int, len(levels))
	for g := range order {
		order[g] = g
	}
	slices.SortFunc(order, func(x, y int) int {
		for i := range by {
			if c := cmp.Compare(ranks[i][levels[x][i]], ranks[i][levels[y][i]]); c != 0 {
				return c
			}
		}
		return 0
	})
	return order
}

// ranks orders the levels of an attribute: as declared, then the others by number if all are numbers, else by name, unknown
// last.
func (b *builder) ranks(at int) []int {
	names := b.table.Attribute(at).Levels()
	declared := map[string]int{}
	if at < len(b.attributes) { // else periods
		for i, v := range b.attributes[at].values {
			declared[v.Key] = i
		}
	}
	number := make([]float64, len(names))
	numeric := true
	for i, name := range names {
		var err error
		if number[i], err = strconv.ParseFloat(name, 64); name != "" && (err != nil || math.IsNaN(number[i])) {
			numeric = false
		}
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	class := func(i int) int {
		if _, ok := declared[names[i]]; ok {
			return 0
		}
		if names[i] == "" {
			return 2
		}
		return 1
	}
	slices.SortFunc(order, func(x, y int) int {
		if c := cmp.Compare(class(x), class(y)); c != 0 {
			return c
		}
		if class(x) == 0 {
			return cmp.Compare(declared[names[x]], declared[names[y]])
		}
		if numeric {
			if c := cmp.Compare(number[x], number[y]); c != 0 {
				return c
			}
		}
		return cmp.Compare(names[x], names[y])
	})
	ranks := make([]int, len(names))
	for rank, i := range order {
		ranks[i] = rank
	}
	return ranks
}
