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
	defaultTheta    = .5
	weightDecimals  = 4
	weightDrift     = .05 // a change of a weight beyond it is worth a warning
	usualPeriodDays = 360
)

// ImportanceQuery asks which importance weights of the dimensions the responses, and people, suggest.
type ImportanceQuery struct {
	Query            // not By
	Floor   *float64 // least weight, 0.05 unless given
	Ceiling *float64 // largest weight, 0.40 unless given
	// Judgements of people on the dimensions of the model; nil without. Weights derived from responses are combined with those of experts.
	Judgements  *surveys.Judgements
	Combination string       // linear, product or geometric; linear unless given
	Theta       *float64     // part of the derived weights in linear and geometric, 0.5 unless given
	Over        []string     // attributes, crossed: entropy and CRITIC weights over their segments, too
	Depends     []Dependence // what the path model lets dimensions depend on, beside satisfaction on all
	Today       time.Time    // for the freeze of the weights in force; zero: not looked at
}

// ImportanceReport suggests importance weights: each dimension's share of what the dimensions explain of overall satisfaction, combined with
// experts' judgements where there are any, held between floor and cap and rounded. A person approves them, writes them into the survey
// file and publishes it; the engine never changes weights by itself.
type ImportanceReport struct {
	Head
	Method      string                `json:"method"` // lmg, or johnson for more than 20 dimensions
	Basis       string                `json:"basis"`  // derived, combined: what bounded holds between floor and cap
	Combination *Combination          `json:"combination"`
	Groups      int                   `json:"jackknife_groups"`
	LeastN      int                   `json:"least_n"` // complete responses that are needed
	N           *int                  `json:"n"`       // responses with the overall question and every dimension; null where suppressed
	NEffective  Number                `json:"n_effective"`
	Status      Status                `json:"status"` // weights are suggested where ok or flagged
	R2          Number                `json:"r2"`
	Condition   Number                `json:"condition"` // refused above MaxCondition
	Highest     float64               `json:"max_condition"`
	Floor       float64               `json:"floor"`
	Ceiling     float64               `json:"cap"`
	Decimals    int                   `json:"decimals"`
	MaxDrift    float64               `json:"max_drift"` // from the weight in force; a warning beyond
	Approval    *Approval             `json:"approval"`  // of the weights in force; null where nobody has said
	Index       *SuggestedIndex       `json:"index"`     // null where no weights are suggested
	Dimensions  []DimensionImportance `json:"dimensions"`
	Methods     []ImportanceMethod    `json:"methods"`
	Agreement   []MethodAgreement     `json:"agreement"`
	Judgements  *Judgements           `json:"judgements"` // null without
	Over        *SegmentDispersion    `json:"over"`       // null unless asked
	PathModel   *PathModel            `json:"path_model"`
}

// DimensionImportance is what the weight of one dimension could be. Each kind adds up to 1 over the dimensions.
type DimensionImportance struct {
	Key           string `json:"key"`
	Label         string `json:"label"`
	Measure       string `json:"measure"`
	WeightInForce Number `json:"weight"` // of the model
	Share         Number `json:"share"`  // of R2
	ShareSE       Number `json:"share_se"`
	Bounded       Number `json:"bounded"` // share, or combined share, held between floor and cap
	BoundedSE     Number `json:"bounded_se"`
	Bound         string `json:"bound"`     // floor, cap: where it is held; "" where it is free
	Suggested     Number `json:"suggested"` // bounded, rounded
	Drift         Number `json:"drift"`     // suggested less in force
	JohnsonShare  Number `json:"johnson_share"`
	Entropy       Number `json:"entropy"` // by spread only, for comparison
	Critic        Number `json:"critic"`  // by spread and conflict only, for comparison
}

// SuggestedIndex is the mean index by the bounded weights, with its jackknife standard errors.
type SuggestedIndex struct {
	N        int    `json:"n"`
	Estimate Number `json:"estimate"`
	SE       Number `json:"se"`     // the weights taken as fixed
	SENew    Number `json:"se_new"` // the weights suggested anew without each group: their uncertainty counts
}

// Combination says how derived weights a and experts' weights b are combined.
type Combination struct {
	Form  string   `json:"form"`  // linear θa + (1−θ)b, product ∝ ab, geometric ∝ a^θ·b^(1−θ)
	Theta *float64 `json:"theta"` // null for a product
}

