package reports

import (
	"math"

	"paxscore/scoring"
	"paxscore/surveys"
)

// item makes the figure of the i-th rated item over a domain.
func (b *builder) item(i int, domain []uint32) ItemEstimate {
	return b.itemFrom(i, domain, false, b.sample.Ratings(i), b.sample.Scores(i), b.sample.TopBox(i))
}

// overallItem makes the figure of the single overall question.
func (b *builder) overallItem(domain []uint32, hidden bool) ItemEstimate {
	return b.itemFrom(b.layout.overall, domain, hidden, b.overall, b.overallScores, b.overallTop)
}

func (b *builder) itemFrom(i int, domain []uint32, hidden bool, ratings, scores, top scoring.Values) ItemEstimate {
	it := b.rated[i]
	dimension, weight := b.dimensionOf(it.Key)
	out := ItemEstimate{
		Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), Dimension: dimension, ItemWeight: weight, Touchpoint: it.Touchpoint, Owner: it.Owner,
		Low: b.scales[i].Low, High: b.scales[i].High, Mean: None(), MeanSE: None(), Histogram: []Bar{},
	}
	base := b.sample.Base(ratings, domain)
	s := b.statusOf(base, hidden)
	if !s.shown() {
		out.Estimate = b.missing(s, base)
		if s == StatusNotComputable {
			a := b.sample.Answers(i, domain)
			out.NotApplicable, out.Skipped, out.NotRouted = &a.NotApplicable, &a.Skipped, &a.NotRouted
		}
		return out
	}
	mean := b.sample.Mean(ratings, domain)
	var score scoring.Mean
	if linear, reverse := b.model.Items[i].Linear(); linear {
		score = mean.Transformed(line(out.Low, out.High, reverse))
	} else {
		score = b.sample.Mean(scores, domain)
	}
	out.Estimate = b.estimate(score, s, base)
	out.Mean, out.Native = Number(mean.Estimate), Number(mean.Estimate)
	if !math.IsNaN(mean.Variance) {
		out.MeanSE = Number(mean.SE())
	}
	t := b.sample.Share(top, domain, b.confidence())
	out.TopBox = &Proportion{Share: Number(t.Estimate), SE: number(t.SE()), Low: number(t.Low), High: number(t.High), Method: t.Method}
	a := b.sample.Answers(i, domain)
	for code, n := range a.N {
		out.Histogram = append(out.Histogram, Bar{Value: out.Low + code, N: n, Share: Number(a.Shares[code])})
	}
	out.NotApplicable, out.Skipped, out.NotRouted = &a.NotApplicable, &a.Skipped, &a.NotRouted
	return out
}

// line gives a and b of the linear score a + b·rating.
func line(low, high int, reverse bool) (a, b float64) {
	b = 100 / float64(high-low)
	if reverse {
		return b * float64(high), -b
	}
	return -b * float64(low), b
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
