package reports_test

import (
	"math"
	"strings"
	"testing"

	"paxscore/reports"
)

// Shares of the sample against R: the unpooled z test and Newcombe's interval stand beside the figures by design, and say what they are.
func TestSharesAreCompared(t *testing.T) {
	var ref struct {
		Two struct {
			P        []float64 `json:"p"`
			Z        float64   `json:"z_unpooled"`
			PValue   float64   `json:"p_unpooled"`
			Wald     []float64 `json:"wald_ci"`
			Newcombe []float64 `json:"newcombe_ci"`
		} `json:"two_proportions"`
	}
	readReference(t, "ref_tests.json", &ref)
	s := sampleSurvey(nil)
	data := dataset(t, s, sampleRows(t, s, false))
	men := func(v string) []reports.Where { return []reports.Where{{Attribute: "gender", Values: []string{v}}} }
	ask := func(d *reports.Dataset, measures ...string) []reports.ComparedMeasure {
		return compare(t, d, reports.CompareQuery{Segment: men("male"), Against: men("female"), Measures: measures}).Measures
	}
	d := compareWith(t, "ref_tests.json, shares")
	top := ask(data, "top_box")[0]
	d.near("men", top.Figures[0].Estimate, ref.Two.P[0])
	d.near("women", top.Figures[1].Estimate, ref.Two.P[1])
	x := top.Pairs[0].Shares
	d.near("z", x.Z, ref.Two.Z)
	d.near("p", x.P, ref.Two.PValue)
	d.near("Newcombe low", x.Low, ref.Two.Newcombe[0])
	d.near("Newcombe high", x.High, ref.Two.Newcombe[1])
	d.near("SE", x.SE, (ref.Two.Wald[1]-ref.Two.Wald[0])/2/1.959963984540054) // its half-width is z·SE
	for _, word := range []string{"unpooled z", "Newcombe", "independent"} {
		if !strings.Contains(x.Method, word) {
			t.Errorf("method %q does not say %s", x.Method, word)
		}
	}
	if p := top.Pairs[0]; !p.SE.Valid() || p.SE == x.SE || p.Verdict == "not_tested" {
		t.Errorf("by design %+v", p)
	}

	// Promoters less detractors is the NPS, of every figure and difference; weights leave the shares but not the effective numbers.
	all := ask(data, "nps", "promoters", "detractors", "index")
	nps, promoters, detractors := all[1], all[2], all[3]
	for g := range nps.Figures {
		if want := 100 * (promoters.Figures[g].Estimate - detractors.Figures[g].Estimate); !nearly(float64(nps.Figures[g].Estimate), float64(want)) {
			t.Errorf("NPS %v, promoters less detractors %v", nps.Figures[g].Estimate, want)
		}
	}
	if want := 100 * (promoters.Pairs[0].Difference - detractors.Pairs[0].Difference); !nearly(float64(nps.Pairs[0].Difference), float64(want)) {
		t.Errorf("difference of the NPS %v, of shares %v", nps.Pairs[0].Difference, want)
	}
	if all[0].Pairs[0].Shares != nil || nps.Pairs[0].Shares != nil || promoters.Pairs[0].Shares == nil || detractors.Margin != .02 || promoters.Figures[0].Low < 0 {
		t.Errorf("shares of %+v", all)
	}
	weighted := ask(dataset(t, s, sampleRows(t, s, true)), "top_box")[0]
	g, h := weighted.Figures[0], weighted.Figures[1]
	p, q := float64(g.Estimate), float64(h.Estimate)
	if want := math.Sqrt(p*(1-p)/float64(g.NEffective) + q*(1-q)/float64(h.NEffective)); !nearly(float64(weighted.Pairs[0].Shares.SE), want) {
		t.Errorf("weighted SE %v, want %v", weighted.Pairs[0].Shares.SE, want)
	}

	// What is not shown of the shares is not shown of their difference.
	few := dataset(t, respondents(), append(mixed(200, set("gender", "male")), mixed(5, set("gender", "female"))...))
	for _, m := range ask(few, "top_box", "promoters") {
		if m.Pairs[0].Shares != nil || m.Pairs[0].Difference.Valid() {
			t.Errorf("hidden: %+v", m.Pairs[0])
		}
	}
}
