package scoring_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// sampled is the sample of a tabulation that can be had.
func sampled(rt *rapid.T, tab *scoring.Tabulation, m *scoring.Model, p scoring.Plan) *scoring.Sample {
	s, err := tab.Sample(m, p)
	if err != nil || s == nil {
		rt.Fatalf("sample %v: %v", s, err)
	}
	return s
}

// drawnPopulation is one of any kind.
func drawnPopulation(rt *rapid.T) *scoring.Population {
	size := rapid.Float64Range(.2, 5)
	age := scoring.Margin{Attribute: 2, Sizes: map[string]float64{"young": size.Draw(rt, "young"), "old": size.Draw(rt, "old")}}
	stratum := scoring.Margin{Attribute: 1, Sizes: map[string]float64{"x": size.Draw(rt, "x"), "y": size.Draw(rt, "y")}}
	gender := scoring.Margin{Attribute: 3, Sizes: map[string]float64{"any": 1}, Level: func(string) string { return "any" }}
	p := &scoring.Population{Residuals: rapid.Bool().Draw(rt, "residuals"), Cap: 1.5, Floor: .5, Low: .1, High: 8}
	switch p.Method = rapid.SampledFrom([]string{scoring.WeightingPostStratified, scoring.WeightingRaked, scoring.WeightingCalibrated}).Draw(rt, "method"); {
	case p.Method == scoring.WeightingPostStratified:
		p.Margins = []scoring.Margin{rapid.SampledFrom([]scoring.Margin{age, stratum}).Draw(rt, "margin")}
	case rapid.Bool().Draw(rt, "limits"):
		p.Cap, p.Floor = math.Inf(1), 0
		fallthrough
	default:
		p.Margins = []scoring.Margin{age, stratum, gender}[:rapid.IntRange(1, 3).Draw(rt, "margins")]
	}
	return p
}

