package stats_test

import (
	"math"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// The golden driver figures of the study, and the jackknife of its index with the shares estimated anew in each replicate.
func TestDriversGoldenFigures(t *testing.T) {
	r := expected{reference.Open(t, "ref_study.json", "golden.dimension_correlation", "golden.r_with_q0", "golden.beta_std", "golden.r2",
		"golden.lmg_share", "golden.lmg_share_jackknife_se", "golden.composite_weights", "golden.complete_rows_for_drivers",
		"index_unrounded_weights_jackknife50", "lmg_share_jackknife_se_centred_at_mean")}
	d := studyDriverRows(t)
	groups := d.split(d.group, 50, nil)
	reps, err := stats.LeaveSumsOut(groups, driverEstimates)
	if err != nil {
		t.Fatal(err)
	}
	c := d.sums(nil, nil)
	correlation := c.Correlation()
	s, err := stats.Standardize(correlation)
	if err != nil {
		t.Fatal(err)
	}
	r.Equal("golden.complete_rows_for_drivers", float64(c.N), 0)
	r.Equal("golden.r2", s.R2, driverTolerance)
	bounded, err := stats.BoundShares(reps.Estimate[:5], 0.05, 1)
	if err != nil {
		t.Fatal(err)
	}
	se, seMean := stats.StandardErrors(reps.Covariance()), stats.StandardErrors(reps.CovarianceAboutMean())
	for j, name := range studyDimensions {
		r.Equal("golden.lmg_share."+name, reps.Estimate[j], driverTolerance)
		r.Equal("golden.lmg_share_jackknife_se."+name, se[j], driverTolerance)
		r.Equal("lmg_share_jackknife_se_centred_at_mean."+name, seMean[j], driverTolerance)
		r.Equal("golden.composite_weights."+name, bounded[j], driverTolerance)
		r.Equal("golden.beta_std."+name, s.Beta[j], driverTolerance)
		r.Equal("golden.r_with_q0."+name, s.ZeroOrder[j], driverTolerance)
	}
	dimensions := emptySquare(5)
	for i := range dimensions {
		for j := range dimensions {
			dimensions[i][j] = math.Round(correlation[i+1][j+1]*1e6) / 1e6
		}
	}
	r.Matrix("golden.dimension_correlation", dimensions, driverTolerance)
	reference.Open(t, "ref_synthetic.json", "dimension_correlation").Matrix("dimension_correlation", dimensions, driverTolerance)

	index, fixed, anew := indexJackknife(t, d, groups, bounded)
	r.Equal("index_unrounded_weights_jackknife50.index", index, driverTolerance)
	r.Equal("index_unrounded_weights_jackknife50.se_weights_fixed", fixed, driverTolerance)
	r.Equal("index_unrounded_weights_jackknife50.se_weights_reestimated", anew, driverTolerance)
}

// indexJackknife is the mean index over all rows with its jackknife errors, shares fixed and estimated anew. The index of a row
// weighs the dimensions it has, so rows with the same dimensions have one set of sums.
func indexJackknife(t *testing.T, d driverRows, groups []stats.CrossSums, shares []float64) (index, fixed, anew float64) {
	t.Helper()
	const patterns = 1 << 5
	var byPattern [50][patterns]stats.CrossSums
	for i, scores := range d.scores {
		pattern := 0
		var z []float64
		for j, v := range scores {
			if !math.IsNaN(v) {
				pattern |= 1 << j
				z = append(z, v)
			}
		}
		byPattern[d.scoreGroup[i]][pattern].Add(z, 1)
	}
	indexOf := func(left int, shares []float64) float64 {
		var total stats.Sum
		n := 0
		for g := range byPattern {
			if g == left {
				continue
			}
			for pattern, c := range byPattern[g] {
				if c.N == 0 {
					continue
				}
				sum, of, k := 0.0, 0.0, 0
				for j, s := range shares {
					if pattern>>j&1 == 1 {
						sum += s * c.Means()[k]
						of += s
						k++
					}
				}
				total.Add(float64(c.N) * sum / of)
				n += c.N
			}
		}
		return total.Value() / float64(n)
	}
	kept, err := stats.LeaveGroupsOut(len(groups), func(left int) ([]float64, error) { return []float64{indexOf(left, shares)}, nil })
	if err != nil {
		t.Fatal(err)
	}
	estimated, err := stats.LeaveGroupsOut(len(groups), func(left int) ([]float64, error) {
		var c stats.CrossSums
		for g, s := range groups {
			if g != left {
				c.Merge(s)
			}
		}
		v, err := driverEstimates(c)
		if err != nil {
			return nil, err
		}
		bounded, err := stats.BoundShares(v[:5], 0.05, 1)
		if err != nil {
			return nil, err
		}
		return []float64{indexOf(left, bounded)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept.Estimate[0], stats.StandardErrors(kept.Covariance())[0], stats.StandardErrors(estimated.Covariance())[0]
}

// What METHOD section 9 says of the study: four dimensions are key drivers and content is not; the published shares to 4 decimals.
func TestDriversKeyOfStudy(t *testing.T) {
	d := studyDriverRows(t)
	reps, err := stats.LeaveSumsOut(d.split(d.group, 50, nil), driverEstimates)
	if err != nil {
		t.Fatal(err)
	}
	se := stats.StandardErrors(reps.Covariance())
	for j, want := range []struct {
		share, se float64
		key       bool
	}{{.2665, .0067, true}, {.3081, .0074, true}, {.0278, .0025, false}, {.1990, .0059, true}, {.1986, .0063, true}} {
		if math.Abs(reps.Estimate[j]-want.share) > 5e-5 || math.Abs(se[j]-want.se) > 5e-5 || stats.KeyDriver(reps.Estimate[j], se[j], 5) != want.key {
			t.Errorf("%s: share %.4f (%.4f)", studyDimensions[j], reps.Estimate[j], se[j])
		}
	}
}
