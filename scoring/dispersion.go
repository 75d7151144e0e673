package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// Dispersion are shares of the predictors by what varies and not by what matters, over the rows with the response and all
// predictors: entropy weights, each row counting once, and CRITIC weights with scores over their range (METHOD section 9). A set
// that cannot be had is nil.
func (s *Sample) Dispersion(response Values, predictors []Values, domain []uint32) (entropy, critic []float64) {
	d := newDispersion(len(predictors))
	s.complete(response, predictors, domain, func(i uint32, z []float64) { d.add(z[1:], s.weightOf(int(i))) })
	return d.weights()
}

// Crossed are those of the response and the predictors, in this order, over the complete responses.
func (t *Predictors) Crossed() Crossed {
	base, x := t.whole()
	return Crossed{Base: base, sums: t.crossSums(base.N, x)}
}

// Dispersion are shares of the predictors by what varies; see Sample.Dispersion.
func (t *Predictors) Dispersion() (entropy, critic []float64) {
	d := newDispersion(t.count())
	places := make([]int, t.count())
	for j := range places {
		places[j] = 1 + j
		for _, m := range t.met(j) {
			d.columns[j].AddGroup(m.score, m.n)
			d.low[j], d.high[j] = min(d.low[j], m.score), max(d.high[j], m.score)
		}
	}
	d.cross, _ = t.Crossed().sums.Select(places...)
	return d.weights()
}

// Dispersion are shares of figures by what varies among groups of the division, of each figure's means on their own base.
func (d *Division) Dispersion(figures []Figure, groups []int) (entropy, critic []float64) {
	out := newDispersion(len(figures))
	means := make([]float64, len(figures))
	for _, g := range groups {
		for j, f := range figures {
			means[j] = d.Mean(f, g).Estimate
		}
		out.add(means, 1)
	}
	return out.weights()
}

// dispersion takes rows for entropy and CRITIC weights.
type dispersion struct {
	columns   []stats.EntropySums
	low, high []float64
	cross     stats.CrossSums
}

func newDispersion(p int) *dispersion {
	d := &dispersion{columns: make([]stats.EntropySums, p), low: make([]float64, p), high: make([]float64, p)}
	for j := range p {
		d.columns[j].Scale = scoreShift
		d.low[j], d.high[j] = math.Inf(1), math.Inf(-1)
		d.cross.Shift = append(d.cross.Shift, scoreShift)
	}
	return d
}

func (d *dispersion) add(row []float64, w float64) {
	for j, x := range row {
		d.columns[j].Add(x)
		d.low[j], d.high[j] = min(d.low[j], x), max(d.high[j], x)
	}
	d.cross.Add(row, w)
}

func (d *dispersion) weights() (entropy, critic []float64) {
	entropy, err := stats.EntropyWeights(d.columns)
	if err != nil {
		entropy = nil
	}
	span := make([]float64, len(d.low))
	for j := range span {
		span[j] = d.high[j] - d.low[j]
	}
	if k, err := stats.CriticWeights(d.cross, span, nil); err == nil {
		critic = k.Shares
	}
	return entropy, critic
}
