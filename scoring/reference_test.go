package scoring_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// conformance reads the model and the answers of ref_scoring.json (12_scoring.R).
func conformance(t *testing.T) (*scoring.Model, *columns.Table) {
	t.Helper()
	read := func(name string) [][]string {
		f, err := os.Open(referenceFolder + "data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines[1:]
	}
	parse := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	// input.dimension_weights and the thresholds of input
	weights := map[string]float64{"attitude": .25, "efficiency": .25, "content": .15, "safety": .2, "brand": .15}
	m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None, Policy: scoring.Policy{MinItemShare: .5, MinDimensions: 3, MinDimensionShare: .6}}
	last := ""
	for i, l := range read("scoring_items.csv") {
		low, high := int(parse(l[2])), int(parse(l[3]))
		m.Items = append(m.Items, scoring.Item{Low: low, High: high, Scores: scoring.LinearScores(low, high, l[4] == "1"), Rating: true})
		if l[1] != last {
			m.Dimensions = append(m.Dimensions, scoring.Dimension{DimensionWeight: weights[l[1]]})
			last = l[1]
		}
		d := &m.Dimensions[len(m.Dimensions)-1]
		d.Items = append(d.Items, scoring.ItemWeight{Item: i, ItemWeight: parse(l[5])})
	}
	table := columns.New(len(m.Items), 0)
	for _, l := range read("scoring_answers.csv") {
		row := columns.Row{ResponseWeight: parse(l[1]), Ratings: make([]byte, len(m.Items))}
		for i := range m.Items {
			row.Ratings[i] = code(t, l[2+i], m.Items[i].Low)
		}
		if err := table.Append(&row); err != nil {
			t.Fatal(err)
		}
	}
	return m, table
}

func TestScoresAgainstReference(t *testing.T) {
	const tolerance = 1e-12
	ref := reference.Open(t, "ref_scoring.json", "-operational", "-kano", "-attribution")
	m, table := conformance(t)
	codes := make([]byte, len(m.Items))
	var s scoring.Score
	for row := range table.Len() {
		table.Ratings(uint32(row), codes)
		m.Score(codes, &s)
		// A score that is missing is null there.
		for i, c := range codes {
			ref.Equal(fmt.Sprintf("item_scores.%d.%d", row, i), m.ItemScore(i, c), tolerance)
		}
		for k := range m.Dimensions {
			ref.Equal(fmt.Sprintf("dimension_scores.%d.%d", row, k), s.Dimensions[k], tolerance)
			ref.EqualText(fmt.Sprintf("dimension_status.%d.%d", row, k), s.DimensionStatus[k].String())
		}
		ref.Equal(fmt.Sprintf("overall.%d", row), s.Overall, tolerance)
		ref.EqualText(fmt.Sprintf("overall_status.%d", row), s.OverallStatus.String())
		ref.Equal(fmt.Sprintf("overall_weight_share.%d", row), s.DimensionShare, tolerance)
	}
	sample := newSample(t, table, m, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None})
	all := sample.All()
	for k, key := range []string{"attitude", "efficiency", "content", "safety", "brand"} {
		ref.Equal("aggregate.dimension_means."+key, sample.Mean(sample.Dimension(k), all).Estimate, tolerance)
	}
	overall, means := sample.Mean(sample.Index(), all), sample.IndexOfMeans(all)
	for name, got := range map[string]float64{
		"overall_mean": overall.Estimate, "overall_out_of_10": overall.Estimate / 10, "overall_se": overall.SE(), "n_valid": float64(overall.N), "index_of_means": means.Estimate,
		"index_of_means_se": means.SE(), "missing_data_gap": overall.Estimate - means.Estimate, "complete_case_mean": sample.CompleteCases(all).Estimate,
	} {
		ref.Equal("aggregate."+name, got, tolerance)
	}
}

// designs of ref_survey_means.json that need no sampling fractions.
func designs() map[string]scoring.Plan {
	none, flight, route := scoring.None, attributeAt("flight"), attributeAt("route")
	return map[string]scoring.Plan{
		"weights_only": {Cluster: none, Stratum: none}, "strata": {Cluster: none, Stratum: route},
		"cluster": {Cluster: flight, Stratum: none}, "strata_cluster": {Cluster: flight, Stratum: route},
	}
}

