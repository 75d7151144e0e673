package stats_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// closedForm is the tolerance of values that take no iteration.
const closedForm = 1e-11

// TestSurveyMeansAgainstR checks ref_survey_means: R package survey on the sample of 600.
func TestSurveyMeansAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_survey_means.json")}
	s := openSample(t)
	w := s.numbers("pw")
	variables := []string{"index", "overall", "efficiency"}

	designs := map[string]units{
		"weights_only":       drawn(s, "", "", ""),
		"strata":             drawn(s, "", "route", ""),
		"strata_fpc":         drawn(s, "", "route", "fpc_respondents_route"),
		"cluster":            drawn(s, "flight", "", ""),
		"cluster_fpc":        drawn(s, "flight", "", "fpc_flights"),
		"strata_cluster":     drawn(s, "flight", "route", ""),
		"strata_cluster_fpc": drawn(s, "flight", "route", "fpc_flights_route"),
	}
	for name, u := range designs {
		checkMeans(r, name, s, u, variables)
		df := u.df()
		r.Equal(name+".degf", df, 0)
		var weightSum stats.Sum
		for _, x := range w {
			weightSum.Add(x)
		}
		for _, v := range variables {
			y := s.numbers(v)
			_, totals := u.mean(y, w, everyRow)
			variance := u.design.Variance(totals)
			m := meanSums(y, w, everyRow)
			r.Equal(name+".svyvar_diag."+v, m.SimpleVariance(), closedForm)
			r.Equal(name+".deff_replace."+v, m.Deff(variance), closedForm)
			// R's other deff compares with sampling without replacement from Σw rows.
			r.Equal(name+".deff."+v, m.Deff(variance)/(1-float64(s.n)/weightSum.Value()), closedForm)
			mean, _ := u.mean(y, w, everyRow)
			k := map[string]int{"index": 0, "overall": 1, "efficiency": 2}[v]
			low, high := stats.Interval(mean, variance, df, 0.95)
			r.Pair(fmt.Sprintf("%s.ci95_t.%d", name, k), low, high, closedForm)
		}
		wy, wx := u.sums(product(w, s.numbers("index"))), u.sums(product(w, s.numbers("overall")))
		var total stats.Sum
		for _, x := range wy {
			total.Add(x)
		}
		r.Equal(name+".total_index.estimate", total.Value(), closedForm)
		r.Equal(name+".total_index.se", math.Sqrt(u.design.Variance(wy)), closedForm)
		ratio, totals := stats.RatioTotals(wx, wy)
		r.Equal(name+".ratio_index_overall.estimate", ratio, closedForm)
		r.Equal(name+".ratio_index_overall.se", math.Sqrt(u.design.Variance(totals)), closedForm)
	}

	// The weights-only variances again from sums, and their covariances from pairs.
	for i, a := range variables {
		ma := meanSums(s.numbers(a), w, everyRow)
		r.Equal("weights_only.mean."+a, ma.Mean(), closedForm)
		r.Equal("weights_only.se."+a, math.Sqrt(ma.VarianceWeightsOnly(s.n)), closedForm)
		for j, b := range variables {
			p := pairSums(s.numbers(a), s.numbers(b), w)
			r.Equal(fmt.Sprintf("weights_only.vcov.%d.%d", i, j), p.CovarianceWeightsOnly(ma, meanSums(s.numbers(b), w, everyRow), s.n), closedForm)
		}
	}

	checkLonelyUnit(r, s, variables)
	checkDomains(r, s, designs)
	checkComposites(r, s, designs)

	var k stats.KishSums
	for _, x := range w {
		k.Add(x)
	}
	r.Equal("kish_pw.n", float64(k.N), 0)
	r.Equal("kish_pw.sum_w", k.W.Value(), closedForm)
	r.Equal("kish_pw.sum_w2", k.W2.Value(), closedForm)
	r.Equal("kish_pw.n_eff", k.NEffective(), closedForm)
	r.Equal("kish_pw.deff_w", k.Deff(), closedForm)
	r.Equal("kish_pw.cv2", k.Deff()-1, closedForm)

	index := s.numbers("index")
	histogram := stats.NewHistogram(index)
	for i, x := range index {
		histogram.Add(x, w[i])
	}
	// survey 4.1-1 takes the w_i/2 of Shah and Vaish's places from weights that are not scaled to mean 1, so that its places follow the
	// unit of the weights and are not in order. These are survey's places; the kernel's are those of the paper, and both agree where the
	// mean weight is 1.
	sorted, places := surveyPlaces(index, w)
	scaled := make([]float64, len(w))
	for i := range w {
		scaled[i] = w[i] * k.NEffective() * k.Deff() / k.W.Value()
	}
	ofPaper, placesOfPaper := surveyPlaces(index, scaled)
	for i, p := range []float64{0.1, 0.25, 0.5, 0.75, 0.9} {
		if got, want := stats.ShahVaishQuantile(index, w, p), stats.PlaceQuantile(ofPaper, placesOfPaper, p); got != want {
			t.Errorf("Shah and Vaish at %v: %v, want %v", p, got, want)
		}
		// survey's names: math and hf1 are one rule, school and hf2 another.
		for rule, got := range map[string]float64{
			"math": stats.WeightedQuantile(index, w, p), "hf1": stats.WeightedQuantile(index, w, p),
			"school": histogram.AveragedQuantile(p), "hf2": histogram.AveragedQuantile(p),
			"hf7": stats.InterpolatedQuantile(index, w, p), "shahvaish": stats.PlaceQuantile(sorted, places, p),
		} {
			r.Equal(fmt.Sprintf("weighted_quantiles_index_weights_only.%s.%d", rule, i), got, closedForm)
		}
	}
	checkJackknife(r, s)
}

