package stats

import "math"

// newton seeks the λ at which case weights bF(x′λ) meet the margins: the lowest point of the convex Σb·∫F(x′λ) − λ′T.
type newton struct {
	*population
	d distance
	x [][]float64
	// base holds Σb of each cell over the population, information Σbxx′.
	base        []float64
	information [][]float64
	lambda      []float64
}

// newNewton is nil when the dummies cannot be told apart.
func newNewton(p *population, d distance) *newton {
	n := &newton{population: p, d: d, x: p.dummies()}
	n.base = make([]float64, len(p.cells))
	for i, c := range p.cells {
		n.base[i] = float64(c.N) * c.Base / p.total
	}
	n.information = n.weighted(n.base)
	n.lambda = make([]float64, len(n.information))
	if _, ok := CholeskySolve(n.information, n.lambda); !ok {
		return nil
	}
	return n
}

// weighted is Σv·xx′ over cells.
func (n *newton) weighted(v []float64) [][]float64 {
	k := len(n.x[0])
	out := zeros(k, k)
	for i, x := range n.x {
		for a, xa := range x {
			if xa == 0 || v[i] == 0 {
				continue
			}
			for b, xb := range x[:a+1] {
				out[a][b] += v[i] * xa * xb
			}
		}
	}
	return out
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// objective is the height at λ, and its slope −(T − Σbx·F), T being 1 for all rows and 0 for each level.
func (n *newton) objective(lambda []float64) (height float64, missing, slopes []float64) {
	var h Sum
	sums := make([]Sum, len(lambda))
	slopes = make([]float64, len(n.x))
	for i, x := range n.x {
		f, s, g := n.d.at(dot(x, lambda))
		h.Add(n.base[i] * g)
		slopes[i] = n.base[i] * s
		for a, xa := range x {
			sums[a].Add(-n.base[i] * f * xa)
		}
	}
	h.Add(-lambda[0])
	sums[0].Add(1)
	missing = make([]float64, len(lambda))
	for a := range missing {
		missing[a] = sums[a].Value()
	}
	return h.Value(), missing, slopes
}

// solve goes to the lowest point and gives the number of steps.
func (n *newton) solve() int {
	const (
		steps    = 200
		halvings = 60
	)
	height, missing, slopes := n.objective(n.lambda)
	least := math.Inf(1)
	for step := range steps {
		off := 0.0
		for _, m := range missing {
			off = max(off, math.Abs(m))
		}
		// At the lowest point only rounding is left, which no longer falls.
		if off < 1e-15 || (off < 1e-12 && !(off < least/2)) || math.IsNaN(off) {
			return step
		}
		least = min(least, off)
		direction, ok := n.direction(slopes, missing)
		if !ok {
			return step
		}
		gain := dot(missing, direction)
		moved := false
		for t := 1.0; t > math.Ldexp(1, -halvings); t /= 2 {
			next := make([]float64, len(n.lambda))
			for a := range next {
				next[a] = n.lambda[a] + t*direction[a]
			}
			h, m, s := n.objective(next)
			// A fall below what rounding lets one see is taken as it is.
			if h <= height-1e-4*t*gain || math.Abs(gain) < 1e-10*(1+math.Abs(height)) {
				n.lambda, height, missing, slopes, moved = next, h, m, s, true
				break
			}
		}
		if !moved {
			return step
		}
	}
	return steps
}

// direction is Newton's step; where the curvature is lost because factors are at their limits, some of the base weights' is added.
func (n *newton) direction(slopes, missing []float64) ([]float64, bool) {
	h := n.weighted(slopes)
	for ridge := 0.0; ridge <= 1; ridge = max(ridge*100, 1e-12) {
		for a := range h {
			for b := range a + 1 {
				h[a][b] += ridge * n.information[a][b]
			}
		}
		if d, ok := CholeskySolve(h, missing); ok {
			return d, true
		}
	}
	return nil, false
}

func (n *newton) caseWeights() []float64 {
	out := make([]float64, len(n.cells))
	for i, c := range n.cells {
		f, _, _ := n.d.at(dot(n.x[i], n.lambda))
		out[i] = c.Base * f
	}
	return out
}

// dummies are a row x for each cell: 1, then for each level but one of each margin 1 or 0 less the level's share of the population;
// all 0 where the level is unknown. Weights meet the margins when they add x to (1, 0, 0, …) of the population. Levels that
// others determine are left out.
func (p *population) dummies() [][]float64 {
	all := make([][]float64, len(p.cells))
	for i, c := range p.cells {
		all[i] = append(all[i], 1)
		for v, share := range p.share {
			for l := 1; l < len(share); l++ {
				x := 0.0
				if c.Levels[v] >= 0 {
					x = -share[l]
				}
				if c.Levels[v] == l {
					x++
				}
				all[i] = append(all[i], x)
			}
		}
	}
	keep := p.independent(all)
	for i, x := range all {
		kept := make([]float64, len(keep))
		for a, k := range keep {
			kept[a] = x[k]
		}
		all[i] = kept
	}
	return all
}

// independent are the columns that those before do not determine, by Cholesky's method on Σbxx′.
func (p *population) independent(x [][]float64) []int {
	k := 0
	if len(x) > 0 {
		k = len(x[0])
	}
	s := zeros(k, k)
	for i, row := range x {
		b := float64(p.cells[i].N) * p.cells[i].Base / p.base
		if b == 0 {
			continue
		}
		for a, xa := range row {
			for c, xc := range row[:a+1] {
				s[a][c] += b * xa * xc
			}
		}
	}
	const determined = 1e-11
	var keep []int
	l := zeros(k, k) // row a holds L for the kept columns
	for a := range k {
		rest := s[a][a]
		for j, b := range keep {
			v := s[a][b] - dot(l[a][:j], l[b][:j])
			l[a][j] = v / l[b][j]
			rest -= l[a][j] * l[a][j]
		}
		if rest > determined*s[a][a] && s[a][a] > 0 {
			l[a][len(keep)] = math.Sqrt(rest)
			keep = append(keep, a)
		}
	}
	return keep
}
