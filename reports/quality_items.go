package reports

import (
	"cmp"
	"fmt"
	"slices"

	"paxscore/scoring"
)

// distribution is the shape of an item's answers.
func distribution(t *scoring.Tally) *Distribution {
	s := t.Shape()
	out := &Distribution{Mean: number(s.Mean), SD: number(s.SD), Skewness: number(s.Skewness), Kurtosis: number(s.Kurtosis), Entropy: number(s.Entropy),
		Consensus: number(s.Consensus), Polarisation: number(s.Polarisation), Floor: number(s.Floor), Ceiling: number(s.Ceiling),
		FloorFlag: s.FloorFlag, CeilingFlag: s.CeilingFlag, Quantiles: []Quantile{}}
	for i, p := range scoring.Quartiles() {
		out.Quantiles = append(out.Quantiles, Quantile{P: p, Value: number(s.Quantiles[i])})
	}
	return out
}

const reliabilityMethod = "responses that answer every item, 0 to 100 scores, weighted; alpha with Feldt's interval on the effective n, omega of one factor by maximum likelihood, Guttman's lambda 6, odd-even split halves, average variance extracted"

// reliability judges each dimension by the responses that answer all of its items.
func (a *appraiser) reliability() []DimensionReliability {
	out := []DimensionReliability{}
	for d, of := range a.model.Dimensions {
		x := a.q.model.Dimensions[d]
		r := DimensionReliability{Key: string(x.Key), Label: a.words(x.Label, string(x.Key)), Coefficient: "alpha", Alpha: None(), Low: None(), High: None(),
			Omega: None(), Lambda6: None(), SplitHalf: SplitHalf{R: None(), SpearmanBrown: None(), Rulon: None()}, AVE: None(), Items: []ItemReliability{}, Method: reliabilityMethod}
		if len(of.Items) < 2 {
			r.Status, r.Warnings = StatusNotComputable, []string{"Reliability needs two items."}
			out = append(out, r)
			continue
		}
		c := a.crossItems().dimensions[d]
		r.Status = a.statusOf(c.Base, false)
		r.Warnings = a.reason(r.Status, c.Base)
		if r.Status != StatusSuppressed {
			r.N = &c.Base.N
		}
		if r.Status.shown() {
			y := c.Consistency(a.confidence())
			r.Coefficient, r.Alpha, r.Low, r.High, r.Omega, r.Lambda6 = y.Coefficient, number(y.Alpha), number(y.Low), number(y.High), number(y.Omega), number(y.Lambda6)
			r.SplitHalf, r.AVE = SplitHalf{R: number(y.SplitR), SpearmanBrown: number(y.SpearmanBrown), Rulon: number(y.Rulon)}, number(y.AVE)
			for i, u := range of.Items {
				r.Items = append(r.Items, ItemReliability{Key: string(a.rated[u.Item].Key), RestR: number(y.ItemRest[i]), AlphaIfDropped: number(y.Dropped[i]), Loading: number(y.Loadings[i])})
			}
			switch {
			case !r.Alpha.Valid():
				r.Warnings = append(r.Warnings, "Reliability cannot be found: an item does not vary.")
			case y.Heywood:
				r.Warnings = append(r.Warnings, "Omega, loadings and extracted variance are left out: one item is all but explained by the factor, an improper solution.")
			}
		}
		out = append(out, r)
	}
	return out
}

const structureMethod = "responses that answer every item of the model, 0 to 100 scores, weighted; Kaiser-Meyer-Olkin measure, Bartlett's test on the effective n, heterotrait-monotrait ratio of correlations"

// mostPairs is how many of the most similar pairs of items are shown.
const mostPairs = 5

// structure judges how the items of all dimensions hang together.
func (a *appraiser) structure() Structure {
	out := Structure{KMO: None(), Bartlett: Bartlett{ChiSquare: None(), DF: None(), P: None()}, MSA: []ItemMSA{}, HTMT: []PairHTMT{}, Closest: []ItemPair{}, Method: structureMethod, Status: StatusNotComputable}
	x := a.crossItems()
	items, scales, c := x.items, x.places, x.all
	if len(items) < 2 {
		out.Warnings = []string{"The structure needs two items."}
		return out
	}
	out.Status = a.statusOf(c.Base, false)
	out.Warnings = a.reason(out.Status, c.Base)
	if out.Status != StatusSuppressed {
		out.N = &c.Base.N
	}
	if !out.Status.shown() {
		return out
	}
	if fewest := 5 * len(items); c.Base.N < fewest {
		out.Warnings = append(out.Warnings, fmt.Sprintf("Rests on fewer than 5 complete responses per item (%d of %d).", c.Base.N, fewest))
	}
	key := func(i int) string { return string(a.rated[items[i]].Key) }
	kmo, msa := c.Adequacy()
	out.KMO = number(kmo)
	chi2, df, p := c.Bartlett()
	out.Bartlett = Bartlett{ChiSquare: number(chi2), DF: number(df), P: number(p)}
	for i, x := range msa {
		out.MSA = append(out.MSA, ItemMSA{Key: key(i), MSA: number(x)})
	}
	for i, row := range c.HTMT(scales) {
		for j := range i {
			out.HTMT = append(out.HTMT, PairHTMT{A: string(a.q.model.Dimensions[j].Key), B: string(a.q.model.Dimensions[i].Key), HTMT: number(row[j])})
		}
	}
	for i, row := range c.Correlations() {
		for j := range i {
			if r := number(row[j]); r.Valid() {
				out.Closest = append(out.Closest, ItemPair{A: key(j), B: key(i), R: r})
			}
		}
	}
	slices.SortStableFunc(out.Closest, func(x, y ItemPair) int { return cmp.Compare(y.R, x.R) })
	out.Closest = out.Closest[:min(mostPairs, len(out.Closest))]
	return out
}