// surveyPlaces are the values in ascending order with the places (S_i + ½ − w_i/2)/(n+1), S_i the sum of w over its mean.
func surveyPlaces(values, w []float64) (sorted, places []float64) {
	order := make([]int, len(values))
	mean := 0.0
	for i := range order {
		order[i] = i
		mean += w[i] / float64(len(w))
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(w[a], w[b])) })
	sum := 0.0
	for _, i := range order {
		sum += w[i] / mean
		sorted, places = append(sorted, values[i]), append(places, (sum+0.5-w[i]/2)/float64(len(values)+1))
	}
	return sorted, places
}

// checkMeans checks means, standard errors, covariances and normal intervals under one design.
func checkMeans(r expected, name string, s sample, u units, variables []string) {
	w := s.numbers("pw")
	var all [][]float64
	for k, v := range variables {
		mean, totals := u.mean(s.numbers(v), w, everyRow)
		all = append(all, totals)
		variance := u.design.Variance(totals)
		r.Equal(name+".mean."+v, mean, closedForm)
		r.Equal(name+".se."+v, math.Sqrt(variance), closedForm)
		low, high := stats.Interval(mean, variance, math.Inf(1), 0.95)
		r.Pair(fmt.Sprintf("%s.ci95_normal.%d", name, k), low, high, closedForm)
	}
	r.Matrix(name+".vcov", u.design.CovarianceMatrix(all), closedForm)
}

func pairSums(a, b, w []float64) stats.PairSums {
	p := stats.PairSums{ShiftX: 40, ShiftY: 60}
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			p.Add(a[i], b[i], w[i])
		}
	}
	return p
}

// checkLonelyUnit leaves one flight of the regional stratum.
func checkLonelyUnit(r expected, s sample, variables []string) {
	route, flight := s.text("route"), s.text("flight")
	first := ""
	for i := range s.n {
		if route[i] == "regional" {
			first = flight[i]
			break
		}
	}
	part := s.keep(func(i int) bool { return route[i] != "regional" || flight[i] == first })
	u := drawn(part, "flight", "route", "")
	checkMeans(r, "lonely_psu_adjust", part, u, variables)
	r.Equal("lonely_psu_adjust.n", float64(part.n), 0)
	r.Equal("lonely_psu_adjust.degf", u.df(), 0)
	_, levels := part.codes("route")
	for h, level := range levels {
		n := 0
		for _, g := range u.design.Stratum {
			if g == h {
				n++
			}
		}
		r.Equal("lonely_psu_adjust.psu_per_stratum."+level, float64(n), 0)
	}
	// R gives none there.
	r.Equal("lonely_psu_adjust.ci95_t", math.NaN(), 0)
}

