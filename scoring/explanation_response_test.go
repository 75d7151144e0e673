package scoring_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
)

// The parts of every response of the conformance table (ref_scoring.json) add up to its dimension scores and overall score there.
func TestPartsOfResponsesAgainstR(t *testing.T) {
	ref := readReference(t, "ref_scoring.json")
	d := compareWith(t, "ref_scoring.json", 1e-12)
	m, table := conformance(t)
	codes := make([]byte, len(m.Items))
	for row := range table.Len() {
		table.Ratings(uint32(row), codes)
		parts := m.Explain(codes)
		var index, share float64
		for k, p := range parts.Dimensions {
			var within, score float64
			for _, i := range p.Items {
				within += i.Share
				if i.Share != 0 { // NaN where the dimension has no score
					score += i.Share * i.Score
				}
			}
			want := get(t, ref, "dimension_scores", row, k)
			if math.IsNaN(score) != (want == nil) {
				t.Errorf("row %d, dimension %d: score %v, R has %v", row, k, score, want)
			}
			if want != nil {
				d.near("dimension score", score, number(t, ref, "dimension_scores", row, k))
				d.near("shares within", within, 1)
			}
			index, share = index+p.Contribution, share+p.Share
		}
		if want := get(t, ref, "overall", row); want != nil {
			d.near("overall", index, number(t, ref, "overall", row))
			d.near("shares", share, 1)
		} else if !math.IsNaN(index) || !math.IsNaN(share) {
			t.Errorf("row %d: contributions of no index add up to %v", row, index)
		}
		d.near("overall weight share", parts.Score.DimensionShare, number(t, ref, "overall_weight_share", row))
	}
}

// By hand: crew attitude skipped and entertainment not applicable leave their dimensions to the other items; no item of the brand was
// asked, so the other dimensions share its .1: .3/.9, .2/.9, .2/.9 and .2/.9.
func TestPartsOfAResponse(t *testing.T) {
	m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None, Policy: scoring.Policy{MinItemShare: .5, MinDimensions: 3, MinDimensionShare: .6}}
	for range 8 {
		m.Items = append(m.Items, scoring.Item{Low: 0, High: 10, Scores: scoring.LinearScores(0, 10, false), Rating: true})
	}
	u := func(item int, w float64) scoring.ItemWeight { return scoring.ItemWeight{Item: item, ItemWeight: w} }
	m.Dimensions = []scoring.Dimension{
		{DimensionWeight: .3, Items: []scoring.ItemWeight{u(0, .2), u(1, .5), u(2, .3)}}, {DimensionWeight: .2, Items: []scoring.ItemWeight{u(3, .75), u(4, .25)}},
		{DimensionWeight: .2, Items: []scoring.ItemWeight{u(5, 1)}}, {DimensionWeight: .2, Items: []scoring.ItemWeight{u(6, 1)}},
		{DimensionWeight: .1, Items: []scoring.ItemWeight{u(7, 1)}},
	}
	parts := m.Explain([]byte{sk, 8, 6, na, 9, 5, 10, nr})
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	d := parts.Dimensions
	near("answered share", d[0].AnsweredShare, .8)
	near("share of courtesy in its dimension", d[0].Items[1].Share, .625)
	near("effective weight of courtesy", d[0].Items[1].Effective, .3/.9*.625)
	near("points of courtesy", d[0].Items[1].Contribution, .3/.9*.625*80)
	near("points of what was skipped", d[0].Items[0].Contribution, 0)
	near("answered share where the rest does not apply", d[1].AnsweredShare, 1)
	near("points of the second", d[1].Contribution, .2/.9*90)
	near("share of what was not asked", d[4].Share, 0)
	near("points of what was not asked", d[4].Items[0].Contribution, 0)
	near("index", parts.Score.Overall, (.3*72.5+.2*90+.2*50+.2*100)/.9)
	if s := parts.Score.DimensionStatus[4]; s != scoring.ScoreNotApplicable || !math.IsNaN(d[4].AnsweredShare) || !math.IsNaN(d[4].Items[0].Share) {
		t.Errorf("not asked: %v, %+v", s, d[4])
	}
	// Only two dimensions: there is no index, and nothing has points; scores stay.
	parts = m.Explain([]byte{8, 8, 8, 7, 7, sk, sk, sk})
	if !math.IsNaN(parts.Dimensions[0].Contribution) || !math.IsNaN(parts.Dimensions[0].Items[0].Effective) || parts.Dimensions[0].Items[0].Share != .2 || parts.Score.Dimensions[0] != 80 {
		t.Errorf("too little: %+v", parts)
	}
}

// Whatever is missing, parts add up to the score that Score gives, item by item, dimension by dimension, and effective weights to 1.
func TestPartsOfAnyResponseAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := studyModel()
		for d := range m.Dimensions {
			m.Dimensions[d].DimensionWeight = rapid.Float64Range(0, 3).Draw(rt, "dimension weight")
			for j := range m.Dimensions[d].Items {
				m.Dimensions[d].Items[j].ItemWeight = rapid.Float64Range(0, 3).Draw(rt, "item weight")
			}
		}
		code := rapid.SampledFrom([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, na, sk, nr})
		codes := rapid.SliceOfN(code, len(m.Items), len(m.Items)).Draw(rt, "codes")
		before := slices.Clone(codes)
		var s scoring.Score
		m.Score(codes, &s)
		parts := m.Explain(codes)
		same := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-10 || math.IsNaN(got) && math.IsNaN(want)) {
				rt.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
		same("index", parts.Score.Overall, s.Overall)
		var index, shares float64
		for d, p := range parts.Dimensions {
			var points, effective float64
			for _, i := range p.Items {
				points, effective = points+i.Contribution, effective+i.Effective
				if s.OverallStatus == scoring.ScoreOK && (i.Contribution < 0 || i.Effective < 0 || math.IsNaN(i.Contribution)) {
					rt.Fatalf("item %d: %+v", i.Item, i)
				}
			}
			same("dimension", points, p.Contribution)
			same("dimension's share", effective, p.Share)
			if s.OverallStatus == scoring.ScoreOK && s.DimensionStatus[d] == scoring.ScoreOK {
				same("share times score", p.Share*s.Dimensions[d], p.Contribution)
			}
			index, shares = index+p.Contribution, shares+p.Share
		}
		same("sum", index, s.Overall)
		if s.OverallStatus == scoring.ScoreOK {
			same("shares", shares, 1)
		}
		if !slices.Equal(before, codes) {
			rt.Fatal("the codes have changed")
		}
	})
}
