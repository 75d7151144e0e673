package reports

import (
	"fmt"
	"math"
	"slices"
	"time"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// Choices for importance weights (METHOD section 9).
const (
	defaultFloor    = .05
	defaultCap      = .40
	weightDecimals  = 4
	weightDrift     = .05 // a change of a weight beyond it is worth a warning
	usualPeriodDays = 360
)

// ImportanceQuery asks which importance weights of the dimensions the responses suggest.
type ImportanceQuery struct {
	Query            // not By
	Floor   *float64 // least weight, 0.05 unless given
	Ceiling *float64 // largest weight, 0.40 unless given
}

// ImportanceReport suggests importance weights: each dimension's share of what the dimensions explain of overall satisfaction, held
// between floor and cap and rounded. A person approves them, writes them into the survey file and publishes it; the engine never
// changes weights by itself.
type ImportanceReport struct {
	Head
	Method     string                `json:"method"` // lmg, or johnson for more than 20 dimensions
	Groups     int                   `json:"jackknife_groups"`
	LeastN     int                   `json:"least_n"` // complete responses that are needed
	N          *int                  `json:"n"`       // responses with the overall question and every dimension; null where suppressed
	NEffective Number                `json:"n_effective"`
	Status     Status                `json:"status"` // weights are suggested where ok or flagged
	R2         Number                `json:"r2"`
	Condition  Number                `json:"condition"` // refused above MaxCondition
	Highest    float64               `json:"max_condition"`
	Floor      float64               `json:"floor"`
	Ceiling    float64               `json:"cap"`
	Decimals   int                   `json:"decimals"`
	Dimensions []DimensionImportance `json:"dimensions"`
}

// DimensionImportance is what the weight of one dimension could be. Each kind adds up to 1 over the dimensions.
type DimensionImportance struct {
	Key           string `json:"key"`
	Label         string `json:"label"`
	Measure       string `json:"measure"`
	WeightInForce Number `json:"weight"` // of the model
	Share         Number `json:"share"`  // of R2
	ShareSE       Number `json:"share_se"`
	Bounded       Number `json:"bounded"` // share held between floor and cap
	BoundedSE     Number `json:"bounded_se"`
	Suggested     Number `json:"suggested"` // bounded, rounded
	JohnsonShare  Number `json:"johnson_share"`
	Entropy       Number `json:"entropy"` // by spread only, for comparison
	Critic        Number `json:"critic"`  // by spread and conflict only, for comparison
}

// Importance suggests importance weights. Errors: *surveys.InvalidError for a query that names what the survey does not have, or
// limits that no weights can keep.
func (d *Dataset) Importance(q ImportanceQuery) (*ImportanceReport, error) {
	floor, ceiling := defaultFloor, defaultCap
	if q.Floor != nil {
		floor = *q.Floor
	}
	if q.Ceiling != nil {
		ceiling = *q.Ceiling
	}
	bad := &surveys.InvalidError{Input: "query"}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "weights are not divided; select responses with where")
	}
	if !(floor >= 0 && floor <= 1) {
		bad.Add("floor", "range", "a floor lies from 0 to 1, not at %v", floor)
	}
	if !(ceiling >= floor && ceiling <= 1) {
		bad.Add("cap", "range", "a cap lies from the floor, %v, to 1, not at %v", floor, ceiling)
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *ImportanceReport
	err := d.ask(q.Query, func(b *builder) error {
		if n := float64(len(b.model.Dimensions)); n > 0 && (floor*n > 1+1e-12 || ceiling*n < 1-1e-12) {
			bad.Add("cap", "range", "%d weights between %v and %v cannot add up to 1: give another floor or cap", len(b.model.Dimensions), floor, ceiling)
			return bad
		}
		out = b.importance(floor, ceiling)
		return nil
	})
	return out, err
}

func (b *builder) importance(floor, ceiling float64) *ImportanceReport {
	predictors := b.predictors(false)
	a := b.analyse(predictors)
	r := &ImportanceReport{Head: b.report.Head, Method: "lmg", Groups: columns.Replicates, LeastN: driverBaseOf(len(predictors)), NEffective: None(), R2: None(),
		Condition: None(), Highest: driverCondition, Floor: floor, Ceiling: ceiling, Decimals: weightDecimals, Dimensions: []DimensionImportance{}}
	if len(predictors) > scoring.MaxLMG {
		r.Method = "johnson"
	}
	if a.status != StatusSuppressed {
		n := a.base.N
		r.N = &n
	}
	if d := a.drivers; d != nil {
		r.NEffective, r.R2, r.Condition = Number(d.NEffective), Number(d.R2), number(d.Condition)
		if d.Condition > driverCondition {
			a.drivers, a.status = nil, StatusNotComputable
			a.warnings = append(a.warnings, "No weights are suggested: the dimensions cannot be told apart well enough.")
		}
	}
	for _, p := range predictors {
		r.Dimensions = append(r.Dimensions, DimensionImportance{Key: p.key, Label: p.label, Measure: string(p.dimension.Measure), WeightInForce: Number(p.inForce),
			Share: None(), ShareSE: None(), Bounded: None(), BoundedSE: None(), Suggested: None(), JohnsonShare: None(), Entropy: None(), Critic: None()})
	}
	if a.drivers != nil {
		a.warnings = append(a.warnings, b.suggest(r, a, predictors)...)
	}
	r.Status = a.status
	r.Warnings = append(slices.Clone(r.Warnings), a.warnings...)
	if from, to := b.q.From, b.q.To; !from.IsZero() && !to.IsZero() && to.Sub(from) < usualPeriodDays*24*time.Hour {
		r.Warnings = append(r.Warnings, "Weights are usually estimated on twelve months; the period is shorter.")
	}
	return r
}

// suggest fills the weights of an analysis.
func (b *builder) suggest(r *ImportanceReport, a analysed, predictors []predictor) (warnings []string) {
	d := a.drivers
	bounded, boundedSE, rounded, err := d.BoundedShares(r.Floor, r.Ceiling, weightDecimals)
	if err != nil {
		return []string{"No weights are suggested: the dimensions explain nothing of the overall question."}
	}
	shareSE := d.Errors().Share
	response := b.sample.Item(b.overall)
	entropy, critic := b.sample.Dispersion(response, valuesOf(predictors), b.domain)
	for j := range r.Dimensions {
		x := &r.Dimensions[j]
		x.Share, x.ShareSE, x.JohnsonShare = number(d.Shares()[j]), number(shareSE[j]), number(d.Johnson[j])
		x.Bounded, x.BoundedSE, x.Suggested = Number(bounded[j]), number(boundedSE[j]), Number(rounded[j])
		if entropy != nil {
			x.Entropy = number(entropy[j])
		}
		if critic != nil {
			x.Critic = number(critic[j])
		}
		if drift := rounded[j] - predictors[j].inForce; math.Abs(drift) > weightDrift {
			warnings = append(warnings, fmt.Sprintf("The weight suggested for %s differs from that in force by %+.4f.", predictors[j].label, drift))
		}
	}
	return warnings
}
