package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// Sample is the sample of the tabulated responses, whatever the segmentations, weighted as a plan says that differs from the tabulation's in
// nothing but the population, whose margins are by the same attributes. Its responses are scored
// only when they are asked for one by one. It is nil where errors by residuals are asked for and responses are sampling units of their own. Errors: a
// *WeightingError.
func (t *Tabulation) Sample(m *Model, p Plan) (*Sample, error) {
	f := t.unitFrame()
	s := &Sample{table: t.selection.table, model: m, plan: p, selection: t.selection, tabulated: f, filling: new(filling),
		size: f.responses, unitCount: f.n, strataCount: f.frame.strata, clustered: len(f.units) > 0,
		Unclustered: f.unclustered, Unstratified: f.unstratified, Weighting: Weighting{Method: WeightingNone}}
	if len(t.margins) == 0 || f.responses == 0 {
		return s, nil
	}
	if p.Population != nil && p.Population.Residuals && f.n > len(f.units) {
		return nil, nil
	}
	return s, t.weigh(s, p.Population)
}

// Division divides the tabulated responses by a segmentation of the tabulation, as a part of a sample that Sample made.
func (t *Tabulation) Division(segmentation int, s *Sample) *Division {
	d := &tabulated{Tabulation: t, frame: s.tabulated, units: t.places.placed(s.tabulated.units), segmentation: segmentation}
	j := &t.crossings[segmentation]
	var levels [][]uint32
	number := map[string]int{}
	var count []int
	count, d.met = t.count(segmentation)
	for _, k := range t.ordered(j) {
		n := count[k]
		if n == 0 {
			continue
		}
		d.all.add(k, n)
		key := make([]byte, 0, 16)
		var level []uint32
		for _, at := range t.by[segmentation] {
			i := slices.Index(j.attributes, at)
			l := j.level(k, i)
			level = append(level, l)
			key = append(key, byte(l), byte(l>>8), byte(l>>16), byte(l>>24))
		}
		g, ok := number[string(key)]
		if !ok {
			g = len(levels)
			number[string(key)] = g
			levels = append(levels, level)
			d.groups = append(d.groups, group{})
		}
		d.groups[g].add(k, n)
	}
	out := &Division{Levels: levels, model: s.model, frame: &s.tabulated.frame, from: d}
	if s.cellWeights != nil {
		out.from = s.cellWeights.divided(d)
	}
	return out
}

// ordered are the cells of a crossing; where there are margins in the order of the names of their levels, so that weighted sums are the same to the last
// digit whatever came first.
func (t *Tabulation) ordered(j *crossing) []int {
	at := make([]int, j.cells) // of each cell
	if len(t.margins) == 0 {
		for cell := range at {
			at[cell] = cell
		}
		return at
	}
	for i, attribute := range j.attributes {
		rank := make([]int, j.room[i])
		names := byName(t.selection.table.Attribute(attribute))
		for level := len(names); level < len(rank); level++ {
			rank[level] = level
		}
		for r, level := range names {
			rank[level] = r
		}
		for cell := range at {
			at[cell] += rank[j.level(cell, i)] * int(j.step[i])
		}
	}
	out := make([]int, j.cells)
	for cell, at := range at {
		out[at] = cell
	}
	return out
}

// count is the number of responses in each cell of a segmentation, and by place and cell whether there are any.
func (t *Tabulation) count(segmentation int) (n []int, met []bool) {
	cells, sums, width := t.crossings[segmentation].cells, &t.tables.groups[segmentation], t.width()
	n, met = make([]int, cells), make([]bool, t.places.len()*cells)
	for place := range t.places.len() {
		for k := range n {
			at := place*cells + k
			in := int(sums.count(at * width))
			n[k] += in
			met[at] = in != 0
		}
	}
	return n, met
}

// tabulated are the groups of a division by the cells of a tabulation.
type tabulated struct {
	*Tabulation
	frame        *unitFrame
	units        []placed  // of the frame, at the places of this tabulation
	met          []bool    // by place and cell: there are responses
	byMargin     []float64 // weight by cell of the margins; nil where all are 1
	segmentation int
	groups       []group
	all          group // the whole
}

// group is the cells of a segmentation that belong to a group and have responses.
type group struct {
	n      int // responses
	cells  []int
	counts []int // of each cell
}

func (g *group) add(cell, n int) {
	g.n += n
	g.cells, g.counts = append(g.cells, cell), append(g.counts, n)
}

func (t *tabulated) of(g int) *group {
	switch g {
	case Whole:
		return &t.all
	case Nobody:
		return new(group)
	}
	return &t.groups[g]
}

func (t *tabulated) kish(g int) Kish { return EvenKish(t.of(g).n) }

// cell sums up what a figure has in a place over some cells. The complete cases are had of a segmentation by nothing, whose cells are those of the margins.
func (t *tabulated) cell(f Figure, place int, cells []int, x *long) (n int64) {
	c, at, width := &t.tables.groups[t.segmentation], t.at(f), t.width()
	from := place * t.crossings[t.segmentation].cells
	for _, k := range cells {
		n += c.count((from + k) * width)
		x.plus(c, (from+k)*width+1+at, 1)
	}
	if without := c.without[at]; without != nil {
		for _, k := range cells {
			n -= int64(without[from+k])
		}
	}
	if f == CompleteFigure {
		for _, k := range cells {
			n -= t.tables.incomplete.count(2 * (from + k))
			x.plus(t.tables.incomplete, 2*(from+k)+1, -1)
		}
	}
	return n
}

// at is where a figure's sums stand.
func (t *tabulated) at(f Figure) int {
	if f < 0 {
		return 0
	}
	return 1 + int(f)
}