func TestSurveyMeansAgainstR(t *testing.T) {
	ref := readReference(t, "ref_survey_means.json")
	d := compareWith(t, "ref_survey_means.json", 1e-11)
	table := readSample(t, true, nil)
	for name, plan := range designs() {
		s := newSample(t, table, studyModel(), plan)
		for i, v := range []struct {
			name string
			mean scoring.Mean
		}{{"index", s.Mean(s.Index(), s.All())}, {"overall", s.Tally(16, s.All()).Ratings()}, {"efficiency", s.Mean(s.Dimension(1), s.All())}} {
			what, m := name+" "+v.name, v.mean
			low, high := m.Interval(.95)
			d.near(what, m.Estimate, number(t, ref, name, "mean", v.name))
			d.near(what+" SE", m.SE(), number(t, ref, name, "se", v.name))
			d.near(what+" deff", m.Deff, number(t, ref, name, "deff_replace", v.name))
			d.near(what+" df", m.DF, number(t, ref, name, "degf"))
			d.near(what+" low", low, number(t, ref, name, "ci95_t", i, 0))
			d.near(what+" high", high, number(t, ref, name, "ci95_t", i, 1))
		}
	}
	for _, x := range []struct{ block, design, by string }{
		{"by_age_weights_only", "weights_only", "age"}, {"by_age_cluster", "cluster", "age"},
		{"by_age_strata_cluster", "strata_cluster", "age"}, {"by_route_strata_cluster", "strata_cluster", "route"},
	} {
		s := newSample(t, table, studyModel(), designs()[x.design])
		for i, level := range get(t, ref, x.block, "level").([]any) {
			m := s.Mean(s.Index(), at(s, table, x.by, level.(string)))
			d.near(x.block+" mean", m.Estimate, number(t, ref, x.block, "mean", i))
			d.near(x.block+" SE", m.SE(), number(t, ref, x.block, "se", i))
		}
	}
	s := newSample(t, table, studyModel(), designs()["weights_only"])
	for i, level := range get(t, ref, "by_age_gender_weights_only", "age").([]any) {
		gender := get(t, ref, "by_age_gender_weights_only", "gender", i).(string)
		m := s.Mean(s.Index(), both(at(s, table, "age", level.(string)), at(s, table, "gender", gender)))
		d.near("by age and gender", m.Estimate, number(t, ref, "by_age_gender_weights_only", "mean", i))
		d.near("by age and gender SE", m.SE(), number(t, ref, "by_age_gender_weights_only", "se", i))
	}
	k := s.Kish(s.All())
	d.near("sum of weights", k.Sum, number(t, ref, "kish_pw", "sum_w"))
	d.near("effective number", k.NEffective, number(t, ref, "kish_pw", "n_eff"))
	d.near("effect of weighting", k.Deff, number(t, ref, "kish_pw", "deff_w"))

	s = newSample(t, table, studyModel(), designs()["strata_cluster"])
	means := get(t, ref, "index_of_dimension_means_strata_cluster")
	for i, key := range []string{"attitude", "efficiency", "content", "safety", "brand"} {
		m := s.Mean(s.Dimension(i), s.All())
		d.near(key, m.Estimate, number(t, means, "items", key, "mean"))
		d.near(key+" SE", m.SE(), number(t, means, "items", key, "se"))
		d.near(key+" n", float64(m.N), number(t, means, "items", key, "n"))
	}
	m := s.IndexOfMeans(s.All())
	d.near("index of means", m.Estimate, number(t, means, "index_of_means", "estimate"))
	d.near("index of means SE", m.SE(), number(t, means, "index_of_means", "se"))

	// Three single items as dimensions, in the units of the scale.
	single := studyModel()
	single.Dimensions = []scoring.Dimension{{DimensionWeight: .5, Items: []scoring.ItemWeight{{Item: 1, ItemWeight: 1}}},
		{DimensionWeight: .3, Items: []scoring.ItemWeight{{Item: 5, ItemWeight: 1}}}, {DimensionWeight: .2, Items: []scoring.ItemWeight{{Item: 12, ItemWeight: 1}}}}
	m = newSample(t, table, single, designs()["weights_only"]).IndexOfMeans(s.All())
	d.near("three items", m.Estimate/10, number(t, ref, "composite_with_missing_weights_only", "index_of_means", "estimate"))
	d.near("three items SE", m.SE()/10, number(t, ref, "composite_with_missing_weights_only", "index_of_means", "se"))

	// One stratum with one flight: the rows that are not regional or are on the flight of the first regional row.
	first := ""
	lonely := readSample(t, true, func(of map[string]string) bool {
		if of["route"] != "regional" {
			return true
		}
		if first == "" {
			first = of["flight"]
		}
		return of["flight"] == first
	})
	s = newSample(t, lonely, studyModel(), designs()["strata_cluster"])
	mean := s.Mean(s.Index(), s.All())
	d.near("lonely flight, mean", mean.Estimate, number(t, ref, "lonely_psu_adjust", "mean", "index"))
	d.near("lonely flight, SE", mean.SE(), number(t, ref, "lonely_psu_adjust", "se", "index"))
	d.near("lonely flight, df", mean.DF, number(t, ref, "lonely_psu_adjust", "degf"))
}

