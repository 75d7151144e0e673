package scoring_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
)

// readReferenceInput is what the figures of a reference file were computed from.
func readReferenceInput(t *testing.T, name string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(referenceFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Input map[string]any `json:"input"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Input
}

// operational are the indicators of ref_scoring.json (12_scoring.R), in the order of its weights.
func operational(t *testing.T, ref map[string]any) (o *scoring.Operations, values []float64, keys []string) {
	t.Helper()
	keys = []string{"on_time_rate", "call_answer_seconds", "abandonment_pct", "baggage_minutes"}
	var in []scoring.Indicator
	for i, key := range keys {
		x := scoring.Indicator{IndicatorWeight: number(t, ref, "operational", "weights", i)}
		for k := range get(t, ref, "operational", "curves", key, "x").([]any) {
			x.Values = append(x.Values, number(t, ref, "operational", "curves", key, "x", k))
			x.Scores = append(x.Scores, number(t, ref, "operational", "curves", key, "s", k))
		}
		in, values = append(in, x), append(values, number(t, ref, "operational", "values", key))
	}
	o, err := scoring.NewOperations(in)
	if err != nil {
		t.Fatal(err)
	}
	return o, values, keys
}

// Scores, composite, blend and peer scores of ref_scoring.json.
func TestOperationsAgainstR(t *testing.T) {
	ref, in := readReference(t, "ref_scoring.json"), readReferenceInput(t, "ref_scoring.json")
	d := compareWith(t, "ref_scoring.json", 1e-12)
	o, values, keys := operational(t, in)
	x := o.Score(values)
	for i, key := range keys {
		d.near("score of "+key, x.Scores[i], number(t, ref, "operational", "scores", key))
	}
	d.near("operational index", x.Index, number(t, ref, "operational", "composite"))
	d.near("covered", x.Covered, 1)
	index := number(t, ref, "aggregate", "overall_mean")
	d.near("blend", scoring.Blend(index, x.Index, number(t, in, "blend_lambda")), number(t, ref, "operational", "blended_arithmetic"))
	first := func(v float64) float64 { return o.Score([]float64{v, math.NaN(), math.NaN(), math.NaN()}).Scores[0] }
	d.near("below the curve", first(50), number(t, ref, "operational", "edge", "below"))
	d.near("at an anchor", first(70), number(t, ref, "operational", "edge", "at"))
	if first(99) != 100 {
		t.Errorf("above the curve: %v, the last anchor has 100", first(99))
	}
	var peers []float64
	for i := range get(t, in, "minmax_input").([]any) {
		peers = append(peers, number(t, in, "minmax_input", i))
	}
	up, down := scoring.Rank(peers, false), scoring.Rank(peers, true)
	for i := range peers {
		d.near("min-max", up.MinMax[i], number(t, ref, "operational", "minmax", i))
		d.near("min-max, lower is better", down.MinMax[i], number(t, ref, "operational", "minmax_lower_better", i))
		d.near("50 + 10 z", up.T[i], number(t, ref, "operational", "t_score", i))
		d.near("turned round", down.T[i], 100-number(t, ref, "operational", "t_score", i))
	}
}

// Whatever is missing, the parts add up to the index, weights to 1, the index lies within the scores, and a blend between both.
func TestOperationsAddUp(t *testing.T) {
	ref := readReferenceInput(t, "ref_scoring.json")
	o, _, _ := operational(t, ref)
	rapid.Check(t, func(rt *rapid.T) {
		values, known := make([]float64, 4), 0
		for i := range values {
			if values[i] = rapid.Float64().Draw(rt, "value"); rapid.Bool().Draw(rt, "missing") {
				values[i] = math.NaN()
			} else {
				known++
			}
		}
		x := o.Score(values)
		sum, shares, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for i := range values {
			if math.IsNaN(values[i]) != math.IsNaN(x.Scores[i]) || known > 0 && math.IsNaN(values[i]) != (x.Shares[i] == 0) {
				rt.Fatalf("%v: %+v", values[i], x)
			}
			sum, shares = sum+x.Contributions[i], shares+x.Shares[i]
			if !math.IsNaN(values[i]) {
				low, high = min(low, x.Scores[i]), max(high, x.Scores[i])
			}
		}
		if known == 0 {
			if !math.IsNaN(x.Index) || x.Covered != 0 {
				rt.Fatalf("nothing measured: %+v", x)
			}
			return
		}
		if !(math.Abs(sum-x.Index) < 1e-10 && math.Abs(shares-1) < 1e-12 && x.Index >= low-1e-10 && x.Index <= high+1e-10) {
			rt.Fatalf("%+v", x)
		}
		lambda := rapid.Float64Range(0, .3).Draw(rt, "lambda")
		if b := scoring.Blend(70, x.Index, lambda); !(b >= min(70, x.Index)-1e-10 && b <= max(70, x.Index)+1e-10) {
			rt.Fatalf("blend %v of 70 and %v", b, x.Index)
		}
	})
	if !math.IsNaN(scoring.Blend(70, 60, .31)) || scoring.Blend(70, 60, 0) != 70 {
		t.Error("λ beyond its limit, or 0")
	}
}

func TestOperationsThatCannotBe(t *testing.T) {
	for name, x := range map[string]scoring.Indicator{
		"no weight": {IndicatorWeight: 0, Values: []float64{1, 2}, Scores: []float64{1, 2}},
		"infinite":  {IndicatorWeight: math.Inf(1), Values: []float64{1, 2}, Scores: []float64{1, 2}},
		"no curve":  {IndicatorWeight: 1},
		"falls":     {IndicatorWeight: 1, Values: []float64{2, 1}, Scores: []float64{1, 2}},
		"lengths":   {IndicatorWeight: 1, Values: []float64{1, 2}, Scores: []float64{1}},
	} {
		if _, err := scoring.NewOperations([]scoring.Indicator{x}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