// Figures of weighted responses are the same from sums by the levels of the margins as from responses one by one.
func TestWeightedTabulation(t *testing.T) {
	met := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawn(rt)
		different := len(rows)
		if rapid.IntRange(0, 3).Draw(rt, "many") == 0 {
			rows = slices.Repeat(rows, 3000/len(rows)+1) // so that they are added up by joints
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "attributes"), 2))
		known, based := rapid.Bool().Draw(rt, "known clusters"), rapid.Bool().Draw(rt, "response weights")
		for i := range rows {
			rows[i].ResponseWeight = 1
			if based {
				rows[i].ResponseWeight = []float64{1, 2, .5, .3, 1e-3}[r.IntN(5)]
			}
			rows[i].Attributes = slices.Clone(rows[i].Attributes)
			rows[i].Attributes[3], rows[i].Attributes[4] = []string{"f", "m"}[r.IntN(2)], []string{"work", "leisure", "", "kin"}[r.IntN(4)]
			if known && rows[i].Attributes[0] == "" {
				rows[i].Attributes[0] = "8"
			}
		}
		p := drawnPlan(rt)
		if p.Population = nil; !based || rapid.IntRange(0, 2).Draw(rt, "population too") > 0 {
			p.Population = drawnPopulation(rt)
		}
		table, all := tableOf(rt, rows)
		m := studyModel()
		scores, err := scoring.NewScores(table, m)
		if err != nil {
			rt.Fatal(err)
		}
		scores.Update()
		s, unfit := scoring.NewScoredSample(scores, all, p)
		screen := scoring.NewScreen(table, m, scoring.None, scoring.Rules{})
		screen.Update()
		screen.Settle()
		selection := func(f scoring.Filter) *scoring.Selection {
			out := scoring.NewSelection(table, screen, f)
			out.Update()
			return out
		}
		design := scoring.NewTabulation(selection(scoring.Filter{}), nil, p, [][]int{nil}, nil, nil)
		if !design.Update() {
			rt.Fatal("too many cells")
		}
		from, err := design.Sample(m, p)
		if from == nil && err == nil {
			if p.Population == nil || !p.Population.Residuals || p.Cluster != scoring.None && known {
				rt.Fatal("no sample")
			}
			met["response by response"]++
			return
		}
		if unfit != nil || err != nil {
			var weighting *scoring.WeightingError
			if unfit == nil || !errors.As(err, &weighting) || weighting.Error() != unfit.Error() {
				rt.Fatalf("%v, want %v", err, unfit)
			}
			met["unfit"]++
			return
		}
		met[s.Weighting.Method]++
		if s.Weighting.Residuals {
			met["residuals"]++
		}
		for i, margin := range s.Weighting.Margins {
			for l := range margin.Levels {
				sameNumber(rt, "achieved", from.Weighting.Margins[i].Levels[l].Achieved, margin.Levels[l].Achieved, 1e-12)
			}
		}
		if from.Weighting.Method != s.Weighting.Method || from.Weighting.Residuals != s.Weighting.Residuals || from.Units() != s.Units() || from.DF() != s.DF() {
			rt.Fatalf("%+v, want %+v", from, s)
		}
		filter := scoring.Filter{}
		if rapid.Bool().Draw(rt, "filter") {
			filter.Where = []columns.Condition{{Attribute: 4, Values: []string{"work", ""}}}
		}
		in := selection(filter)
		domain := s.Within(in)
		near := func(what string, got, want scoring.Mean) {
			if got.N != want.N || got.DF != want.DF {
				rt.Fatalf("%s of %d with %v, want %d with %v", what, got.N, got.DF, want.N, want.DF)
			}
			sameNumber(rt, what, got.Estimate, want.Estimate, 1e-11)
			sameNumber(rt, what+" variance", got.Variance, want.Variance, 1e-6) // squares are summed in units of 2^-22
			sameNumber(rt, what+" n_eff", got.NEffective, want.NEffective, 1e-9)
		}
		base := func(what string, got, want scoring.Base) {
			if got.N != want.N {
				rt.Fatalf("%s of %d, want %d", what, got.N, want.N)
			}
			sameNumber(rt, what+" W", got.W, want.W, 1e-11)
			sameNumber(rt, what+" W2", got.W2, want.W2, 1e-11)
		}
		same := func(what string, got, want *scoring.Division, items ...int) {
			for g := scoring.Whole; g < len(want.Levels); g++ {
				at := g
				if g != scoring.Whole {
					at = slices.IndexFunc(got.Levels, func(l []uint32) bool { return slices.Equal(l, want.Levels[g]) })
				}
				k, of := got.Kish(at), want.Kish(g)
				if k.N != of.N {
					rt.Fatalf("%s of %d, want %d", what, k.N, of.N)
				}
				sameNumber(rt, "Kish", k.Deff, of.Deff, 1e-10)
				sameNumber(rt, "largest weight", k.MaxOverMean, of.MaxOverMean, 1e-10)
				sameNumber(rt, "smallest weight", k.MinOverMean, of.MinOverMean, 1e-10)
				for _, f := range []scoring.Figure{scoring.IndexFigure, 0, 4} {
					base(what+" base", got.Base(f, at), want.Base(f, g))
					near(what+" mean", got.Mean(f, at), want.Mean(f, g))
				}
				for _, item := range items {
					if g != scoring.Whole && item < 16 {
						continue
					}
					x, y := got.Tally(item, at), want.Tally(item, g)
					if !slices.Equal(x.N(), y.N()) || !slices.Equal(got.N(item, at), y.N()) || x.Skipped != y.Skipped || x.NotApplicable != y.NotApplicable || x.NotRouted != y.NotRouted {
						rt.Fatalf("%s: item %d was answered %v, want %v", what, item, x, y)
					}
					base(what+" answers", x.Base(), y.Base())
					near(what+" ratings", x.Ratings(), y.Ratings())
					near(what+" top box", x.TopBox(.95).Mean, y.TopBox(.95).Mean)
				}
			}
		}
		tab := scoring.NewTabulation(in, scores, p, [][]int{nil, {4}, {2, 1}}, []int{16, 17}, []int{0, 3, 5})
		if !tab.Update() {
			rt.Fatal("too many cells")
		}
		whole := tab.Division(0, from)
		for i, by := range [][]int{nil, {4}, {2, 1}} {
			members, levels := table.Divide(s.RowsOf(domain), by, domain)
			got, want := tab.Division(i, from), s.Divide(domain, members, levels)
			same("by sums", got, want, 16, 17, 0, 5)
			wanted := slices.Repeat([]bool{true}, len(levels))
			x, y := got.VersusRest(scoring.IndexFigure, wanted), want.VersusRest(scoring.IndexFigure, wanted)
			for g := range y {
				at := slices.IndexFunc(got.Levels, func(l []uint32) bool { return slices.Equal(l, levels[g]) })
				sameNumber(rt, "difference", x[at].Estimate, y[g].Estimate, 1e-10)
				sameNumber(rt, "its variance", x[at].Variance, y[g].Variance, 1e-6)
			}
		}
		want := s.Divide(domain, nil, nil)
		near("index of means", whole.IndexOfMeans(), want.IndexOfMeans())
		near("complete", whole.Mean(scoring.CompleteFigure, scoring.Whole), want.Mean(scoring.CompleteFigure, scoring.Whole))
		// As many positions as rows, so that they are the same.
		same("by position", from.ScoredBy(scores).Divide(domain, nil, nil), want, 16, 0)
		near("index of means by position", from.Divide(domain, nil, nil).IndexOfMeans(), want.IndexOfMeans())
		out := domain[:len(domain)/2]
		same("without half", tab.Without(scoring.NewRowSet(len(rows), out...), 16, 0).Division(0, from), s.Divide(domain[len(domain)/2:], nil, nil), 16, 0)
		for _, items := range [][]int{nil, {0, 3, 12}} {
			predictors := scoring.NewPredictorSums(in, scores, p, 16, items)
			if !predictors.Update() {
				rt.Fatal("too many sums")
			}
			sums, values := predictors.Of(from), []scoring.Values{}
			for k := range m.Dimensions {
				values = append(values, s.Dimension(k))
			}
			if items != nil {
				values = nil
				for _, item := range items {
					values = append(values, s.Item(item))
				}
			}
			base("complete", sums.Base(), s.CompleteBase(s.Item(16), values, domain))
			if different < 60 || sums.Base().N < 30 { // of fewer, repeated, nothing is left to vary
				continue
			}
			got, err := sums.Drivers()
			want, unable := s.Drivers(s.Item(16), values, domain)
			if err != nil || unable != nil {
				if err == nil || unable == nil {
					rt.Fatalf("drivers: %v, want %v", err, unable)
				}
				continue
			}
			met["drivers"]++
			if got.N != want.N || got.DF != want.DF || len(got.Asymmetries) != len(want.Asymmetries) {
				rt.Fatalf("drivers %+v, want %+v", got, want)
			}
			sameNumber(rt, "drivers n_eff", got.NEffective, want.NEffective, 1e-9)
			sameNumber(rt, "R2", got.R2, want.R2, 1e-7)
			entropy, critic := sums.Dispersion()
			wantEntropy, wantCritic := s.Dispersion(s.Item(16), values, domain)
			for j := range values {
				sameNumber(rt, "LMG", got.LMG[j], want.LMG[j], 1e-6)
				sameNumber(rt, "Johnson", got.Johnson[j], want.Johnson[j], 1e-6)
				sameNumber(rt, "low", got.LowCut[j], want.LowCut[j], 1e-9)
				sameNumber(rt, "high", got.HighCut[j], want.HighCut[j], 1e-9)
				for k := range values {
					sameNumber(rt, "covariance", got.Covariance[j][k], want.Covariance[j][k], 1e-6)
				}
				if want.Asymmetries != nil {
					sameNumber(rt, "penalty", got.Asymmetries[j].Penalty, want.Asymmetries[j].Penalty, 1e-6)
				}
				sameNumber(rt, "capped", sums.CappedShift(j, 5), s.CappedShift(s.Item(16), values, domain, j, 5), 1e-9)
				if entropy != nil {
					sameNumber(rt, "entropy", entropy[j], wantEntropy[j], 1e-8)
				}
				if critic != nil {
					sameNumber(rt, "critic", critic[j], wantCritic[j], 1e-6)
				}
			}
		}
	})
	for _, what := range []string{"unfit", "drivers", scoring.WeightingBase, "response by response", "residuals", scoring.WeightingPostStratified, scoring.WeightingRaked, scoring.WeightingCalibrated} {
		if met[what] == 0 {
			t.Errorf("%s was not met: %v", what, met)
		}
	}
}