// Where bounded shares are held.
const (
	heldAtFloor = "floor"
	heldAtCap   = "cap"
)

// importanceQuestion is a query resolved against the survey.
type importanceQuestion struct {
	floor, ceiling float64
	judgements     *surveys.Judgements
	form           string
	theta          float64
	over           []int
	sources        [][]int
	today          surveys.Date
}

// Importance suggests importance weights. Errors: *surveys.InvalidError for a query that names what the survey does not have,
// judgements that are not of the model's dimensions, or limits that no weights can keep.
func (d *Dataset) Importance(q ImportanceQuery) (*ImportanceReport, error) {
	asked, bad := q.check()
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *ImportanceReport
	err := d.askSums(q.Query, func(b *builder) error {
		floor, ceiling := asked.floor, asked.ceiling
		if n := float64(len(b.model.Dimensions)); n > 0 && (floor*n > 1+1e-12 || ceiling*n < 1-1e-12) {
			bad.Add("cap", "range", "%d weights between %v and %v cannot add up to 1: give another floor or cap", len(b.model.Dimensions), floor, ceiling)
		}
		b.resolveImportance(q, &asked, bad)
		if err := bad.OrNil(); err != nil {
			return err
		}
		out = b.importance(asked)
		return nil
	})
	return out, err
}

// check resolves what needs no survey.
func (q ImportanceQuery) check() (importanceQuestion, *surveys.InvalidError) {
	out := importanceQuestion{floor: defaultFloor, ceiling: defaultCap, judgements: q.Judgements, form: q.Combination, theta: defaultTheta}
	if q.Floor != nil {
		out.floor = *q.Floor
	}
	if q.Ceiling != nil {
		out.ceiling = *q.Ceiling
	}
	if !q.Today.IsZero() {
		out.today = surveys.DateOf(q.Today)
	}
	bad := &surveys.InvalidError{Input: "query"}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "weights are not divided; select responses with where")
	}
	if !(out.floor >= 0 && out.floor <= 1) {
		bad.Add("floor", "range", "a floor lies from 0 to 1, not at %v", out.floor)
	}
	if !(out.ceiling >= out.floor && out.ceiling <= 1) {
		bad.Add("cap", "range", "a cap lies from the floor, %v, to 1, not at %v", out.floor, out.ceiling)
	}
	switch out.form {
	case "":
		out.form = scoring.CombineLinear
	case scoring.CombineLinear, scoring.CombineProduct, scoring.CombineGeometric:
	default:
		bad.Add("combine", "unknown", "%q is none of linear, product and geometric", clip(out.form))
	}
	experts := q.Judgements != nil && len(q.Judgements.Experts) > 0
	if q.Combination != "" && !experts {
		bad.Add("combine", "conflict", "derived weights are combined with judgements of experts; there are none")
	}
	if q.Theta != nil {
		out.theta = *q.Theta
		switch {
		case !experts:
			bad.Add("theta", "conflict", "derived weights are combined with judgements of experts; there are none")
		case out.form == scoring.CombineProduct:
			bad.Add("theta", "conflict", "it has no part in a product")
		case !(out.theta >= 0 && out.theta <= 1):
			bad.Add("theta", "range", "the part of derived weights lies from 0 to 1, not at %v", out.theta)
		}
	}
	return out, bad
}

// resolveImportance resolves what the survey must have.
func (b *builder) resolveImportance(q ImportanceQuery, out *importanceQuestion, bad *surveys.InvalidError) {
	if len(q.Over) > 0 {
		by := &surveys.InvalidError{}
		if resolved := b.resolveBy([][]string{q.Over}, by); len(resolved) > 0 {
			out.over = resolved[0]
		}
		for _, f := range by.Fields {
			bad.Add("over", f.Rule, "%s", f.Message)
		}
	}
	out.sources = b.sources(q.Depends, bad)
	if q.Judgements != nil {
		if err, ok := q.Judgements.Validate(b.q.model).(*surveys.InvalidError); ok {
			bad.Fields = append(bad.Fields, err.Fields...)
		}
	}
}

