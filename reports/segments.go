package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"paxscore/scoring"
)

// segments divides the selected responses by attributes, crossed, and adds a segment for every combination of levels that
// occurs: levels in the order declared, open lists by number or name, unknown last.
func (b *builder) segments(by []int) {
	members, levels := b.divided(by)
	b.addSegments(by, members, levels)
}

// divided are the selected responses by every combination of levels that occurs, in the order shown: positions and levels of each.
func (b *builder) divided(by []int) (members, levels [][]uint32) {
	rows := make([]uint32, len(b.domain))
	for i, position := range b.domain {
		rows[i] = b.sample.Row(position)
	}
	groups := b.table.Group(rows, by)
	found := groups.Members()
	for g := range found {
		for i, place := range found[g] {
			found[g][i] = b.domain[place]
		}
	}
	for _, g := range b.ordered(by, groups.Levels) {
		members, levels = append(members, found[g]), append(levels, groups.Levels[g])
	}
	return members, levels
}

// addSegments makes the segments of one segmentation. Every figure is hidden where it, or a few of the hidden ones together, could
// be found by subtraction.
func (b *builder) addSegments(by []int, members, levels [][]uint32) {
	c := cells{levels: levels, minimum: b.q.model.Base.Suppress}
	responses := make([]scoring.Base, len(members))
	for g, domain := range members {
		k := b.sample.Kish(domain)
		responses[g] = scoring.Base{N: k.N, W: k.Sum, W2: k.Sum * k.Sum / k.NEffective}
	}
	hidden := c.hide(responses)
	about := func(base func(g int) scoring.Base) part {
		p := part{bases: make([]scoring.Base, len(members))}
		for g := range members {
			p.bases[g] = base(g)
		}
		p.hidden = c.hide(responses, p.bases)
		return p
	}
	valued := func(v scoring.Values) part {
		return about(func(g int) scoring.Base { return b.sample.Base(v, members[g]) })
	}
	answered := func(item int) (p part, tallies []*scoring.Tally) {
		if item == scoring.None {
			return p, nil
		}
		for _, domain := range members {
			tallies = append(tallies, b.sample.Tally(item, domain))
		}
		return about(func(g int) scoring.Base { return tallies[g].Base() }), tallies
	}
	index := valued(b.sample.Index())
	item, overall := answered(b.overall)
	recommend, recommended := answered(b.recommend)
	dimensions := make([]part, len(b.model.Dimensions))
	for d := range dimensions {
		dimensions[d] = valued(b.sample.Dimension(d))
	}
	first := len(b.report.Segments)
	for g, domain := range members {
		s := Segment{By: map[string]string{}, Attributes: make([]string, len(by)), Label: b.label(by, levels[g]), Status: b.statusOf(responses[g], hidden[g])}
		for i, at := range by {
			s.Attributes[i] = b.attributes[at].key
			s.By[s.Attributes[i]] = b.table.Attribute(at).Levels()[levels[g][i]]
		}
		if s.Status != StatusSuppressed {
			n := responses[g].N
			s.N = &n
		}
		s.Overall = b.native(b.mean(b.sample.Index(), domain, index.bases[g], index.hidden[g]), b.model.Dimensions...)
		if overall != nil {
			x := b.item(b.overall, overall[g], item.hidden[g])
			s.OverallItem = &x
		}
		if recommended != nil {
			x := b.promotion(recommended[g], recommend.hidden[g])
			s.Recommend = &x
		}
		bases, hide := make([]scoring.Base, len(dimensions)), make([]bool, len(dimensions))
		for d, p := range dimensions {
			bases[d], hide[d] = p.bases[g], p.hidden[g]
		}
		s.Dimensions = b.dimensions(domain, bases, hide)
		b.report.Segments = append(b.report.Segments, s)
	}
	b.compare(b.report.Segments[first:], members)
}

// part is what one figure of each segment rests on, and whether it must not be shown.
type part struct {
	bases  []scoring.Base
	hidden []bool
}

// compare sets each segment's index against that of all other selected responses. Segments and rests under the base Test, or on too
// few sampling units, are not tested and do not count in the correction.
func (b *builder) compare(segments []Segment, members [][]uint32) {
	wanted := make([]bool, len(segments))
	for i := range segments {
		wanted[i] = segments[i].Overall.Status.shown()
	}
	differences := b.sample.VersusRest(b.sample.Index(), members, wanted)
	test := make([]bool, len(segments))
	least := float64(b.q.model.Base.Test)
	enough := func(m scoring.Mean) bool {
		return m.N > 0 && float64(m.N) >= least && m.NEffective+1e-9 >= least && m.DF >= fewUnits
	}
	for i := range segments {
		test[i] = wanted[i] && enough(differences[i].Group) && enough(differences[i].Rest)
	}
	scoring.Judge(differences, test, b.q.model.Margin)
	for i := range segments {
		if segments[i].Overall.Status == StatusSuppressed {
			continue
		}
		d := differences[i]
		c := &Comparison{Difference: None(), SE: None(), Low: None(), High: None(), P: number(d.P), PAdjusted: number(d.PAdjusted), Verdict: d.Verdict}
		if wanted[i] && !math.IsNaN(d.Estimate) {
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
	for i, v := range b.attributes[at].values {
		declared[v.Key] = i
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