func (t *tabulated) squares(f Figure, class int, cells []int) (xx int64) {
	c, from := &t.tables.groups[t.segmentation], class*t.crossings[t.segmentation].cells
	for _, k := range cells {
		xx += c.xx[(from+k)*t.width()+1+t.at(f)]
		if f == CompleteFigure {
			xx -= t.tables.incomplete.xx[2*(from+k)+1]
		}
	}
	return xx
}

func (t *tabulated) base(f Figure, g int) Base {
	n := int64(t.of(g).n)
	if without := t.tables.groups[t.segmentation].without[t.at(f)]; without != nil {
		for place := range t.places.len() {
			for _, k := range t.of(g).cells {
				n -= int64(without[place*t.crossings[t.segmentation].cells+k])
			}
		}
	}
	return Base{N: int(n), W: float64(n), W2: float64(n)}
}

// sums are those of a group; of the complete cases only those of the whole can be had.
func (t *tabulated) sums(f Figure, g int) sums {
	cells := t.of(g).cells
	var out sums
	var n, xx int64
	var x long
	if t.frame.units != nil {
		out.w, out.wx = unitMemory.Use(len(t.frame.units)), unitMemory.Use(len(t.frame.units))
		for _, u := range t.units {
			var sum long
			count := t.cell(f, u.at, cells, &sum)
			out.w[u.unit], out.wx[u.unit] = float64(count), sum.score()
			n += count
			x.add(sum)
		}
		xx = t.squares(f, 0, cells)
	}
	if t.singles() {
		out.strata = make([]stats.MeanSums, len(t.frame.strata))
		for at, h := range t.frame.strata {
			var sum long
			count := t.cell(f, t.places.units()+h, cells, &sum)
			squares := t.squares(f, 1+h, cells)
			out.strata[at] = meanSums(count, sum, squares, 1)
			n += count
			x.add(sum)
			xx += squares
		}
	}
	out.all = meanSums(n, x, xx, 1)
	return out
}

// singles reports whether responses are sampling units of their own.
func (t *tabulated) singles() bool {
	return t.frame.n > len(t.frame.units) || len(t.frame.units) == 0
}

// meanSums are sums in whole numbers as numbers, of responses that have a weight each.
func meanSums(n int64, x long, xx int64, weight float64) stats.MeanSums {
	m := stats.MeanSums{Shift: scoreShift, N: int(n)}
	w, wx, wxx := float64(n), x.score(), float64(xx)/squareUnit
	// Squares are rounded: of equal values they leave a variance that there is not.
	if even := wx * wx / w; n > 0 && math.Abs(wxx-even) <= 2*w/squareUnit {
		wxx = even
	}
	m.W.Add(weight * w)
	m.WX.Add(weight * wx)
	m.WXX.Add(weight * wxx)
	m.W2, m.W2X, m.W2XX = m.W.Scaled(weight), m.WX.Scaled(weight), m.WXX.Scaled(weight)
	return m
}

// combined looks at the responses that are sampling units of their own once more, for the squares of their influence.
func (t *tabulated) combined(parts []sums) influence {
	dimensions := t.scores.model.Dimensions
	out := influence{}
	if t.frame.units != nil {
		totals, omega := make([][]float64, len(parts)), make([]float64, len(parts))
		for d := range parts {
			totals[d] = parts[d].influence(&t.frame.frame).totals
			omega[d] = dimensions[d].DimensionWeight
		}
		out.totals = stats.CombinedTotals(omega, totals)
	}
	if !t.singles() {
		return out
	}
	if t.given != nil {
		return t.given.influence(out, t)
	}
	n := float64(t.all.n)
	met := make([][]float64, len(parts)) // n·ω/W·(x − mean)
	for d, c := range t.scores.dimensions {
		met[d] = make([]float64, len(c.met))
		coefficient, mean := t.coefficient(d, parts)
		for code, s := range c.met {
			if s.status == ScoreOK {
				met[d][code] = coefficient * (s.score - mean)
			}
		}
	}
	cells := uint32(t.weighing.cells)
	found := make([][2]int64, (1+t.places.strata)*t.weighing.cells) // by class and cell of the margins: Σ and Σ² in units
	scan(t.rows, func() (func(from, to int), func()) {
		w, own := t.worker(nil, min(blockRows, t.rows)), make([][2]int64, len(found))
		add := func(b *block) {
			w.locate(b)
			w.locateWeighed(b)
			for k := range b.n {
				if w.class[k] == 0 || int(w.class[k]) > t.places.strata {
					continue
				}
				u := 0.0
				for d, c := range t.scores.dimensions {
					u += met[d][c.codes.At(b.row(k))]
				}
				sums := &own[w.class[k]*cells+w.weighed[k]%cells]
				sums[0] += int64(math.RoundToEven(u * squareUnit))
				sums[1] += int64(math.RoundToEven(u * u * squareUnit))
			}
		}
		return func(from, to int) { w.blocks(from, to, add) }, func() {
			for at, sums := range own {
				found[at][0] += sums[0]
				found[at][1] += sums[1]
			}
		}
	})
	out.sum, out.squares = make([]float64, len(t.frame.strata)), make([]float64, len(t.frame.strata))
	for at, h := range t.frame.strata {
		for _, cell := range t.ordered(&t.weighing) {
			sums, f := found[(1+h)*t.weighing.cells+cell], 1.0
			if t.byMargin != nil {
				f = t.byMargin[cell]
			}
			out.sum[at] += f * (float64(sums[0]) / squareUnit / n)
			out.squares[at] += f * f * (float64(sums[1]) / squareUnit / (n * n))
		}
	}
	return out
}
