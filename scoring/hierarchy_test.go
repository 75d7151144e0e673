package scoring_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"paxscore/scoring"
)

// The three forms of combining two sets of shares, the group of experts, and a floor and cap, against R.
func TestCombineAgainstR(t *testing.T) {
	raw, err := os.ReadFile("testdata/reference/ref_weights_mcda.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Input struct {
			Experts [][][]float64
		}
		Expected struct {
			AHP struct {
				Joined struct{ Weights []float64 } `json:"aggregated_judgements"`
			}
			Entropy, Critic map[string]struct{ Weights []float64 }
			WithEntropy     map[string][]float64 `json:"combination_ahp_entropy"`
			WithCritic      map[string][]float64 `json:"combination_ahp_critic_0.7"`
		}
	}
	if err := json.Unmarshal(raw, &ref); err != nil {
		t.Fatal(err)
	}
	var upper [][]float64
	for _, a := range ref.Input.Experts {
		var u []float64
		for i := range a {
			u = append(u, a[i][i+1:]...)
		}
		upper = append(upper, u)
	}
	_, group, err := scoring.ExpertPriorities(5, upper, []float64{1, 1, 1}, false)
	if err != nil {
		t.Fatal(err)
	}
	want := ref.Expected
	for name, c := range map[string]struct {
		theta float64
		with  []float64
		want  map[string][]float64
	}{
		"entropy": {.5, want.Entropy["segments"].Weights, want.WithEntropy},
		"CRITIC":  {.7, want.Critic["segments"].Weights, want.WithCritic},
	} {
		for form, block := range map[string]string{scoring.CombineLinear: "linear", scoring.CombineProduct: "multiplicative", scoring.CombineGeometric: "geometric"} {
			got, err := scoring.Combine(form, c.theta, group.Priorities, c.with)
			if err != nil || len(c.want[block]) != 5 {
				t.Fatalf("%s, %s: %v", name, form, err)
			}
			for j, w := range c.want[block] {
				if !(math.Abs(got[j]-w) <= 1e-10*w) {
					t.Errorf("%s, %s: %v, want %v", name, form, got[j], w)
				}
			}
		}
	}
	for name, call := range map[string]func() error{
		"form": func() error { _, err := scoring.Combine("sum", .5, []float64{1}, []float64{1}); return err },
		"nothing": func() error {
			_, err := scoring.Combine(scoring.CombineProduct, 0, []float64{1, 0}, []float64{0, 1})
			return err
		},
		"pairs": func() error {
			_, _, err := scoring.ExpertPriorities(3, [][]float64{{1, 2}}, []float64{1}, false)
			return err
		},
		"negative": func() error {
			_, _, err := scoring.ExpertPriorities(3, [][]float64{{1, 2, -1}}, []float64{1}, false)
			return err
		},
		"voice": func() error {
			_, _, err := scoring.ExpertPriorities(3, [][]float64{{1, 2, 1}}, []float64{0}, false)
			return err
		},
		"table": func() error {
			_, _, err := scoring.ExpertPriorities(11, [][]float64{make([]float64, 55)}, []float64{1}, true)
			return err
		},
		"no one": func() error { _, _, err := scoring.ExpertPriorities(3, nil, nil, false); return err },
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
