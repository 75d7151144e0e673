package scoring

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"paxscore/scoring/columns"
)

// Sums of many responses at once are those of the same responses a few at a time, to the last bit: of items and of dimensions, whether scores are whole
// numbers of steps or not, and by margins. What is on a grid is told from what is not.
func TestPredictorSumsInPieces(t *testing.T) {
	for name, of := range map[string]struct {
		weights []float64
		scores  []float64
		items   []int // nil for the dimensions
		steps   bool
	}{
		"items":                        {[]float64{1, 1, 1}, LinearScores(0, 10, false), []int{0, 1, 2}, true},
		"items of unequal weights":     {[]float64{1, 2, 1}, LinearScores(1, 7, true), []int{0, 2}, true},
		"items of hundred steps":       {[]float64{1, 1, 1}, LinearScores(0, 100, false), []int{0, 1, 2}, true},
		"items on no grid":             {[]float64{1, 1, 1}, []float64{0, 1. / 3, 100}, []int{0, 1, 2}, false},
		"dimensions":                   {[]float64{1, 1, 1}, LinearScores(1, 5, true), nil, true},
		"dimensions of a curve":        {[]float64{1, 1, 1}, []float64{0, 40, 80, 100}, nil, true},
		"dimensions of an unused item": {[]float64{1, 1, 0}, LinearScores(1, 4, false), nil, true},
		"dimensions of unequal items":  {[]float64{1, 2, 1}, LinearScores(1, 7, false), nil, false},
		"dimensions of fine scores":    {[]float64{1, 1, 1}, LinearScores(0, 100, false), nil, false},
	} {
		for _, margins := range [][]int{nil, {1}} {
			t.Run(name+strconv.Itoa(len(margins)), func(t *testing.T) {
				random := rand.New(rand.NewPCG(9, 9))
				m := &Model{Overall: 3, Recommend: None, Policy: Policy{MinItemShare: .3, MinDimensions: 1}}
				for range 4 {
					m.Items = append(m.Items, Item{Low: 0, High: len(of.scores) - 1, Scores: of.scores, Rating: true})
				}
				first := Dimension{DimensionWeight: .5}
				for i, w := range of.weights {
					first.Items = append(first.Items, ItemWeight{Item: i, ItemWeight: w})
				}
				m.Dimensions = []Dimension{first, {DimensionWeight: .5, Items: []ItemWeight{{Item: 1, ItemWeight: 1}}}}
				table := columns.New(len(m.Items), 2)
				screen := NewScreen(table, m, None, Rules{})
				scores, err := NewScores(table, m)
				if err != nil {
					t.Fatal(err)
				}
				plan := Plan{Cluster: 0, Stratum: None}
				if margins != nil {
					plan.Population = &Population{Margins: []Margin{{Attribute: margins[0]}}}
				}
				sums := func() *PredictorSums {
					return NewPredictorSums(NewSelection(table, screen, Filter{}), scores, plan, 3, of.items)
				}
				update := func(s *PredictorSums) *crossSums {
					screen.Update()
					screen.Settle()
					if !s.Update() {
						t.Fatal("too many sums")
					}
					return s.tables.cross
				}
				pieces := sums()
				if got := pieces.steps != nil; got != of.steps {
					t.Fatalf("steps %v", pieces.steps)
				}
				for n := range 3*blockRows + 77 {
					r := columns.Row{Attributes: []string{strconv.Itoa(random.IntN(20)), strconv.Itoa(random.IntN(3))}}
					for range m.Items {
						code := byte(random.IntN(len(of.scores)))
						if random.IntN(8) == 0 {
							code = columns.Skipped
						}
						r.Ratings = append(r.Ratings, code)
					}
					if err := table.Append(&r); err != nil {
						t.Fatal(err)
					}
					if n%700 == 0 {
						update(pieces)
					}
				}
				got, want := update(sums()), update(pieces)
				if cells := pieces.weighing.cells; margins != nil && cells < 3 || cells > 3+1 {
					t.Fatalf("%d cells of the margins", cells)
				}
				k, width := int(pieces.products()), pieces.width()
				for what, sums := range map[string][2][]int64{"place": {got.places, want.places}, "group": {got.groups, want.groups}} {
					for cell := range max(len(sums[0]), len(sums[1])) / width {
						for i := range k * k {
							if at := cell*width + pieces.products().At(i/k, i%k); i%k <= i/k && sums[0][at] != sums[1][at] {
								t.Fatalf("%s %d, product of %d and %d: %d, not %d", what, cell, i/k, i%k, sums[0][at], sums[1][at])
							}
						}
					}
				}
				for j, counts := range want.codes {
					if !slices.Equal(got.codes[j], counts) {
						t.Errorf("codes of predictor %d: %d, not %d", j, got.codes[j], counts)
					}
				}
				if want.groups[0] == 0 {
					t.Error("no complete response")
				}
			})
		}
	}
}
