package scoring

import (
	"fmt"

	"paxscore/scoring/stats"
)

// MaxInconsistency is the consistency ratio from which an expert's judgements are rejected.
const MaxInconsistency = stats.MaxInconsistency

// Priorities are what pairwise judgements of n criteria say of their importance (analytic hierarchy process).
type Priorities = stats.Hierarchy

// ExpertPriorities finds the priorities of each expert and of the group: of the geometric means of the experts' judgements, entry by entry,
// weighted by voice (Aczél & Saaty 1983). upper holds each expert's judgements above the diagonal, row by row. random1980 takes Saaty's table of
// random indices of 1980, not that of 2005. Errors: judgements that are not positive numbers of n(n−1)/2 pairs, voices that are not
// positive, no random index for n.
func ExpertPriorities(n int, upper [][]float64, voices []float64, random1980 bool) (experts []Priorities, group Priorities, err error) {
	random := stats.RandomIndices2005()
	if random1980 {
		random = stats.RandomIndices1980()
	}
	var matrices [][][]float64
	for e := range upper {
		a, err := stats.Judgements(n, upper[e])
		if err != nil {
			return nil, group, fmt.Errorf("expert %d: %w", e, err)
		}
		h, err := stats.AnalyzeHierarchy(a, random)
		if err != nil {
			return nil, group, fmt.Errorf("expert %d: %w", e, err)
		}
		matrices, experts = append(matrices, a), append(experts, h)
	}
	joined, err := stats.JoinJudgements(matrices, voices)
	if err != nil {
		return nil, group, err
	}
	group, err = stats.AnalyzeHierarchy(joined, random)
	return experts, group, err
}

// Forms of combining two sets of shares a and b.
const (
	CombineLinear    = "linear"    // θa + (1−θ)b
	CombineProduct   = "product"   // ∝ ab
	CombineGeometric = "geometric" // ∝ a^θ·b^(1−θ)
)

// Combine combines two sets of shares; theta is the part of the first, and has no part in a product. Errors: a share that is negative or
// missing, no share above 0 in both, another form.
func Combine(form string, theta float64, a, b []float64) ([]float64, error) {
	switch form {
	case CombineLinear:
		return stats.LinearCombination([][]float64{a, b}, []float64{theta, 1 - theta})
	case CombineProduct:
		return stats.GeometricCombination([][]float64{a, b}, []float64{1, 1})
	case CombineGeometric:
		return stats.GeometricCombination([][]float64{a, b}, []float64{theta, 1 - theta})
	}
	return nil, fmt.Errorf("combine shares: there is no form %q", form)
}