func both(x, y []uint32) (out []uint32) {
	in := map[uint32]bool{}
	for _, i := range y {
		in[i] = true
	}
	for _, i := range x {
		if in[i] {
			out = append(out, i)
		}
	}
	return out
}

func TestSharesAgainstR(t *testing.T) {
	ref := readReference(t, "ref_proportions_nps.json")
	d := compareWith(t, "ref_proportions_nps.json", 1e-9)
	table := readSample(t, true, nil)
	rare := make([]float64, 11) // 1 if overall <= 3
	for r := range 4 {
		rare[r] = 1
	}
	for name, plan := range designs() {
		s := newSample(t, table, studyModel(), plan)
		p := s.Tally(16, s.All()).TopBox(.95)
		d.near(name+" top-2", p.Estimate, number(t, ref, name+"_y", "p"))
		d.near(name+" top-2 SE", p.SE(), number(t, ref, name+"_y", "se"))
		d.near(name+" top-2 low", p.Low, number(t, ref, name+"_y", "xlogit_closed_form", 0))
		d.near(name+" top-2 high", p.High, number(t, ref, name+"_y", "xlogit_closed_form", 1))
		if name == "weights_only" || name == "strata_cluster" {
			// 600·p < 10: the interval of Korn and Graubard
			p = s.Tally(16, s.All()).Share(rare, .95)
			d.near(name+" rare", p.Estimate, number(t, ref, name+"_b", "p"))
			d.near(name+" rare low", p.Low, number(t, ref, name+"_b", "beta_korn_graubard", 0))
			d.near(name+" rare high", p.High, number(t, ref, name+"_b", "beta_korn_graubard", 1))
			if p.Method != scoring.MethodKornGraubard {
				t.Errorf("rare answer: method %q", p.Method)
			}
		}
		if name == "strata" {
			continue // not in the file
		}
		n := s.Tally(17, s.All()).NPS(.95)
		d.near(name+" NPS", n.Estimate, number(t, ref, "nps", name, "nps"))
		d.near(name+" NPS SE", n.StandardError, number(t, ref, "nps", name, "se"))
		d.near(name+" NPS low", n.Low, number(t, ref, "nps", name, "ci95_t", 0))
		d.near(name+" NPS high", n.High, number(t, ref, "nps", name, "ci95_t", 1))
	}
	plan := designs()["weights_only"]
	plan.Unweighted = true
	s := newSample(t, table, studyModel(), plan)
	n := s.Tally(17, s.All()).NPS(.95)
	d.near("unweighted NPS", n.Estimate, number(t, ref, "nps", "unweighted", "nps"))
	d.near("unweighted NPS SE", n.StandardError, number(t, ref, "nps", "unweighted", "se"))

	// The small made-up counts: fewer than 100 answers or an empty class take the adjusted Wald interval.
	for i, counts := range [][3]int{2: {0, 3, 7}, 3: {5, 0, 0}} {
		if counts == [3]int{} {
			continue
		}
		small := columns.New(len(studyItems), 0)
		for class, rating := range []byte{3, 8, 10} {
			for range counts[class] {
				row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems))}
				row.Ratings[17] = rating
				if err := small.Append(&row); err != nil {
					t.Fatal(err)
				}
			}
		}
		s := newSample(t, small, studyModel(), scoring.Plan{Cluster: scoring.None, Stratum: scoring.None})
		n := s.Tally(17, s.All()).NPS(.95)
		d.near("small NPS", n.Estimate, number(t, ref, "nps_counts", i, "nps"))
		d.near("small NPS SE", n.StandardError, number(t, ref, "nps_counts", i, "adjusted_wald", "se"))
		d.near("small NPS low", n.Low, math.Max(-100, number(t, ref, "nps_counts", i, "adjusted_wald", "ci", 0)))
		d.near("small NPS high", n.High, math.Min(100, number(t, ref, "nps_counts", i, "adjusted_wald", "ci", 1)))
	}
}

