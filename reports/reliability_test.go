package reports_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

// refScale is a scale of the sample as R's psych and factanal see it.
type refScale struct {
	N        int
	Alpha    float64   `json:"alpha_raw"`
	Lambda6  float64   `json:"guttman_lambda6"`
	Feldt    []float64 `json:"alpha_ci95_feldt"`
	ItemRest []float64 `json:"item_rest_r"`
	Dropped  []float64 `json:"alpha_if_dropped"`
	Halves   struct {
		R             float64
		SpearmanBrown float64 `json:"spearman_brown"`
		Rulon         float64 `json:"guttman_rulon"`
	} `json:"split_half_odd_even"`
	Omega struct {
		Loadings []float64 `json:"loadings_std"`
		Omega    float64   `json:"omega_raw"`
		AVE      float64
	}
}

type refAdequacy struct {
	Overall float64
	Item    []float64
}

type refBartlett struct {
	ChiSquare float64 `json:"chisq"`
	DF, P     float64
	N         int
}

type refReliability struct {
	Scales         map[string]refScale
	WithoutBaggage refScale    `json:"efficiency_without_baggage"`
	KMO16          refAdequacy `json:"kmo_16"`
	KMOCore        refAdequacy `json:"kmo_core"`
	Bartlett16     refBartlett `json:"bartlett_16"`
	BartlettCore   refBartlett `json:"bartlett_core"`
	HTMT           [][]float64
	HTMTCore       [][]float64 `json:"htmt_core"`
	Weighted       struct {
		Alpha float64
	} `json:"weighted_alpha_attitude"`
	Tucker float64 `json:"tucker_phi_efficiency_oddrows_evenrows"`
}

func (d *differences) scale(what string, r reports.DimensionReliability, want refScale) {
	d.t.Helper()
	d.equal(what+" n", *r.N, want.N)
	for _, x := range []struct {
		name string
		got  reports.Number
		want float64
	}{
		{"alpha", r.Alpha, want.Alpha}, {"alpha low", r.Low, want.Feldt[0]}, {"alpha high", r.High, want.Feldt[1]}, {"lambda 6", r.Lambda6, want.Lambda6},
		{"halves", r.SplitHalf.R, want.Halves.R}, {"Spearman-Brown", r.SplitHalf.SpearmanBrown, want.Halves.SpearmanBrown}, {"Rulon", r.SplitHalf.Rulon, want.Halves.Rulon},
		{"omega", r.Omega, want.Omega.Omega}, {"AVE", r.AVE, want.Omega.AVE},
	} {
		d.near(what+" "+x.name, x.got, x.want)
	}
	for i, it := range r.Items {
		d.near(it.Key+" rest r", it.RestR, want.ItemRest[i])
		d.near(it.Key+" dropped", it.AlphaIfDropped, want.Dropped[i])
		d.near(it.Key+" loading", it.Loading, want.Omega.Loadings[i])
	}
}

func (d *differences) structure(what string, s reports.Structure, adequacy refAdequacy, bartlett refBartlett) {
	d.t.Helper()
	d.equal(what+" n", *s.N, bartlett.N)
	d.near(what+" chi-square", s.Bartlett.ChiSquare, bartlett.ChiSquare)
	d.near(what+" df", s.Bartlett.DF, bartlett.DF)
	d.near(what+" p", s.Bartlett.P, bartlett.P)
	d.near(what+" KMO", s.KMO, adequacy.Overall)
	for i, m := range s.MSA {
		d.near(m.Key+" MSA", m.MSA, adequacy.Item[i])
	}
}

// coreSurvey asks for the sample with a model of the items that apply to nearly all passengers.
func coreSurvey() *surveys.Survey {
	s := sampleSurvey(nil)
	m := s.Models[0]
	m.Key, m.Dimensions = "core", nil
	for _, d := range []struct{ key, items string }{{"attitude", "crew_attitude courtesy patience"}, {"efficiency", "checkin boarding inflight_speed"},
		{"content", "seat_comfort"}, {"safety", "flight_safety safety_equipment"}, {"brand", "awareness corporate_image social_responsibility"}} {
		x := surveys.Dimension{Key: surveys.DimensionKey(d.key), Label: surveys.Text{"en": d.key}, DimensionWeight: .2}
		items := strings.Fields(d.items)
		for _, key := range items {
			x.Items = append(x.Items, surveys.ItemWeight{Item: surveys.ItemKey(key), ItemWeight: 1 / float64(len(items))})
		}
		m.Dimensions = append(m.Dimensions, x)
	}
	s.Models = append(s.Models, m)
	return s
}

