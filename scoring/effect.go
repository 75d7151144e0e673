package scoring

import (
	"errors"
	"math"

	"paxscore/scoring/stats"
)

// Covariate is something known of every response that a treatment does not change and an effect is adjusted for: each of its levels but
// the first that occurs has a 0/1 variable in the regression.
type Covariate struct {
	Attribute int
	Levels    int
	Number    []int // 0 … Levels−1 of each level of the attribute, None where it stands for unknown
}

// EffectPlan says how an effect is estimated by regression.
type EffectPlan struct {
	// Domains are before and after, or treated before, treated after, control before, control after.
	Domains    [][]uint32
	Covariates []Covariate
	// Panel numbers the unit of each position that is followed from before to after, None where it is unknown; nil takes responses as
	// they are. Units counts the numbers.
	Panel []int32
	Units int
}

// EffectRegression is the effect of a treatment by weighted least squares (METHOD section 9): the coefficient of treated × after in
// the regression of a score on treated, after, their product and the covariates (Ashenfelter & Card 1985), or of after where there is
// no control group. Its variance is CR1, robust to any dependence within a cluster: the sampling unit, or the unit of the panel.
type EffectRegression struct {
	Difference
	Rows      []int // that were used, by domain: responses, or units of the panel
	Responses []int // that these rest on
	Clusters  int
	// Variables counts those of the covariates.
	Variables int
	// Unknown counts responses with the score that were left out since a covariate or their unit is unknown; Unpaired those of units
	// that lack a side, or were treated by some of their responses only.
	Unknown, Unpaired int
	// Condition is the condition number of the regression.
	Condition float64
}

// MaxEffectVariables is the number of variables that covariates may have together.
const MaxEffectVariables = 60

var errTooManyVariables = errors.New("effect by regression: the covariates have too many levels")

// effectRow is one row of the regression: a response, several alike, or the mean of a unit's responses on one side.
type effectRow struct {
	y, w           float64
	n              int // responses that it stands for
	treated, after bool
	x              []float64 // shares of the levels of all covariates; those of responses are 0 and 1
}

// EffectRegression estimates the effect on values. Each unit of a panel counts once before and once after, by the weighted means of its
// responses and with their mean weight. Errors: more than MaxEffectVariables, no more rows than coefficients, collinear variables.
func (s *Sample) EffectRegression(v Values, p EffectPlan) (EffectRegression, error) {
	nan := math.NaN()
	out := EffectRegression{Rows: make([]int, len(p.Domains)), Responses: make([]int, len(p.Domains)), Condition: nan,
		Difference: Difference{Estimate: nan, Variance: nan, DF: nan, P: nan, PAdjusted: nan, Verdict: NotTested}}
	width := 0
	for _, c := range p.Covariates {
		width += c.Levels
	}
	if width > MaxEffectVariables+len(p.Covariates) {
		return out, errTooManyVariables
	}
	rows, summed := s.cellRows(v, p, width, &out)
	switch {
	case p.Panel != nil:
		rows = s.panelRows(v, p, width, &out)
	case !summed:
		rows = s.responseRows(v, p, width, &out)
	}
	kept := keptLevels(p.Covariates, width, rows)
	for _, k := range kept {
		if k {
			out.Variables++
		}
	}
	controlled := len(p.Domains) == 4
	coefficient := 1
	if controlled {
		coefficient = stats.EffectCoefficient
	}
	z := make([]float64, 0, coefficient+1+out.Variables)
	design := func(r effectRow) []float64 {
		if controlled {
			z = stats.EffectRow(z[:0], r.y, r.treated, r.after)
		} else {
			z = append(z[:0], r.y, 0)
			if r.after {
				z[1] = 1
			}
		}
		for l, k := range kept {
			if k {
				z = append(z, r.x[l])
			}
		}
		return z
	}
	shift := make([]float64, coefficient+1+out.Variables)
	shift[0] = v.shift
	all := stats.CrossSums{Shift: shift}
	rows(func(r effectRow) { all.AddGroup(design(r), r.n, r.w) }, nil)
	fit, err := all.Regress()
	if err != nil {
		return out, err
	}
	out.Condition = fit.Condition
	out.Estimate = fit.Coefficients[coefficient]
	if p.Panel == nil && s.units == nil { // every response is a cluster: HC0 with n/(n−1)
		residuals := fit.Residuals(0)
		rows(func(r effectRow) { residuals.Add(design(r), r.w) }, nil)
		n := float64(residuals.N)
		out.Clusters, out.DF, out.Variance = residuals.N, n-1, residuals.Covariance()[coefficient][coefficient]*n/(n-1)
		return out, nil
	}
	var totals []float64
	cluster := stats.CrossSums{Shift: shift}
	rows(func(r effectRow) { cluster.AddGroup(design(r), r.n, r.w) }, func() {
		if cluster.N > 0 {
			totals = append(totals, fit.CoefficientTotals([]stats.CrossSums{cluster})[coefficient][0])
			cluster = stats.CrossSums{Shift: shift}
		}
	})
	out.Clusters = len(totals)
	out.DF = float64(len(totals) - 1)
	if len(totals) > 1 {
		out.Variance = stats.Design{}.Variance(totals)
	}
	return out, nil
}

