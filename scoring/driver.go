package scoring

import (
	"errors"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Drivers is what predictors have to do with a response over the rows where all are known (METHOD section 9). Slices have one
// value for each predictor, in their order.
type Drivers struct {
	N          int
	NEffective float64
	// DF is the degrees of freedom of the design among these rows.
	DF float64
	// Means are the predictors' means.
	Means []float64
	stats.Standardized
	// Regression is in the units of the values.
	Regression stats.Regression
	// Covariance is that of the regression's coefficients under the design, intercept first.
	Covariance [][]float64
	// LMG and Johnson are shares of R2 that add to 1. LMG is nil for more than stats.MaxSubsetPredictors.
	LMG, Johnson []float64
	// Dominance names the strongest kind by which predictor i dominates j, [i][j], and Conditional is the mean R2 that each predictor adds to
	// the subsets of so many others, [j][s]; nil for more than stats.MaxSubsetPredictors.
	Dominance   [][]string
	Conditional [][]float64
	// Replicates are the shares (LMG, or Johnson where there are none), then Johnson's shares, standardised coefficients and R2, of all rows and without
	// each jackknife group; without Left where they cannot be had.
	Replicates stats.Replicates
	// Asymmetries compare low with high values; nil where they cannot be told apart. LowCut and HighCut are the quartiles.
	Asymmetries     []stats.Asymmetry
	LowCut, HighCut []float64
}

// Shares are the shares of R2 that the analysis goes by: LMG, or Johnson's where there are too many predictors.
func (d *Drivers) Shares() []float64 {
	if d.LMG != nil {
		return d.LMG
	}
	return d.Johnson
}

// errNoRows says that a response has no predictors or no complete row.
var errNoRows = errors.New("no row has the response and all predictors")

// Drivers analyses what predictors have to do with a response in a domain: from the cross sums of the complete rows of each jackknife
// group (S3), with response weights. Errors: no complete rows, too few of them, a variable that does not vary,
// stats.CollinearError.
func (s *Sample) Drivers(response Values, predictors []Values, domain []uint32) (*Drivers, error) {
	if len(predictors) == 0 {
		return nil, errNoRows
	}
	shift := []float64{response.shift}
	for _, p := range predictors {
		shift = append(shift, p.shift)
	}
	groups := make([]stats.CrossSums, columns.Replicates)
	for g := range groups {
		groups[g].Shift = shift
	}
	var kish stats.KishSums
	s.complete(response, predictors, domain, func(i uint32, z []float64) {
		w := s.weightOf(int(i))
		kish.Add(w)
		groups[s.table.Replicate(s.Row(i))].Add(z, w)
	})
	out, err := newDrivers(groups, len(predictors))
	if err != nil {
		return nil, err
	}
	out.NEffective = kish.NEffective()
	out.DF, out.Covariance = s.coefficientCovariance(out.Regression, response, predictors, domain)
	s.asymmetries(out, response, predictors, domain)
	return out, nil
}

// newDrivers are what follows from the cross sums of each jackknife group.
func newDrivers(groups []stats.CrossSums, p int) (*Drivers, error) {
	var whole stats.CrossSums
	for _, g := range groups {
		whole.Merge(g)
	}
	if whole.N == 0 {
		return nil, errNoRows
	}
	out := &Drivers{N: whole.N, Means: whole.Means()[1:]}
	correlation := whole.Correlation()
	var err error
	if out.Standardized, err = stats.Standardize(correlation); err != nil {
		return nil, err
	}
	if out.Regression, err = whole.Regress(); err != nil {
		return nil, err
	}
	if err := out.divide(correlation); err != nil {
		return nil, err
	}
	if out.Replicates, err = stats.LeaveSumsOut(groups, func(c stats.CrossSums) ([]float64, error) { return driverFigures(c, p) }); err != nil {
		if out.Replicates.Estimate, err = driverFigures(whole, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// divide shares the R² out among the predictors.
func (d *Drivers) divide(correlation [][]float64) error {
	johnson, err := stats.RelativeWeights(correlation)
	if err != nil {
		return err
	}
	d.Johnson = stats.Shares(johnson)
	if len(johnson) > stats.MaxSubsetPredictors {
		return nil
	}
	subsets, err := stats.AllSubsets(correlation)
	if err != nil {
		return err
	}
	d.Conditional = subsets.Conditional()
	d.LMG = stats.Shares(subsets.LMG())
	d.Dominance = stats.Dominance(d.Conditional, subsets.Complete())
	return nil
}

// driverFigures are the figures of Drivers.Replicates.
func driverFigures(c stats.CrossSums, predictors int) ([]float64, error) {
	correlation := c.Correlation()
	s, err := stats.Standardize(correlation)
	if err != nil {
		return nil, err
	}
	raw, err := stats.RelativeWeights(correlation)
	if err != nil {
		return nil, err
	}
	johnson := stats.Shares(raw)
	shares := johnson
	if predictors <= stats.MaxSubsetPredictors {
		subsets, err := stats.AllSubsets(correlation)
		if err != nil {
			return nil, err
		}
		shares = stats.Shares(subsets.LMG())
	}
	out := append([]float64(nil), shares...)
	out = append(out, johnson...)
	out = append(out, s.Beta...)
	return append(out, s.R2), nil
}

// coefficientCovariance is the covariance of a regression's coefficients under the design: that of the totals (X′WX)⁻¹Σ_c wx(y−x′b)
// of its sampling units (Binder 1983, Fuller 1975). df counts the units that hold a complete row, less their strata.
func (s *Sample) coefficientCovariance(g stats.Regression, response Values, predictors []Values, domain []uint32) (df float64, v [][]float64) {
	k := len(g.Coefficients)
	inverse, variance := g.Covariance, g.Sigma*g.Sigma // σ²(X′WX)⁻¹
	part := func(score, into []float64) {
		for l := range into {
			into[l] = 0
			for m, x := range score {
				into[l] += inverse[l][m] * x
			}
			into[l] /= variance
		}
	}
	score, into := make([]float64, k), make([]float64, k)
	each := func(f func(position uint32)) {
		s.complete(response, predictors, domain, func(i uint32, z []float64) {
			e := z[0] - g.Coefficients[0]
			for l, x := range z[1:] {
				e -= g.Coefficients[l+1] * x
			}
			e *= s.weightOf(int(i))
			score[0] = e
			for l, x := range z[1:] {
				score[l+1] = e * x
			}
			f(i)
		})
	}
	if s.units == nil {
		reached := sums{strata: make([]stats.MeanSums, s.strata)}
		totals := make([]stats.CrossSums, s.strata)
		each(func(i uint32) {
			part(score, into)
			h := s.stratum.at(int(i))
			reached.strata[h].N++
			totals[h].Add(into, 1)
		})
		return reached.df(&s.frame), s.covarianceOf(totals, k)
	}
	totals := make([][]float64, k)
	for l := range totals {
		totals[l] = make([]float64, s.n)
	}
	reached := sums{w: make([]float64, s.n)}
	each(func(i uint32) {
		u := s.units.at(i)
		reached.w[u]++
		for l, x := range score {
			totals[l][u] += x
		}
	})
	for u := range s.n {
		for l := range score {
			score[l] = totals[l][u]
		}
		part(score, into)
		for l, x := range into {
			totals[l][u] = x
		}
	}
	return reached.df(&s.frame), s.design.CovarianceMatrix(totals)
}

// covarianceOf is that of totals of responses that are units of their own, by their sums in each stratum: Σ_h n_h/(n_h−1)·(Σtt′ − ΣtΣt′/n_h).
func (f *frame) covarianceOf(totals []stats.CrossSums, k int) [][]float64 {
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
		for j := range i + 1 {
			var v stats.Sum
			for h, t := range totals {
				if t.N == 0 {
					continue
				}
				x, n := t.WZZ[i*(i+1)/2+j].Value(), float64(f.sizes[h])
				if n > 1 {
					x = n / (n - 1) * (x - t.WZ[i].Value()*t.WZ[j].Value()/n)
				}
				v.Add(x)
			}
			out[i][j] = v.Value()
			out[j][i] = out[i][j]
		}
	}
	return out
}