// importance makes the report.
func (b *builder) importance(q importanceQuestion) *ImportanceReport {
	predictors := b.predictors(false)
	a := b.analyse(predictors)
	r := &ImportanceReport{Head: b.report.Head, Method: "lmg", Basis: "derived", Groups: columns.Replicates, LeastN: driverBaseOf(len(predictors)), NEffective: None(), R2: None(),
		Condition: None(), Highest: driverCondition, Floor: q.floor, Ceiling: q.ceiling, Decimals: weightDecimals, MaxDrift: weightDrift, Dimensions: []DimensionImportance{}}
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
			Share: None(), ShareSE: None(), Bounded: None(), BoundedSE: None(), Suggested: None(), Drift: None(), JohnsonShare: None(), Entropy: None(), Critic: None()})
	}
	m := &methods{builder: b, predictors: predictors, analysed: a}
	m.responses()
	r.PathModel = m.paths(q.sources)
	var ahp []float64
	if q.judgements != nil {
		r.Judgements, ahp = m.people(q.judgements)
		if len(q.judgements.Experts) > 0 {
			r.Basis, r.Combination = "combined", &Combination{Form: q.form}
			if q.form != scoring.CombineProduct {
				r.Combination.Theta = &q.theta
			}
		}
	}
	m.add("equal", "Equal", kindBaseline, slices.Repeat([]float64{1 / float64(len(predictors))}, len(predictors)), nil, "")
	entropy, critic := m.spread()
	if q.over != nil {
		r.Over = m.spreadOver(q.over)
	}
	if d := a.drivers; d != nil {
		shareSE := d.Errors().Share
		for j := range r.Dimensions {
			x := &r.Dimensions[j]
			x.Share, x.ShareSE, x.JohnsonShare = number(d.Shares()[j]), number(shareSE[j]), number(d.Johnson[j])
			if entropy != nil {
				x.Entropy = number(entropy[j])
			}
			if critic != nil {
				x.Critic = number(critic[j])
			}
		}
	}
	r.Status = a.status
	warnings := a.warnings
	if r.Basis == "combined" && ahp == nil {
		r.Status = StatusNotComputable
		warnings = append(warnings, r.Judgements.refusal())
	} else if a.drivers != nil {
		warnings = append(warnings, m.suggest(r, q, ahp)...)
	}
	r.Methods, r.Agreement = m.out, m.agreement()
	r.Warnings = append(slices.Clone(r.Warnings), warnings...)
	if from, to := b.q.From, b.q.To; !from.IsZero() && !to.IsZero() && to.Sub(from) < usualPeriodDays*24*time.Hour {
		r.Warnings = append(r.Warnings, "Weights are usually estimated on twelve months; the period is shorter.")
	}
	b.approval(r, q.today)
	return r
}

// suggest fills the weights of an analysis, combined with those of experts unless ahp is nil.
func (m *methods) suggest(r *ImportanceReport, q importanceQuestion, ahp []float64) (warnings []string) {
	var combine func([]float64) ([]float64, error)
	if ahp != nil {
		combine = func(derived []float64) ([]float64, error) { return scoring.Combine(q.form, q.theta, derived, ahp) }
	}
	s, err := m.analysed.drivers.Suggest(combine, r.Floor, r.Ceiling, weightDecimals)
	if err != nil {
		r.Status = StatusNotComputable
		return []string{"No weights are suggested: the dimensions explain nothing of the overall question."}
	}
	if ahp != nil {
		m.add("combined", "Derived and AHP combined", kindCombined, s.Combined, nil, "")
	}
	m.position()
	index := m.sample.SuggestedIndex(s, m.domain)
	r.Index = &SuggestedIndex{N: index.N, Estimate: number(index.Estimate), SE: number(index.SEFixed), SENew: number(index.SENew)}
	for j := range r.Dimensions {
		x := &r.Dimensions[j]
		x.Bounded, x.BoundedSE, x.Suggested = Number(s.Bounded[j]), number(s.SE[j]), Number(s.Rounded[j])
		x.Drift = Number(s.Rounded[j] - m.predictors[j].inForce)
		switch {
		case s.Bounded[j] <= r.Floor && r.Floor > 0:
			x.Bound = heldAtFloor
		case s.Bounded[j] >= r.Ceiling && r.Ceiling < 1:
			x.Bound = heldAtCap
		}
		if drift := float64(x.Drift); math.Abs(drift) > weightDrift {
			warnings = append(warnings, fmt.Sprintf("The weight suggested for %s differs from that in force by %+.4f.", m.predictors[j].label, drift))
		}
	}
	return warnings
}