// Reliability and structure of the sample are those that R finds (psych, factanal; ref_reliability.json), whole and of the core items.
func TestReliabilityOfTheSample(t *testing.T) {
	var ref refReliability
	readReference(t, "ref_reliability.json", &ref)
	d := compareWith(t, "ref_reliability.json")
	s := coreSurvey()
	rows := sampleRows(t, s, false)
	data := dataset(t, s, rows)
	q := quality(t, data, reports.QualityQuery{})
	for _, r := range q.Reliability {
		d.scale(r.Key, r, ref.Scales[r.Key])
	}
	d.structure("all items", q.Structure, ref.KMO16, ref.Bartlett16)
	at := func(keys []string, key string) int { return slices.Index(keys, key) }
	// R's ratios are of the items in pairs of rows, ours of complete rows; those of the core are of complete rows in both.
	all := []string{"attitude", "efficiency", "content", "safety", "brand"}
	if len(q.Structure.HTMT) != len(all)*(len(all)-1)/2 {
		t.Errorf("%d ratios", len(q.Structure.HTMT))
	}
	core := quality(t, data, reports.QualityQuery{Query: reports.Query{Model: "core"}})
	d.scale("efficiency without baggage", core.Reliability[1], ref.WithoutBaggage)
	coreKeys := []string{"attitude", "efficiency", "safety", "brand"}
	compared := 0
	for _, p := range core.Structure.HTMT {
		if a, b := at(coreKeys, p.A), at(coreKeys, p.B); a >= 0 && b >= 0 {
			d.near("HTMT of "+p.A+" and "+p.B, p.HTMT, ref.HTMTCore[a][b])
			compared++
		}
	}
	if compared != 6 {
		t.Errorf("%d ratios of the core compared", compared)
	}
	d.structure("core", core.Structure, ref.KMOCore, ref.BartlettCore)
	if two := core.Reliability[3]; two.Coefficient != "spearman_brown" || two.Alpha != two.SplitHalf.SpearmanBrown || two.AVE.Valid() || two.Items[0].Loading.Valid() {
		t.Errorf("two items: %+v", two)
	}
	weighted := quality(t, dataset(t, s, sampleRows(t, s, true)), reports.QualityQuery{})
	d.near("weighted alpha", weighted.Reliability[0].Alpha, ref.Weighted.Alpha)
	if weighted.Structure.Bartlett.ChiSquare == q.Structure.Bartlett.ChiSquare {
		t.Error("Bartlett's test does not know the effective n")
	}

	// R took the complete rows of efficiency in turns.
	k := 0
	for _, r := range rows {
		complete := true
		for _, code := range r.Ratings[3:7] {
			complete = complete && code <= surveys.MaxCode
		}
		r.Language = map[bool]string{true: "even", false: "odd"}[k%2 == 1]
		if complete {
			k++
		}
	}
	turns := quality(t, dataset(t, s, rows), reports.QualityQuery{}).Congruence
	if turns.Attribute != "language" || len(turns.Dimensions) != 5 || len(turns.Dimensions[1].Pairs) != 1 {
		t.Fatalf("congruence %+v", turns)
	}
	d.near("Tucker's phi", turns.Dimensions[1].Pairs[0].Phi, ref.Tucker)
}

// A group too small to be shown shows no loadings, nor does the one that would give it away.
func TestCongruenceHidesFew(t *testing.T) {
	rows := studyRows(t, 2_000)
	for i, r := range rows {
		r.Language = []string{"en", "fr", "de"}[min(2, i%7)]
	}
	for i := 50; i < len(rows); i++ {
		if rows[i].Language == "fr" {
			rows[i].Language = "en"
		}
	}
	d := dataset(t, studySurvey(), rows)
	c := quality(t, d, reports.QualityQuery{}).Congruence
	if len(c.Dimensions) != 5 {
		t.Fatalf("%+v", c)
	}
	for _, x := range c.Dimensions {
		hidden := 0
		for _, g := range x.Groups {
			if g.Status == reports.StatusSuppressed {
				hidden++
				if g.N != nil || len(g.Loadings) > 0 {
					t.Errorf("%s of %s is shown: %+v", x.Key, g.Level, g)
				}
			}
		}
		if hidden != 2 || len(x.Pairs) != 0 {
			t.Errorf("%s: %d groups are hidden, %d pairs", x.Key, hidden, len(x.Pairs))
		}
	}
	byCabin := quality(t, d, reports.QualityQuery{Groups: "spend"}).Congruence
	b, err := json.Marshal(byCabin)
	if err != nil || byCabin.Attribute != "spend" || len(byCabin.Dimensions[0].Pairs) == 0 || !byCabin.Dimensions[0].Pairs[0].Alike {
		t.Errorf("%s, %v", b, err)
	}
	if one := quality(t, dataset(t, studySurvey(), studyRows(t, 8)), reports.QualityQuery{Groups: "spend"}).Congruence; len(one.Dimensions) != 0 {
		t.Errorf("a hidden selection tells %+v", one)
	}
}