func TestComparisonAgainstR(t *testing.T) {
	ref := readReference(t, "ref_tests.json")
	d := compareWith(t, "ref_tests.json", 1e-10)
	table := readSample(t, true, nil)
	for block, design := range map[string]string{"weighted_two_groups": "weights_only", "weighted_two_groups_cluster": "cluster", "weighted_two_groups_strata_cluster": "strata_cluster"} {
		s := newSample(t, table, studyModel(), designs()[design])
		groups := [][]uint32{at(s, table, "purpose", "leisure"), at(s, table, "purpose", "business")}
		out := s.VersusRest(s.Index(), groups, []bool{true, true})
		scoring.Judge(out, []bool{true, false}, 2)
		want := get(t, ref, block)
		d.near(block, out[0].Estimate, number(t, want, "difference"))
		d.near(block+" SE", math.Sqrt(out[0].Variance), number(t, want, "se"))
		d.near(block+" df", out[0].DF, number(t, want, "svyttest", "df"))
		d.near(block+" p", out[0].P, number(t, want, "svyttest", "p"))
		d.near(block+" of business", out[1].Group.Estimate, number(t, want, "mean_business"))
		d.near(block+" SE of business", out[1].Group.SE(), number(t, want, "se_business"))
		if out[1].Verdict != scoring.NotTested || !math.IsNaN(out[1].P) {
			t.Errorf("%s: tested though not asked to: %+v", block, out[1])
		}
	}
	s := newSample(t, table, studyModel(), designs()["weights_only"])
	out := s.VersusRest(s.Index(), [][]uint32{at(s, table, "purpose", "business"), at(s, table, "purpose", "leisure")}, []bool{true, true})
	d.near("rest", out[0].Rest.Estimate, number(t, ref, "segment_vs_total", "rest"))
	k, all := s.Kish(at(s, table, "purpose", "business")), s.Kish(s.All())
	total := s.Mean(s.Index(), s.All()).Estimate
	// Difference to the total = (1 - W_s/W) times the difference to the rest (METHOD section 7).
	d.near("difference to the total", out[0].Group.Estimate-total, (1-k.Sum/all.Sum)*out[0].Estimate)
}

func TestPostStratificationAgainstR(t *testing.T) {
	ref := readReference(t, "ref_weighting.json")
	d := compareWith(t, "ref_weighting.json", 1e-10)
	// population_margins.csv, age
	population := &scoring.Population{Method: scoring.WeightingPostStratified, Margins: []scoring.Margin{{Attribute: attributeAt("age"),
		Sizes: map[string]float64{"under_25": 1600, "25_34": 3100, "35_44": 2500, "45_59": 1900, "60_plus": 900}}}}
	for block, weighted := range map[string]bool{"srs": false, "strat": true} {
		table := readSample(t, weighted, nil)
		plan := designs()["weights_only"]
		plan.Population = population
		s := newSample(t, table, studyModel(), plan)
		if s.Weighting.Method != scoring.WeightingPostStratified || s.Weighting.Margins[0].Unknown != 0 {
			t.Fatalf("%s: weighting %+v", block, s.Weighting)
		}
		want := get(t, ref, block, "post_stratified")
		for name, v := range map[string]scoring.Values{"index": s.Index(), "efficiency": s.Dimension(1)} {
			m := s.Mean(v, s.All())
			d.near(block+" "+name, m.Estimate, number(t, want, "estimates_weights_fixed", name))
			d.near(block+" "+name+" SE", m.SE(), number(t, want, "estimates_weights_fixed", name+"_se"))
		}
		k := s.Kish(s.All())
		d.near(block+" effective number", k.NEffective, number(t, want, "kish", "n_eff"))
		d.near(block+" effect of weighting", k.Deff, number(t, want, "kish", "deff_w"))
		if weighted {
			base := newSample(t, table, studyModel(), designs()["weights_only"])
			d.near("sum of the weights is kept", k.Sum, base.Kish(base.All()).Sum)
		}
	}
}