// effectRows gives every row to row, in the same order each time, and calls done after each cluster, if it is not nil. A row's x is
// only lent.
type effectRows func(row func(effectRow), done func())

// sides are treated and after of a domain.
func sides(domains, c int) (treated, after bool) { return domains == 2 || c < 2, c%2 == 1 }

// responseRows are the responses, by sampling unit.
func (s *Sample) responseRows(v Values, p EffectPlan, width int, out *EffectRegression) effectRows {
	cell := make([]int8, s.Room()) // 1 + domain
	for c, domain := range p.Domains {
		for _, i := range domain {
			switch {
			case math.IsNaN(v.At(i)):
			case !s.known(p.Covariates, i):
				out.Unknown++
			default:
				cell[i] = int8(c + 1)
				out.Rows[c]++
				out.Responses[c]++
			}
		}
	}
	order := s.byUnit()
	return func(row func(effectRow), done func()) {
		x := make([]float64, width)
		for at, i := range order {
			if c := cell[i]; c > 0 {
				clear(x)
				s.addLevels(x, p.Covariates, i, 1)
				r := effectRow{y: v.At(i), n: 1, w: s.weightOf(int(i)), x: x}
				r.treated, r.after = sides(len(p.Domains), int(c-1))
				row(r)
			}
			if done != nil && (at+1 == len(order) || s.units == nil || s.units.at(order[at+1]) != s.units.at(i)) {
				done()
			}
		}
	}
}

// byUnit are all positions, those of a sampling unit together.
func (s *Sample) byUnit() []uint32 {
	out := s.All()
	if s.units == nil {
		return out
	}
	next := make([]int, s.n+1)
	for _, i := range out {
		next[s.units.at(i)+1]++
	}
	for u := range s.n {
		next[u+1] += next[u]
	}
	s.eachBlock(func(positions, _ []uint32) {
		for _, i := range positions {
			u := s.units.at(i)
			out[next[u]] = i
			next[u]++
		}
	})
	return out
}

// panelSide sums a unit's responses on one side.
type panelSide struct {
	n     int
	w, wy float64
	x     []float64
}

// panelRows are the units of the panel that have both sides.
func (s *Sample) panelRows(v Values, p EffectPlan, width int, out *EffectRegression) effectRows {
	units := make([][2]panelSide, p.Units)
	treatment := make([]uint8, p.Units) // 1 treated, 2 control, 3 both
	for c, domain := range p.Domains {
		treated, after := sides(len(p.Domains), c)
		side := 0
		if after {
			side = 1
		}
		each(v, domain, func(i uint32, value float64) {
			switch u := p.Panel[i]; {
			case value != value:
			case u == None || !s.known(p.Covariates, i):
				out.Unknown++
			default:
				x, w := &units[u][side], s.weightOf(int(i))
				if x.x == nil {
					x.x = make([]float64, width)
				}
				x.n++
				x.w += w
				x.wy += w * (value - v.shift)
				s.addLevels(x.x, p.Covariates, i, w)
				if treated {
					treatment[u] |= 1
				} else {
					treatment[u] |= 2
				}
			}
		})
	}
	var used []int
	for u := range units {
		before, after := &units[u][0], &units[u][1]
		if treatment[u] == 3 || !(before.w > 0 && after.w > 0) {
			out.Unpaired += before.n + after.n
			continue
		}
		used = append(used, u)
		first := 0
		if len(p.Domains) == 4 && treatment[u] == 2 {
			first = 2
		}
		for side := range units[u] {
			out.Rows[first+side]++
			out.Responses[first+side] += units[u][side].n
		}
	}
	return func(row func(effectRow), done func()) {
		x := make([]float64, width)
		for _, u := range used {
			both := &units[u]
			w := (both[0].w + both[1].w) / float64(both[0].n+both[1].n)
			for side := range both {
				a := &both[side]
				for l := range x {
					x[l] = a.x[l] / a.w
				}
				row(effectRow{y: v.shift + a.wy/a.w, n: 1, w: w, treated: treatment[u] == 1, after: side == 1, x: x})
			}
			if done != nil {
				done()
			}
		}
	}
}

// covered is the number of a covariate's level at a position.
func (s *Sample) covered(c *Covariate, i uint32) int {
	return c.Number[s.table.Attribute(c.Attribute).At(s.Row(i))]
}

func (s *Sample) known(covariates []Covariate, i uint32) bool {
	for k := range covariates {
		if s.covered(&covariates[k], i) == None {
			return false
		}
	}
	return true
}

// addLevels adds w at the level of each covariate.
func (s *Sample) addLevels(x []float64, covariates []Covariate, i uint32, w float64) {
	first := 0
	for k := range covariates {
		x[first+s.covered(&covariates[k], i)] += w
		first += covariates[k].Levels
	}
}

// keptLevels are the levels with a variable of their own: of each covariate those that occur, less the first of them.
func keptLevels(covariates []Covariate, width int, rows effectRows) []bool {
	out := make([]bool, width)
	if width == 0 {
		return out
	}
	rows(func(r effectRow) {
		for l, share := range r.x {
			out[l] = out[l] || share > 0
		}
	}, nil)
	first := 0
	for _, c := range covariates {
		for l := first; l < first+c.Levels; l++ {
			if out[l] {
				out[l] = false
				break
			}
		}
		first += c.Levels
	}
	return out
}
