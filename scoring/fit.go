package scoring

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

var errNoResponses = errors.New("levels have people but no responses")

// WeightingError says that the responses cannot be weighted as the population asks.
type WeightingError struct {
	Weighting Weighting // as far as it came; Empty names the levels without responses
	// Contradiction is the relative error that no weights can do without, where margins contradict one another on these responses; 0
	// elsewhere. Infeasible says why weights cannot be held within their limits; "" elsewhere.
	Contradiction float64
	Infeasible    string
	Err           error
}

func (f *fit) fail(err error) error {
	e := &WeightingError{Weighting: *f.w, Err: err}
	var contradictory stats.ContradictoryMarginsError
	var limits stats.InfeasibleLimitsError
	if errors.As(err, &contradictory) {
		e.Contradiction = contradictory.MarginError
	}
	if errors.As(err, &limits) {
		e.Infeasible = limits.Reason
	}
	return e
}

func (e *WeightingError) Error() string { return "weight responses: " + e.Err.Error() }

func (e *WeightingError) Unwrap() error { return e.Err }

// alike are responses that share their levels of the attributes of all margins, and their base weight: whatever a weighting does, it does to all of them.
type alike struct {
	levels []uint32
	base   float64
	n      int
}

// fit gives responses weights that meet a population.
type fit struct {
	p       *Population
	w       *Weighting // what is said of it
	cells   []alike
	based   bool        // responses brought base weights
	sizes   [][]float64 // per margin and level
	level   [][]int     // per cell and margin: the level, None where it is unknown
	weights []float64   // per cell; nil while they are the base weights
}

func newFit(t *columns.Table, p *Population, cells []alike, based bool, w *Weighting) *fit {
	f := &fit{p: p, w: w, cells: cells, based: based, level: make([][]int, len(cells))}
	for v := range p.Margins {
		m := &p.Margins[v]
		a := t.Attribute(m.Attribute)
		out := WeightedMargin{Margin: v}
		number := map[string]int{}
		var sizes []float64
		var total stats.Sum
		for _, name := range sortedKeys(m.Sizes) {
			if size := m.Sizes[name]; size > 0 && !math.IsInf(size, 0) {
				number[name] = len(sizes)
				sizes = append(sizes, size)
				total.Add(size)
				out.Levels = append(out.Levels, WeightedLevel{Level: name})
			}
		}
		out.Total = total.Value()
		counts, all := make([]int, len(a.Levels())), 0
		for i := range cells {
			counts[cells[i].levels[v]] += cells[i].n
			all += cells[i].n
		}
		levelOf := make([]int, len(a.Levels()))
		for c, name := range a.Levels() {
			l, ok := number[m.levelOf(name)]
			switch {
			case ok && name != "":
				levelOf[c] = l
				out.Levels[l].N += counts[c]
			default:
				levelOf[c] = None
				out.Unknown += counts[c]
				if name != "" && counts[c] > 0 {
					out.Unsized = append(out.Unsized, name)
				}
			}
		}
		for i := range cells {
			f.level[i] = append(f.level[i], levelOf[cells[i].levels[v]])
		}
		for l := range out.Levels {
			x := &out.Levels[l]
			x.Target, x.Achieved, x.Observed = sizes[l]/out.Total, math.NaN(), float64(x.N)/float64(all-out.Unknown)
		}
		f.sizes = append(f.sizes, sizes)
		w.Margins = append(w.Margins, out)
	}
	f.describe()
	return f
}

// weigh finds the weights. Where a level with people has no response, post-stratification leaves them as they are, and anything else is a *WeightingError.
func (f *fit) weigh() error {
	if f.empty() && f.p.Method != WeightingPostStratified {
		return f.fail(errNoResponses)
	}
	if f.empty() || !f.known() {
		return nil
	}
	var err error
	if f.p.Method == WeightingPostStratified {
		err = f.postStratify()
	} else {
		err = f.meet()
	}
	f.describe()
	return err
}

