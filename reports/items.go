package reports

import (
	"math"

	"paxscore/scoring"
	"paxscore/surveys"
)

// item makes the figure of the i-th rated item from its answers in a domain.
func (b *builder) item(i int, t *scoring.Tally, hidden bool) ItemEstimate {
	it := b.rated[i]
	dimension, weight := b.dimensionOf(it.Key)
	out := ItemEstimate{
		Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), Dimension: dimension, ItemWeight: weight, Touchpoint: it.Touchpoint, Owner: it.Owner,
		Low: b.scales[i].Low, High: b.scales[i].High, Mean: None(), MeanSE: None(), Histogram: []Bar{},
	}
	base := t.Base()
	s := b.statusOf(base, hidden)
	if s.shown() || s == StatusNotComputable {
		notApplicable, skipped, notRouted := t.NotApplicable, t.Skipped, t.NotRouted // a pointer into t would keep all of it
		out.NotApplicable, out.Skipped, out.NotRouted = &notApplicable, &skipped, &notRouted
	}
	if !s.shown() {
		out.Estimate = b.missing(s, base)
		return out
	}
	mean := t.Ratings()
	out.Estimate = b.estimate(t.Scores(mean), s, base)
	out.Mean, out.Native = Number(mean.Estimate), Number(mean.Estimate)
	if !math.IsNaN(mean.Variance) {
		out.MeanSE = Number(mean.SE())
	}
	top := t.TopBox(b.confidence())
	out.TopBox = &Proportion{Share: Number(top.Estimate), SE: number(top.SE()), Low: number(top.Low), High: number(top.High), Method: top.Method}
	shares := t.Shares()
	for code, n := range t.N() {
		out.Histogram = append(out.Histogram, Bar{Value: out.Low + code, N: n, Share: Number(shares[code])})
	}
	return out
}

// dimensionOf is the dimension of the model that an item belongs to, "" for none.
func (b *builder) dimensionOf(key surveys.ItemKey) (dimension string, itemWeight float64) {
	for _, d := range b.q.model.Dimensions {
		for _, u := range d.Items {
			if u.Item == key {
				return string(d.Key), u.ItemWeight
			}
		}
	}
	return "", 0
}
