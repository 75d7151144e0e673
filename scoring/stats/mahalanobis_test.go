package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

func distances(c stats.CrossSums) *stats.Mahalanobis {
	return &stats.Mahalanobis{Means: c.Means(), Covariance: c.Covariance()}
}

func TestQualityMahalanobisLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Scaled unit vectors see to it that the covariances are definite.
		k := rapid.IntRange(1, 6).Draw(t, "k")
		z, _ := crossRows(t, k, 1)
		for j := range k {
			row := make([]float64, k)
			row[j] = 200
			z = append(z, row)
		}
		z = append(z, make([]float64, k))
		c := crossSums(z, nil, nil)
		m := distances(c)
		inverse, ok := stats.Inverse(c.Covariance())
		if !ok {
			t.Fatal("singular")
		}
		means := c.Means()
		total := 0.0
		for _, row := range z {
			d2, df, p := m.Distance(row)
			want := 0.0
			for i := range row {
				for j := range row {
					want += (row[i] - means[i]) * inverse[i][j] * (row[j] - means[j])
				}
			}
			same(t, "D²", d2, want, 1)
			_, upper := stats.ChiSquareCDF(d2, float64(k))
			if far, ok := m.Beyond(row, .001); !ok || math.Abs(p-.001) > 1e-12 && far != (p < .001) {
				t.Errorf("beyond .001: %t %t, p %g", far, ok, p)
			}
			if df != k || p != upper {
				t.Errorf("df %d, p %g, want %d, %g", df, p, k, upper)
			}
			total += d2
		}
		// ΣD² over the rows of the covariances is k(n−1).
		same(t, "ΣD²", total, float64(k*(len(z)-1)), 1)

		// Values that are missing leave the distance of the others among themselves; units do not matter.
		hole := answerRow(t, k)
		var at []int
		row := slices.Clone(z[0])
		var left, other []float64
		units := rapid.SliceOfN(rapid.Float64Range(.1, 30), k, k).Draw(t, "units")
		for j := range row {
			if math.IsNaN(hole[j]) {
				row[j] = math.NaN()
			} else {
				at, left = append(at, j), append(left, row[j])
			}
			other = append(other, row[j]*units[j])
		}
		d2, df, p := m.Distance(row)
		if len(at) == 0 {
			if !math.IsNaN(d2) || df != 0 || !math.IsNaN(p) {
				t.Errorf("no values: %g, %d, %g", d2, df, p)
			}
			return
		}
		part, _ := c.Select(at...)
		want, wantDF, _ := distances(part).Distance(left)
		same(t, "D² of part", d2, want, 1)
		if df != wantDF {
			t.Errorf("df %d, want %d", df, wantDF)
		}
		again, _, _ := m.Distance(row)
		if again != d2 {
			t.Errorf("again %g, before %g", again, d2)
		}
		var scaled stats.CrossSums
		for _, row := range z {
			scaled.Add(product(row, units), 1)
		}
		got, _, _ := distances(scaled).Distance(other)
		same(t, "D² in other units", got, d2, 1)
	})
}

func TestQualityMahalanobisKnownCases(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, m := range map[string]*stats.Mahalanobis{
		"nothing given": {}, "sizes": {Means: []float64{1}, Covariance: [][]float64{{1, 0}, {0, 1}}},
		"ragged": {Means: []float64{1, 1}, Covariance: [][]float64{{1}, {0, 1}}}, "a mean missing": {Means: []float64{nan, 1}, Covariance: [][]float64{{1, 0}, {0, 1}}},
		"a variance of 0": {Means: []float64{1, 1}, Covariance: [][]float64{{0, 0}, {0, 1}}}, "a combination": {Means: []float64{0, 0}, Covariance: [][]float64{{1, 1}, {1, 1}}},
		"infinite": {Means: []float64{0, 0}, Covariance: [][]float64{{inf, 0}, {0, 1}}},
	} {
		for range 2 { // what is remembered too
			if d2, _, p := m.Distance([]float64{3, 4}); !math.IsNaN(d2) || !math.IsNaN(p) {
				t.Errorf("%s: %g, %g", name, d2, p)
			}
		}
	}
	m := stats.Mahalanobis{Means: []float64{1, 2}, Covariance: [][]float64{{4, 0}, {0, 9}}}
	for _, c := range []struct {
		x    []float64
		d2   float64
		df   int
		name string
	}{
		{[]float64{3, 5}, 2, 2, "one sd each"}, {[]float64{nan, 8}, 4, 1, "two sd of the second"}, {[]float64{1, nan}, 0, 1, "the centre"},
		{[]float64{nan, nan}, nan, 0, "nothing"}, {[]float64{1}, nan, 0, "another length"}, {[]float64{inf, 2}, nan, 2, "infinite"},
		{[]float64{nan, -inf}, nan, 1, "infinite alone"}, {[]float64{1e200, nan}, nan, 1, "too far to square"},
	} {
		d2, df, p := m.Distance(c.x)
		if !(relative(d2, c.d2) <= 1e-15) || df != c.df || math.IsNaN(p) != math.IsNaN(c.d2) {
			t.Errorf("%s: %g, %d, %g", c.name, d2, df, p)
		}
	}
}
