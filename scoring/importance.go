package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// MaxLMG is the largest number of predictors whose shares are LMG; more have Johnson's.
const MaxLMG = stats.MaxSubsetPredictors

// CollinearError says that predictors explain one another so nearly that nothing can be told.
type CollinearError = stats.CollinearError

// DriverErrors are jackknife standard errors; NaN where there are no replicates.
type DriverErrors struct {
	Share, Johnson, Beta []float64
	R2                   float64
}

// Errors are the standard errors of the shares, of Johnson's, of the standardised coefficients and of R2.
func (d *Drivers) Errors() DriverErrors {
	k := len(d.Means)
	se := jackknifeErrors(d.Replicates)
	return DriverErrors{Share: se[:k], Johnson: se[k : 2*k], Beta: se[2*k : 3*k], R2: se[3*k]}
}

func jackknifeErrors(r stats.Replicates) []float64 {
	if r.Left == nil {
		out := make([]float64, len(r.Estimate))
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	return stats.StandardErrors(r.Covariance())
}

// Leading says by its share and standard error whether a predictor is a key driver; see stats.KeyDriver.
func (d *Drivers) Leading(predictor int, se float64) bool {
	return stats.KeyDriver(d.Shares()[predictor], se, len(d.Means))
}

// Quadrant is a predictor's place in the priority matrix, its share against an equal share and its mean against a line.
func (d *Drivers) Quadrant(predictor int, line float64) string {
	return stats.Quadrant(d.Shares()[predictor], d.Means[predictor], 1/float64(len(d.Means)), line)
}

// Change is what goes along with a move of the predictors' means, with its variance under the design, and its standard error if
// responses were independent and scattered evenly.
func (d *Drivers) Change(shift []float64) (change Mean, modelSE float64) {
	estimate, se := d.Regression.Change(shift, d.Covariance)
	_, modelSE = d.Regression.Change(shift, d.Regression.Covariance)
	return Mean{N: d.N, NEffective: d.NEffective, Estimate: estimate, Variance: se * se, DF: d.DF, Deff: math.NaN()}, modelSE
}

// Suggestion is what shares come to as weights.
type Suggestion struct {
	// Combined are the shares, combined with another set where there is one.
	Combined []float64
	// Bounded are they between floor and ceiling, SE their jackknife standard errors (NaN where there are none), and Rounded what they come to in
	// decimals that add up to 1.
	Bounded, SE, Rounded []float64

	left [][]float64 // what Bounded is without each jackknife group; nil where there is none
}

// Suggest holds shares between a floor and a ceiling and rounds them to decimals. combine, if not nil, combines the shares with another set
// before; what it takes in is taken as known without error. Errors: that of combine, no shares can meet the bounds, or there are none.
func (d *Drivers) Suggest(combine func([]float64) ([]float64, error), floor, ceiling float64, decimals int) (Suggestion, error) {
	bound := func(shares []float64) (combined, bounded []float64, err error) {
		if combined = shares; combine != nil {
			if combined, err = combine(shares); err != nil {
				return nil, nil, err
			}
		}
		bounded, err = stats.BoundShares(combined, floor, ceiling)
		return combined, bounded, err
	}
	var out Suggestion
	var err error
	if out.Combined, out.Bounded, err = bound(d.Shares()); err != nil {
		return Suggestion{}, err
	}
	if out.Rounded, err = stats.RoundShares(out.Bounded, decimals); err != nil {
		return Suggestion{}, err
	}
	of := stats.Replicates{Estimate: out.Bounded}
	for _, left := range d.Replicates.Left {
		_, v, err := bound(left[:len(out.Bounded)])
		if err != nil {
			of.Left = nil
			break
		}
		of.Left = append(of.Left, v)
	}
	out.SE, out.left = jackknifeErrors(of), of.Left
	return out, nil
}

// ProportionsOf are parts over their sum; NaN where a part is negative or missing, or all are 0.
func ProportionsOf(parts []float64) []float64 { return stats.Shares(parts) }

// IndexShift is what the index of means gains when the dimensions' means move by shift, Σω_d·x_d.
func (m *Model) IndexShift(shift []float64) float64 {
	omega := make([]float64, len(m.Dimensions))
	for d := range omega {
		omega[d] = m.Dimensions[d].DimensionWeight
	}
	return stats.IndexShift(omega, shift)
}
