package scoring_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// drawn is a made-up sample: ratings with gaps, clusters, strata and response weights.
func drawn(rt *rapid.T) []columns.Row {
	n := rapid.IntRange(2, 120).Draw(rt, "rows")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
	weighted := rapid.Bool().Draw(rt, "weighted")
	rows := make([]columns.Row, n)
	for i := range rows {
		row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems)), Attributes: make([]string, len(sampleAttributes))}
		for k := range row.Ratings {
			switch x := r.IntN(20); x {
			case 0:
				row.Ratings[k] = na
			case 1:
				row.Ratings[k] = sk
			case 2:
				row.Ratings[k] = nr
			default:
				row.Ratings[k] = byte(r.IntN(11))
			}
		}
		row.Attributes[0] = []string{"1", "2", "3", "4", "5", "6", "7", ""}[r.IntN(8)]
		row.Attributes[1] = []string{"x", "y", ""}[r.IntN(3)]
		row.Attributes[2] = []string{"young", "old"}[r.IntN(2)]
		if weighted {
			row.ResponseWeight = math.Exp(r.NormFloat64())
		}
		rows[i] = row
	}
	return rows
}

func drawnPlan(rt *rapid.T) scoring.Plan {
	p := scoring.Plan{Cluster: scoring.None, Stratum: scoring.None}
	if rapid.Bool().Draw(rt, "clusters") {
		p.Cluster = 0
	}
	if rapid.Bool().Draw(rt, "strata") {
		p.Stratum = 1
	}
	if rapid.Bool().Draw(rt, "population") {
		p.Population = &scoring.Population{Method: scoring.WeightingPostStratified, Margins: []scoring.Margin{{Attribute: 2, Sizes: map[string]float64{"young": 3, "old": 2}}}}
	}
	return p
}

// tableOf is a table of rows, which are listed.
func tableOf(rt *rapid.T, rows []columns.Row) (table *columns.Table, all []uint32) {
	table = columns.New(len(studyItems), len(sampleAttributes))
	for i := range rows {
		all = append(all, uint32(i))
		if err := table.Append(&rows[i]); err != nil {
			rt.Fatal(err)
		}
	}
	return table, all
}

func sampleOf(rt *rapid.T, rows []columns.Row, p scoring.Plan) *scoring.Sample {
	table, all := tableOf(rt, rows)
	s, err := scoring.NewSample(table, studyModel(), all, p)
	if err != nil {
		rt.Fatal(err)
	}
	return s
}

// figures are what a report would show of a sample, as plain numbers.
func figures(s *scoring.Sample) map[string]float64 {
	all := s.All()
	out := map[string]float64{}
	put := func(name string, m scoring.Mean) {
		low, high := m.Interval(.95)
		out[name], out[name+" SE"], out[name+" df"], out[name+" deff"], out[name+" n_eff"], out[name+" low"], out[name+" high"] =
			m.Estimate, m.SE(), m.DF, m.Deff, m.NEffective, low, high
	}
	put("index", s.Mean(s.Index(), all))
	put("dimension", s.Mean(s.Dimension(1), all))
	put("index of means", s.IndexOfMeans(all))
	put("complete", s.CompleteCases(all))
	t := s.Tally(16, all)
	put("overall", t.Ratings())
	top := t.TopBox(.95)
	put("top", top.Mean)
	out["top low"], out["top high"] = top.Low, top.High
	nps := s.Tally(17, all).NPS(.95)
	put("NPS", nps.Mean)
	out["NPS error"], out["NPS low"], out["NPS high"] = nps.StandardError, nps.Low, nps.High
	k := s.Kish(all)
	out["Kish"], out["largest weight"] = k.Deff, k.MaxOverMean
	half := all[:len(all)/2]
	if len(half) > 0 {
		for i, d := range s.VersusRest(s.Index(), [][]uint32{half, all[len(half):]}, []bool{true, true}) {
			out["difference"+string(rune('0'+i))], out["its variance"+string(rune('0'+i))] = d.Estimate, d.Variance
		}
	}
	return out
}

func alike(rt *rapid.T, what string, want, got map[string]float64, but ...string) {
	for name, w := range want {
		skip := false
		for _, b := range but {
			skip = skip || b == name
		}
		g := got[name]
		if skip || math.IsNaN(w) && math.IsNaN(g) {
			continue
		}
		// Standard errors near 0 are what rounding leaves of it.
		if math.Abs(w-g) > 1e-9*math.Max(1e-3, math.Abs(w)) {
			rt.Fatalf("%s: %s = %v, before %v", what, name, g, w)
		}
	}
}

func TestScaleOfWeightsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, p := drawn(rt), drawnPlan(rt)
		want := figures(sampleOf(rt, rows, p))
		f := rapid.SampledFrom([]float64{1e-6, .3, 7, 1e6}).Draw(rt, "factor")
		for i := range rows {
			rows[i].ResponseWeight *= f
		}
		alike(rt, "weights scaled", want, figures(sampleOf(rt, rows, p)))
	})
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, p := drawn(rt), drawnPlan(rt)
		want := figures(sampleOf(rt, rows, p))
		half := len(rows) / 2
		rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 2)).Shuffle(half, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		alike(rt, "rows shuffled", want, figures(sampleOf(rt, rows, p)))
	})
}

func TestNamesOfLevelsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, p := drawn(rt), drawnPlan(rt)
		want := figures(sampleOf(rt, rows, p))
		for i := range rows {
			for a, v := range rows[i].Attributes[:2] {
				if v != "" {
					rows[i].Attributes[a] = "level " + v
				}
			}
		}
		alike(rt, "levels renamed", want, figures(sampleOf(rt, rows, p)))
	})
}

// With every response twice in its cluster, estimates stay; so do errors by cluster, while errors by respondent follow the
// factor n/(n-1): V' = V/2 · (2n/(2n-1))/(n/(n-1)).
func TestSampleTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawn(rt)
		for i := range rows {
			if rows[i].Attributes[0] == "" {
				rows[i].Attributes[0] = "8"
			}
		}
		twice := append(append([]columns.Row{}, rows...), rows...)
		n := float64(len(rows))
		for _, p := range []scoring.Plan{{Cluster: 0, Stratum: scoring.None}, {Cluster: scoring.None, Stratum: scoring.None}} {
			s, d := sampleOf(rt, rows, p), sampleOf(rt, twice, p)
			one, two := s.Mean(s.Index(), s.All()), d.Mean(d.Index(), d.All())
			if one.N == 0 || math.IsNaN(one.Variance) {
				continue
			}
			want := one.Variance
			if p.Cluster == scoring.None {
				want = one.Variance / 2 * (2 * n / (2*n - 1)) / (n / (n - 1))
			}
			if two.N != 2*one.N || math.Abs(two.Estimate-one.Estimate) > 1e-9 || math.Abs(two.Variance-want) > 1e-9*math.Max(want, 1e-9) {
				rt.Fatalf("twice: %+v, once %+v, variance wanted %v", two, one, want)
			}
		}
	})
}

// Scoring by column gives what scoring one response gives.
func TestScoresByColumnAndByRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawn(rt)
		m := studyModel()
		s := sampleOf(rt, rows, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None})
		var one scoring.Score
		for i := range rows {
			m.Score(rows[i].Ratings, &one)
			single := []uint32{uint32(i)}
			got := s.Mean(s.Index(), single).Estimate
			if !(math.Abs(got-one.Overall) < 1e-12 || math.IsNaN(got) && math.IsNaN(one.Overall)) {
				rt.Fatalf("row %d: index %v by column, %v by row", i, got, one.Overall)
			}
			for d, want := range one.Dimensions {
				if got := s.Mean(s.Dimension(d), single).Estimate; !(math.Abs(got-want) < 1e-12 || math.IsNaN(got) && math.IsNaN(want)) {
					rt.Fatalf("row %d: dimension %d %v by column, %v by row", i, d, got, want)
				}
			}
		}
	})
}

// The mean of a group and that of the rest make up the mean of all, and the contrast of respondents is the sum of both variances.
func TestVersusRest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawn(rt)
		s := sampleOf(rt, rows, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None})
		all := s.All()
		cut := rapid.IntRange(1, len(all)-1).Draw(rt, "cut")
		groups := [][]uint32{all[:cut], all[cut:]}
		out := s.VersusRest(s.Index(), groups, []bool{true, true})
		other := s.Mean(s.Index(), groups[1])
		if out[0].Rest.N != other.N {
			rt.Fatalf("rest of %d responses, want %d", out[0].Rest.N, other.N)
		}
		if other.N == 0 || out[0].Group.N == 0 {
			return
		}
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-9*math.Max(1e-6, math.Abs(want)) {
				rt.Fatalf("%s = %v, want %v", what, got, want)
			}
		}
		near("mean of the rest", out[0].Rest.Estimate, other.Estimate)
		near("opposite", out[0].Estimate, -out[1].Estimate)
		if !math.IsNaN(other.Variance) && !math.IsNaN(out[0].Group.Variance) && !math.IsNaN(out[0].Variance) {
			near("variance", out[0].Variance, out[0].Group.Variance+other.Variance)
		}
	})
}