// checkDomains checks means of subgroups, whose variance keeps the units of the whole design.
func checkDomains(r expected, s sample, designs map[string]units) {
	w, index, age, gender := s.numbers("pw"), s.numbers("index"), s.text("age"), s.text("gender")
	weightsOnly := designs["weights_only"]

	for k := range r.Length("by_age_weights_only.level") {
		level := r.Text(fmt.Sprintf("by_age_weights_only.level.%d", k))
		in := func(i int) bool { return age[i] == level }
		at := func(name string) string { return fmt.Sprintf("by_age_weights_only.%s.%d", name, k) }
		mean, totals := weightsOnly.mean(index, w, in)
		variance := weightsOnly.design.Variance(totals)
		m := meanSums(index, w, in)
		r.Equal(at("mean"), mean, closedForm)
		r.Equal(at("mean"), m.Mean(), closedForm)
		r.Equal(at("se"), math.Sqrt(variance), closedForm)
		r.Equal(at("var"), variance, closedForm)
		r.Equal(at("var"), m.VarianceWeightsOnly(s.n), closedForm)
		r.Equal(at("cv"), math.Sqrt(variance)/mean, closedForm)
		low, high := stats.Interval(mean, variance, math.Inf(1), 0.95)
		r.Equal(at("ci_l"), low, closedForm)
		r.Equal(at("ci_u"), high, closedForm)
		r.Equal(at("deff"), m.Deff(variance)/(1-float64(m.N)/m.W.Value()), closedForm)
	}
	for k := range r.Length("by_age_gender_weights_only.age") {
		at := func(name string) string { return fmt.Sprintf("by_age_gender_weights_only.%s.%d", name, k) }
		a, g := r.Text(at("age")), r.Text(at("gender"))
		mean, totals := weightsOnly.mean(index, w, func(i int) bool { return age[i] == a && gender[i] == g })
		r.Equal(at("mean"), mean, closedForm)
		r.Equal(at("se"), math.Sqrt(weightsOnly.design.Variance(totals)), closedForm)
	}
	for _, c := range []struct{ block, by, design string }{
		{"by_age_cluster", "age", "cluster"},
		{"by_age_strata_cluster", "age", "strata_cluster"},
		{"by_route_strata_cluster", "route", "strata_cluster"},
	} {
		u, group := designs[c.design], s.text(c.by)
		var all [][]float64
		for k := range r.Length(c.block + ".level") {
			level := r.Text(fmt.Sprintf("%s.level.%d", c.block, k))
			mean, totals := u.mean(index, w, func(i int) bool { return group[i] == level })
			all = append(all, totals)
			r.Equal(fmt.Sprintf("%s.mean.%d", c.block, k), mean, closedForm)
			r.Equal(fmt.Sprintf("%s.se.%d", c.block, k), math.Sqrt(u.design.Variance(totals)), closedForm)
		}
		r.Matrix(c.block+".vcov", u.design.CovarianceMatrix(all), closedForm)
	}
}