// empty reports whether a level has people but no response.
func (f *fit) empty() bool { return len(f.w.Empty()) > 0 }

// known reports whether the level of any response is known.
func (f *fit) known() bool {
	return slices.ContainsFunc(f.level, func(levels []int) bool {
		return slices.ContainsFunc(levels, func(l int) bool { return l != None })
	})
}

// weightOf is the weight of each response of a cell.
func (f *fit) weightOf(cell int) float64 {
	if f.weights == nil {
		return f.cells[cell].base
	}
	return f.weights[cell]
}

// describe fills in the weighted shares.
func (f *fit) describe() {
	for v := range f.sizes {
		levels := f.w.Margins[v].Levels
		sums := make([]stats.Sum, len(levels))
		var known stats.Sum
		for i := range f.cells {
			if l := f.level[i][v]; l != None {
				sums[l].Add(float64(f.cells[i].n) * f.weightOf(i))
			}
		}
		for _, t := range sums {
			known.Merge(t)
		}
		for l := range levels {
			levels[l].Achieved = sums[l].Value() / known.Value()
		}
	}
}

// postStratify meets one margin.
func (f *fit) postStratify() error {
	base, cell := make([]float64, len(f.cells)), make([]int, len(f.cells)) // of all responses of a cell
	var weighed stats.Sum
	for i := range f.cells {
		base[i], cell[i] = float64(f.cells[i].n)*f.cells[i].base, f.level[i][0]
		if cell[i] != None {
			weighed.Add(base[i])
		}
	}
	sizes := scaled(f.sizes[0], weighed.Value()/f.w.Margins[0].Total)
	weights, err := stats.PostStratify(base, cell, sizes)
	if err != nil {
		return f.fail(err)
	}
	for i := range weights {
		weights[i] /= float64(f.cells[i].n)
	}
	f.weights = weights
	f.w.Method, f.w.Fitted, f.w.WithinLimits = WeightingPostStratified, true, true
	return nil
}

// meet rakes or calibrates, in joint cells of levels and base weight. Bounds of calibration are on the weight over the base weight: base weights that
// the responses brought stand for people, and numbers of people are taken as they are; shares, which add up to 1, and responses
// without base weights have no unit.
func (f *fit) meet() error {
	cells, of, total := f.joint(func(c *alike) float64 { return c.base })
	margins := make([][]float64, len(f.sizes))
	scale := total / f.w.Margins[0].Total
	if f.p.Method == WeightingCalibrated && f.based && f.w.Margins[0].Total > 1+1e-6 {
		scale = 1
	}
	for v, sizes := range f.sizes {
		margins[v] = scaled(sizes, scale)
	}
	var out stats.CaseWeighting
	var err error
	switch f.p.Method {
	case WeightingRaked:
		// Without a weight to cut, the factor is that of the joint cell whatever the base weight: few cells, however many weights.
		few, ofFew := joined(cells)
		if out, err = stats.Rake(few, margins); err == nil {
			out.CaseWeights = spread(cells, ofFew, few, out.CaseWeights)
			out.CaseWeightSpread = stats.SpreadOf(cells, out.CaseWeights)
			const slack = 1e-9
			if out.MaxOverMean > f.p.Cap*(1+slack) || out.MinOverMean < f.p.Floor*(1-slack) {
				out, err = stats.RakeLimited(cells, margins, f.p.Floor, f.p.Cap)
			}
		}
	case WeightingCalibrated:
		out, err = stats.CalibrateLogit(cells, margins, f.p.Low, f.p.High)
	default:
		err = fmt.Errorf("there is no method %q", f.p.Method)
	}
	if err != nil {
		return f.fail(err)
	}
	f.weights = make([]float64, len(of))
	for i, c := range of {
		f.weights[i] = out.CaseWeights[c]
	}
	w := f.w
	w.Method, w.Fitted, w.Rounds, w.Cycles = f.p.Method, true, out.Rounds, out.Cycles
	w.WithinLimits, w.MarginError = out.WithinLimits, out.MarginError
	for _, m := range out.Scaled {
		w.Margins[m.Margin].Scaled = true
	}
	return nil
}

