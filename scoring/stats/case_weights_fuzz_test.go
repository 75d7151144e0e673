package stats_test

import (
	"encoding/binary"
	"math"
	"testing"

	"paxscore/scoring/stats"
)

// fuzzed takes numbers of all sorts from fuzzed bytes.
type fuzzed []byte

func (f *fuzzed) small(n int) int {
	if len(*f) == 0 {
		return 0
	}
	v := int((*f)[0]) % n
	*f = (*f)[1:]
	return v
}

func (f *fuzzed) number() float64 {
	switch f.small(8) {
	case 0:
		corners := []float64{0, 1, -1, 1e-300, 1e300, 5e-324, math.MaxFloat64, math.Inf(1), math.NaN(), 1e-9, 1e9, 0.1}
		return corners[f.small(len(corners))]
	case 1:
		if len(*f) >= 8 {
			v := math.Float64frombits(binary.LittleEndian.Uint64(*f))
			*f = (*f)[8:]
			return v
		}
	}
	return float64(f.small(100)) / 10
}

func (f *fuzzed) numbers(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f.number()
	}
	return out
}

func fuzzSeeds(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x02\x02\x02\x09\x09\x09\x09\x09\x30\x30\x30\x30\x00\x01\x00\x01\x01\x00"))
	seed := make([]byte, 256)
	for i := range seed {
		seed[i] = byte(i * 37)
	}
	f.Add(seed)
	for i := range seed {
		seed[i] = byte(2 + i%6)
	}
	f.Add(seed)
}

// FuzzCaseWeights asks for case weights of any cells and margins: an error, or numbers that meet them.
func FuzzCaseWeights(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := fuzzed(data)
		margins := make([][]float64, 1+in.small(3))
		for v := range margins {
			margins[v] = in.numbers(in.small(4) + 1)
		}
		var cells []stats.CaseCell
		for range in.small(8) + 1 {
			c := stats.CaseCell{N: in.small(6), Base: in.number()}
			for v := range margins {
				c.Levels = append(c.Levels, in.small(len(margins[v])+1)-1)
			}
			cells = append(cells, c)
		}
		low, high := in.number(), in.number()
		check := func(name string, tolerance float64, f func() (stats.CaseWeighting, error)) {
			t.Helper()
			within(t, name, func() {
				got, err := f()
				if err != nil {
					return
				}
				if !(got.MarginError <= tolerance) || len(got.CaseWeights) != len(cells) {
					t.Errorf("%s: margin error %g of %d weights", name, got.MarginError, len(got.CaseWeights))
				}
				for i, w := range got.CaseWeights {
					if math.IsNaN(w) || math.IsInf(w, 0) || (w < 0 && name != "linear") {
						t.Errorf("%s: weight %d is %v", name, i, w)
					}
				}
				influence, cell := []float64{}, []int{}
				for i, c := range cells {
					for range c.N {
						influence, cell = append(influence, float64(i)), append(cell, i)
					}
				}
				if _, err := stats.CalibrationResiduals(influence, cell, cells, got.CaseWeights, margins); err != nil && name != "rake" && name != "limited" {
					t.Logf("%s: %v", name, err)
				}
				if _, err := stats.SweptResiduals(influence, cell, cells, got.CaseWeights); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		check("rake", 1e-6, func() (stats.CaseWeighting, error) { return stats.Rake(cells, margins) })
		check("limited", 1e-6, func() (stats.CaseWeighting, error) { return stats.RakeLimited(cells, margins, low, high) })
		check("linear", 1e-9, func() (stats.CaseWeighting, error) { return stats.CalibrateLinear(cells, margins) })
		check("logit", 1e-9, func() (stats.CaseWeighting, error) { return stats.CalibrateLogit(cells, margins, low, high) })
		within(t, "trim", func() {
			w := in.numbers(len(cells))
			got, err := stats.TrimWeights(cells, w, low, high)
			for i, v := range got {
				if err == nil && !(v >= low && v <= high) {
					t.Errorf("trimmed weight %d is %v outside %v … %v", i, v, low, high)
				}
			}
		})
	})
}

// FuzzImportance asks for importance from any judgements and values: an error, or shares that add to 1.
func FuzzImportance(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := fuzzed(data)
		shares := func(name string, got []float64, err error) {
			t.Helper()
			if err != nil {
				return
			}
			for _, v := range got {
				if !(v >= 0 && v <= 1+1e-12) {
					t.Errorf("%s: shares %v", name, got)
					return
				}
			}
			if s := total(got); !(math.Abs(s-1) < 1e-9) {
				t.Errorf("%s: shares %v add to %v", name, got, s)
			}
		}
		n := in.small(6) + 1
		within(t, "hierarchy", func() {
			a, err := stats.Judgements(n, in.numbers(n*(n-1)/2))
			if err != nil {
				return
			}
			h, err := stats.AnalyzeHierarchy(a, stats.RandomIndices2005())
			shares("hierarchy", h.Priorities, err)
			if err == nil && (math.IsNaN(h.Ratio) || math.IsNaN(h.GeometricIndex)) {
				t.Errorf("%+v", h)
			}
			if a, err = stats.JoinJudgements([][][]float64{a, a}, in.numbers(2)); err == nil && len(a) != n {
				t.Errorf("joined %d", len(a))
			}
		})
		sets, parts := [][]float64{in.numbers(n), in.numbers(n)}, in.numbers(2)
		sets[0], sets[1] = stats.Shares(sets[0]), stats.Shares(sets[1])
		got, err := stats.LinearCombination(sets, parts)
		shares("linear", got, err)
		got, err = stats.GeometricCombination(sets, parts)
		shares("geometric", got, err)

		columns := make([]stats.EntropySums, n)
		var sums stats.CrossSums
		for range in.small(12) {
			row := in.numbers(n)
			for j, v := range row {
				columns[j].Add(v)
			}
			sums.Add(row, 1)
		}
		got, err = stats.EntropyWeights(columns)
		shares("entropy", got, err)
		c, err := stats.CriticWeights(sums, in.numbers(n), nil)
		shares("critic", c.Shares, err)

		within(t, "path model", func() {
			var model stats.PathModel
			for j := range in.small(3) + 1 {
				var block, sources []int
				for range in.small(3) {
					block = append(block, in.small(n))
				}
				for i := range j {
					if in.small(2) == 0 {
						sources = append(sources, i)
					}
				}
				model.Blocks, model.Sources = append(model.Blocks, block), append(model.Sources, sources)
			}
			for _, scheme := range []string{stats.PathScheme, stats.CentroidScheme, stats.FactorialScheme} {
				e, err := stats.EstimatePaths(sums, model, scheme)
				if err != nil {
					continue
				}
				for j := range e.Loadings {
					for a, v := range e.Loadings[j] {
						if !(math.Abs(v) <= 1+1e-9) || math.IsNaN(e.OuterWeights[j][a]) {
							t.Errorf("%s: loading %v, outer weight %v", scheme, v, e.OuterWeights[j][a])
						}
					}
				}
			}
		})
		anchors := make([]stats.Anchor, n)
		for i := range anchors {
			anchors[i] = stats.Anchor{Value: in.number(), Score: in.number()}
		}
		if curve, err := stats.NewCurve(anchors); err == nil {
			if v := in.number(); math.IsNaN(curve.Score(v)) != math.IsNaN(v) {
				t.Errorf("score of %v on %v is %v", v, anchors, curve.Score(v))
			}
		}
		stats.MinMaxScores(in.numbers(n))
		stats.TScores(in.numbers(n))
	})
}