// checkComposites checks linear combinations of means, with everything known and with gaps.
func checkComposites(r expected, s sample, designs map[string]units) {
	w := s.numbers("pw")
	cluster := designs["cluster"]
	share := map[string]float64{"attitude": 0.30, "efficiency": 0.45, "safety": 0.25}
	estimate := 0.0
	var coefficients []float64
	var all [][]float64
	row := make([]float64, s.n)
	for _, v := range []string{"attitude", "efficiency", "safety"} {
		y := s.numbers(v)
		mean, totals := cluster.mean(y, w, everyRow)
		estimate += share[v] * mean
		coefficients = append(coefficients, share[v])
		all = append(all, totals)
		for i := range row {
			row[i] += share[v] * y[i]
		}
	}
	variance := stats.QuadraticForm(coefficients, cluster.design.CovarianceMatrix(all))
	r.Equal("composite_cluster.contrast.estimate", estimate, closedForm)
	r.Equal("composite_cluster.contrast.se", math.Sqrt(variance), closedForm)
	mean, totals := cluster.mean(row, w, everyRow)
	r.Equal("composite_cluster.respondent_level.estimate", mean, closedForm)
	r.Equal("composite_cluster.respondent_level.se", math.Sqrt(cluster.design.Variance(totals)), closedForm)

	missing := func(block string, u units, items []string, shares []float64) {
		var estimate stats.Sum
		var all [][]float64
		var sums []stats.MeanSums
		for k, v := range items {
			y := s.numbers(v)
			mean, totals := u.mean(y, w, everyRow)
			m := meanSums(y, w, everyRow)
			sums = append(sums, m)
			all = append(all, totals)
			estimate.Add(shares[k] * mean)
			r.Equal(block+".items."+v+".n", float64(m.N), 0)
			r.Equal(block+".items."+v+".mean", mean, closedForm)
			r.Equal(block+".items."+v+".se", math.Sqrt(u.design.Variance(totals)), closedForm)
		}
		r.Equal(block+".index_of_means.estimate", estimate.Value(), closedForm)
		r.Equal(block+".index_of_means.se", math.Sqrt(u.design.Variance(stats.CombinedTotals(shares, all))), closedForm)
		r.Equal(block+".index_of_means.se", math.Sqrt(stats.QuadraticForm(shares, u.design.CovarianceMatrix(all))), closedForm)
		if u.n == s.n {
			cov := make([][]float64, len(items))
			for i := range items {
				for j := range items {
					p := pairSums(s.numbers(items[i]), s.numbers(items[j]), w)
					cov[i] = append(cov[i], p.CovarianceWeightsOnly(sums[i], sums[j], s.n))
				}
			}
			r.Equal(block+".index_of_means.se", math.Sqrt(stats.QuadraticForm(shares, cov)), closedForm)
		}
	}
	missing("composite_with_missing_weights_only", designs["weights_only"],
		[]string{"courtesy", "baggage", "emergency_handling"}, []float64{0.5, 0.3, 0.2})
	missing("index_of_dimension_means_strata_cluster", designs["strata_cluster"],
		[]string{"attitude", "efficiency", "content", "safety", "brand"}, []float64{0.2604, 0.3011, 0.05, 0.1945, 0.194})
}

// checkJackknife leaves out twenty groups of rows in turn; R centres at the mean of the replicates.
func checkJackknife(r expected, s sample) {
	const groups = 20
	w := s.numbers("pw")
	ratioOf := func(y, x []float64, leftOut int) float64 {
		var top, bottom stats.Sum
		for i := range y {
			if i%groups != leftOut {
				top.Add(w[i] * y[i])
				bottom.Add(w[i] * x[i])
			}
		}
		return top.Value() / bottom.Value()
	}
	ones := make([]float64, s.n)
	for i := range ones {
		ones[i] = 1
	}
	for _, c := range []struct {
		name string
		y, x []float64
	}{
		{"mean_index", s.numbers("index"), ones},
		{"mean_efficiency", s.numbers("efficiency"), ones},
		{"ratio_index_overall", s.numbers("index"), s.numbers("overall")},
	} {
		at := "jackknife_groups20." + c.name
		var replicates []float64
		for g := range groups {
			replicates = append(replicates, ratioOf(c.y, c.x, g))
		}
		theta := ratioOf(c.y, c.x, -1)
		r.Equal(at+".estimate", theta, closedForm)
		r.Equal(at+".se", math.Sqrt(stats.JackknifeAboutMean(replicates)), closedForm)
		if centred := stats.Jackknife(theta, replicates); centred < stats.JackknifeAboutMean(replicates) {
			r.T.Errorf("%s: variance about the full estimate %v is below that about the mean", c.name, centred)
		}
		if c.name == "ratio_index_overall" {
			r.Equal(at+".theta", theta, closedForm)
		}
	}
}