// joint are the joint cells of levels and of a base weight, the one that each cell lies in, and the sum of the base weights of all responses.
func (f *fit) joint(base func(c *alike) float64) (cells []stats.CaseCell, of []int, total float64) {
	var group stats.CaseCells
	var sum stats.Sum
	for i := range f.cells {
		c := &f.cells[i]
		group.AddGroup(f.level[i], base(c), c.n)
		sum.Add(float64(c.n) * base(c))
	}
	cells, of = group.Cells(), make([]int, len(f.cells))
	for i := range of {
		of[i], _ = stats.FindCell(cells, f.level[i], base(&f.cells[i]))
	}
	return cells, of, sum.Value()
}

// alike finds which positions share their levels and base weight: the cells, and the one of each position.
func (s *Sample) alike(p *Population) (cells []alike, of []uint32) {
	of = make([]uint32, s.Len())
	met, codes := 1, make([][]uint32, len(p.Margins))
	for v := range p.Margins {
		a := s.table.Attribute(p.Margins[v].Attribute)
		codes[v] = a.LevelsOf(s.rows)
		met = renumber(of, met, codes[v], len(a.Levels()))
	}
	if s.weights != nil {
		number := map[[2]uint64]uint32{}
		for i, j := range of {
			key := [2]uint64{uint64(j), math.Float64bits(s.weights[i])}
			n, ok := number[key]
			if !ok {
				n = uint32(len(number))
				number[key] = n
			}
			of[i] = n
		}
	}
	for i, j := range of {
		if int(j) == len(cells) {
			c := alike{base: s.weightOf(i)}
			for v := range codes {
				c.levels = append(c.levels, codes[v][i])
			}
			cells = append(cells, c)
		}
		cells[j].n++
	}
	return cells, of
}

// renumber numbers combinations of one of so many numbers and a code of so many levels, in the order met, and says how many there are.
func renumber(of []uint32, numbers int, codes []uint32, levels int) (met int) {
	if cells := numbers * levels; cells <= maxUnitCells {
		number := make([]uint32, cells) // 0: not met, else number + 1
		for i, j := range of {
			at := &number[int(j)*levels+int(codes[i])]
			if *at == 0 {
				met++
				*at = uint32(met)
			}
			of[i] = *at - 1
		}
		return met
	}
	number := map[uint64]uint32{}
	for i, j := range of {
		key := uint64(j)*uint64(levels) + uint64(codes[i])
		n, ok := number[key]
		if !ok {
			n = uint32(len(number))
			number[key] = n
		}
		of[i] = n
	}
	return len(number)
}

func scaled(x []float64, f float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * f
	}
	return out
}

// joined are the joint cells whatever the base weight, each with its mean, and the place of every cell among them. Cells that differ in
// their base weight alone stand side by side.
func joined(cells []stats.CaseCell) (few []stats.CaseCell, of []int) {
	of = make([]int, len(cells))
	var sum stats.Sum
	for i, c := range cells {
		if i == 0 || !slices.Equal(c.Levels, cells[i-1].Levels) {
			few = append(few, stats.CaseCell{Levels: c.Levels})
			sum = stats.Sum{}
		}
		last := &few[len(few)-1]
		last.N += c.N
		sum.Add(float64(c.N) * c.Base)
		last.Base = sum.Value() / float64(last.N)
		of[i] = len(few) - 1
	}
	return few, of
}

// spread gives every cell its base weight times the factor of its joint cell.
func spread(cells []stats.CaseCell, of []int, few []stats.CaseCell, weights []float64) []float64 {
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = c.Base * (weights[of[i]] / few[of[i]].Base)
	}
	return out
}
