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
	rows := make([]uint32, len(b.domain))
	for i, position := range b.domain {
		rows[i] = b.sample.Row(position)
	}
	groups := b.table.Group(rows, by)
	members := groups.Members()
	for g := range members {
		for i, place := range members[g] {
			members[g][i] = b.domain[place]
		}
	}
	order := b.ordered(by, groups.Levels)
	sorted, levels := make([][]uint32, len(order)), make([][]uint32, len(order))
	for i, g := range order {
		sorted[i], levels[i] = members[g], groups.Levels[g]
	}
	b.addSegments(by, sorted, levels)
}

// addSegments makes the segments of one segmentation. Every figure is hidden where it, or a few of the hidden ones together, could
// be found by subtraction.
func (b *builder) addSegments(by []int, members, levels [][]uint32) {
	c := cells{levels: levels, minimum: b.q.model.Base.Suppress}
	responses := b.bases(everyone(b.sample), members)
	hidden := c.hide(responses)
	hide := func(v scoring.Values) []bool { return c.hide(responses, b.bases(v, members)) }
	index := hide(b.sample.Index())
	dimensions := make([][]bool, len(b.model.Dimensions))
	for d := range dimensions {
		dimensions[d] = hide(b.sample.Dimension(d))
	}
	var item, recommend []bool
	if b.layout.overall != scoring.None {
		item = hide(b.overall)
	}
	if b.recommend != scoring.None {
		recommend = hide(b.recommended)
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
		s.Overall = b.native(b.mean(b.sample.Index(), domain, index[g]), b.model.Dimensions...)
		if item != nil {
			x := b.overallItem(domain, item[g])
			s.OverallItem = &x
		}
		if recommend != nil {
			x := b.promotion(domain, recommend[g])
			s.Recommend = &x
		}
		s.Dimensions = b.dimensions(domain, func(d int) bool { return dimensions[d][g] })
		b.report.Segments = append(b.report.Segments, s)
	}
	b.compare(b.report.Segments[first:], members)
}

// everyone is a value that every response has.
func everyone(s *scoring.Sample) scoring.Values {
	return scoring.Values{X: make([]float64, s.Len())}
}

func (b *builder) bases(v scoring.Values, members [][]uint32) []scoring.Base {
	out := make([]scoring.Base, len(members))
	for g, domain := range members {
		out[g] = b.sample.Base(v, domain)
	}
	return out
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
