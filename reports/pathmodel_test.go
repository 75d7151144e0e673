package reports_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

func parseDay(t *testing.T, day string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func readReferenceInput(t *testing.T, name string, input any) {
	t.Helper()
	raw, err := os.ReadFile(referenceFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &struct {
		Input any `json:"input"`
	}{input}); err != nil {
		t.Fatal(err)
	}
}

// Four dimensions and satisfaction on the sample of 600, brand dependent on the other three, against R.
func TestPathModelAgainstR(t *testing.T) {
	var want struct {
		Scheme struct {
			Outer       map[string][]float64 `json:"outer_weights"`
			Loadings    map[string][]float64
			Paths       [][]float64 `json:"path_coefficients"`
			R2          []float64
			Communality map[string]float64
			Shares      map[string][]float64 `json:"normalised_raw_weights"`
			Index       map[string]float64   `json:"index_0_100"`
		} `json:"path_scheme"`
	}
	readReference(t, "ref_pls_index.json", &want)
	var input struct {
		N      int
		Blocks map[string][]surveys.ItemKey
	}
	readReferenceInput(t, "ref_pls_index.json", &input)
	s := sampleSurvey(nil)
	m := &s.Models[0]
	m.Dimensions = nil
	names := []string{"ATT", "EFF", "SAF", "BRA", "SAT"}
	for i, key := range []surveys.DimensionKey{"attitude", "efficiency", "safety", "brand"} {
		d := surveys.Dimension{Key: key, Label: surveys.Text{"en": string(key)}, DimensionWeight: .25}
		for _, item := range input.Blocks[names[i]] {
			d.Items = append(d.Items, surveys.ItemWeight{Item: item, ItemWeight: 1 / float64(len(input.Blocks[names[i]]))})
		}
		m.Dimensions = append(m.Dimensions, d)
	}
	data := dataset(t, s, sampleRows(t, s, false))
	q := reports.ImportanceQuery{Depends: []reports.Dependence{{"brand", []string{"attitude", "efficiency", "safety"}}}}
	r := importance(t, data, q)
	c := compareWith(t, "ref_pls_index.json")
	p := r.PathModel
	if p.Status != reports.StatusOK || p.LeastN != 130 || p.Reason != "" {
		t.Fatalf("%+v", p)
	}
	c.equal("n", *p.N, input.N)
	blocks := append(p.Dimensions[:4:4], p.Satisfaction)
	for k, b := range blocks {
		x, at := names[k], func(what string) string { return b.Key + " " + what }
		for i, item := range b.Items {
			c.near(at("outer weight"), item.OuterWeight, want.Scheme.Outer[x][i])
			c.near(at("loading"), item.Loading, want.Scheme.Loadings[x][i])
			c.near(at("share"), item.Share, want.Scheme.Shares[x][i])
		}
		c.near(at("communality"), b.Communality, want.Scheme.Communality[x])
		c.near(at("index"), b.Index, want.Scheme.Index[x])
		for i, d := range b.DependsOn {
			c.near(at("path"), d.Coefficient, want.Scheme.Paths[k][i])
		}
		if k < 3 {
			if b.R2.Valid() || len(b.DependsOn) > 0 {
				t.Errorf("%+v", b)
			}
			continue
		}
		c.near(at("R²"), b.R2, want.Scheme.R2[k])
	}
	// Along every path: directly, and through brand.
	sum, effects := 0., make([]float64, 4)
	for d := range effects {
		effects[d] = want.Scheme.Paths[4][d] + want.Scheme.Paths[3][d]*want.Scheme.Paths[4][3]
		sum += effects[d]
		c.near("total effect", p.Dimensions[d].TotalEffect, effects[d])
	}
	pls := method(t, r, "pls")
	for d, w := range pls.Weights {
		c.near("weight", w.Weight, effects[d]/sum)
	}
	if !pls.Shares || pls.Kind != "influence" || pls.SpreadOnly {
		t.Errorf("%+v", pls)
	}
}
