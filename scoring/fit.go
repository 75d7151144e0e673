package scoring

import (
	"errors"
	"fmt"
	"math"
	"slices"

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
	e := &WeightingError{Weighting: f.s.Weighting, Err: err}
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

// fit gives the responses of a sample weights that meet a population.
type fit struct {
	s     *Sample
	p     *Population
	sizes [][]float64 // per margin and level
	level [][]int32   // per margin and position: the level, None where it is unknown
}

func (s *Sample) newFit(p *Population) *fit {
	f := &fit{s: s, p: p}
	for v := range p.Margins {
		m := &p.Margins[v]
		a := s.table.Attribute(m.Attribute)
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
		codes := a.LevelsOf(s.rows)
		counts := make([]int, len(a.Levels()))
		for _, c := range codes {
			counts[c]++
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
		level := make([]int32, len(codes))
		for i, c := range codes {
			level[i] = int32(levelOf[c])
		}
		for l := range out.Levels {
			x := &out.Levels[l]
			x.Target, x.Achieved, x.Observed = sizes[l]/out.Total, math.NaN(), float64(x.N)/float64(len(codes)-out.Unknown)
		}
		f.sizes, f.level = append(f.sizes, sizes), append(f.level, level)
		s.Weighting.Margins = append(s.Weighting.Margins, out)
	}
	f.describe()
	return f
}

// empty reports whether a level has people but no response.
func (f *fit) empty() bool { return len(f.s.Weighting.Empty()) > 0 }

// known reports whether the level of any response is known.
func (f *fit) known() bool {
	for i := range f.s.Weighting.Margins {
		if f.s.Weighting.Margins[i].Unknown < f.s.Len() {
			return true
		}
	}
	return false
}

// describe fills in the weighted shares.
func (f *fit) describe() {
	for v, level := range f.level {
		levels := f.s.Weighting.Margins[v].Levels
		sums := make([]stats.Sum, len(levels))
		var known stats.Sum
		for i, l := range level {
			if l != None {
				sums[l].Add(f.s.weightOf(i))
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

func (f *fit) base() []float64 {
	if f.s.weights != nil {
		return f.s.weights
	}
	out := make([]float64, f.s.Len())
	for i := range out {
		out[i] = 1
	}
	return out
}

// postStratify meets one margin.
func (f *fit) postStratify() error {
	base, cell := f.base(), make([]int, len(f.level[0]))
	for i, l := range f.level[0] {
		cell[i] = int(l)
	}
	var weighed stats.Sum
	for i, c := range cell {
		if c != None {
			weighed.Add(base[i])
		}
	}
	sizes := scaled(f.sizes[0], weighed.Value()/f.s.Weighting.Margins[0].Total)
	weights, err := stats.PostStratify(base, cell, sizes)
	if err != nil {
		return f.fail(err)
	}
	f.s.weights = weights
	w := &f.s.Weighting
	w.Method, w.Fitted, w.WithinLimits = WeightingPostStratified, true, true
	return nil
}

// meet rakes or calibrates, in joint cells of levels and base weight. Bounds of calibration are on the weight over the base weight: base weights that
// the responses brought stand for people, and numbers of people are taken as they are; shares, which add up to 1, and responses
// without base weights have no unit.
func (f *fit) meet() error {
	cells, of, total := f.cells()
	w := &f.s.Weighting
	margins := make([][]float64, len(f.sizes))
	scale := total / w.Margins[0].Total
	if f.p.Method == WeightingCalibrated && f.s.weights != nil && w.Margins[0].Total > 1+1e-6 {
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
	weights := make([]float64, len(of))
	for i, c := range of {
		weights[i] = out.CaseWeights[c]
	}
	f.s.weights = weights
	w.Method, w.Fitted, w.Rounds, w.Cycles = f.p.Method, true, out.Rounds, out.Cycles
	w.WithinLimits, w.MarginError = out.WithinLimits, out.MarginError
	for _, m := range out.Scaled {
		w.Margins[m.Margin].Scaled = true
	}
	return nil
}

// cells are the joint cells of the sample, the cell of each position, and the sum of the base weights.
func (f *fit) cells() (cells []stats.CaseCell, of []uint32, total float64) {
	joint := f.joint()
	if f.s.weights != nil {
		number := map[[2]uint64]uint32{}
		for i, j := range joint {
			key := [2]uint64{uint64(j), math.Float64bits(f.s.weights[i])}
			n, ok := number[key]
			if !ok {
				n = uint32(len(number))
				number[key] = n
			}
			joint[i] = n
		}
	}
	var counts, first []int // of each joint cell: its responses, and one of them
	for i, j := range joint {
		if int(j) == len(counts) {
			counts, first = append(counts, 0), append(first, i)
		}
		counts[j]++
	}
	levels := func(i int) []int {
		out := make([]int, len(f.level))
		for v := range f.level {
			out[v] = int(f.level[v][i])
		}
		return out
	}
	var group stats.CaseCells
	var sum stats.Sum
	for j, n := range counts {
		b := f.s.weightOf(first[j])
		group.AddGroup(levels(first[j]), b, n)
		sum.Add(float64(n) * b)
	}
	cells = group.Cells()
	place := make([]int, len(counts))
	for j := range counts {
		place[j], _ = stats.FindCell(cells, levels(first[j]), f.s.weightOf(first[j]))
	}
	for i, j := range joint {
		joint[i] = uint32(place[j])
	}
	return cells, joint, sum.Value()
}

// joint numbers the combinations of levels, in the order met.
func (f *fit) joint() []uint32 {
	out, met := make([]uint32, f.s.Len()), 1
	for v, level := range f.level {
		levels := len(f.sizes[v]) + 1 // and unknown
		next := uint32(0)
		if cells := met * levels; cells <= maxUnitCells {
			number := make([]uint32, cells) // 0: not met, else number + 1
			for i, j := range out {
				at := &number[int(j)*levels+int(level[i])+1]
				if *at == 0 {
					next++
					*at = next
				}
				out[i] = *at - 1
			}
		} else {
			number := map[uint64]uint32{}
			for i, j := range out {
				key := uint64(j)*uint64(levels) + uint64(level[i]+1)
				n, ok := number[key]
				if !ok {
					n = next
					number[key] = n
					next++
				}
				out[i] = n
			}
		}
		met = int(next)
	}
	return out
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
