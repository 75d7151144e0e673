package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// Limits of driver figures (METHOD sections 6 and 9).
const (
	driverBase      = 100 // complete responses at least
	driverBasePer   = 10  // and for each predictor
	driverCondition = 30  // condition number above which coefficients are not to be relied on
	maxShift        = 100
)

// DriverQuery asks what drives overall satisfaction.
type DriverQuery struct {
	Query          // not By
	Items  bool    // the items of the model's dimensions as predictors, not the dimensions
	WhatIf []Shift // what if these dimensions moved; not with Items
}

// Shift moves a dimension's score.
type Shift struct {
	Dimension string
	Points    float64 // of 100
}

// ParseShift reads a shift as every surface takes it: efficiency:3 or efficiency=+3, in points of 100.
func ParseShift(text string) (Shift, error) {
	at := strings.IndexAny(text, "=:")
	if at < 0 {
		return Shift{}, fmt.Errorf("%q is not of the form dimension:points", clip(text))
	}
	points, err := strconv.ParseFloat(strings.TrimSpace(text[at+1:]), 64)
	if err != nil || math.IsNaN(points) || math.IsInf(points, 0) {
		return Shift{}, fmt.Errorf("%q: the points are not a number", clip(text))
	}
	return Shift{Dimension: strings.TrimSpace(text[:at]), Points: points}, nil
}

// DriverReport says what the overall question has to do with the dimensions, or the items: associations, not effects.
type DriverReport struct {
	Head
	Response      string   `json:"response"` // key of the overall question
	ResponseLabel string   `json:"response_label"`
	Predictors    string   `json:"predictors"` // dimensions, items
	Method        string   `json:"method"`     // lmg, or johnson for more than 20 predictors: what share is
	Groups        int      `json:"jackknife_groups"`
	LeastN        int      `json:"least_n"` // complete responses that are needed
	N             *int     `json:"n"`       // responses with the overall question and every predictor; null where suppressed
	NEffective    Number   `json:"n_effective"`
	Status        Status   `json:"status"`
	R2            Number   `json:"r2"`
	R2SE          Number   `json:"r2_se"`
	AdjustedR2    Number   `json:"adjusted_r2"`
	Condition     Number   `json:"condition"`       // √(largest/smallest eigenvalue) of the predictors' correlations
	ShareLine     Number   `json:"importance_line"` // of the priority matrix: an equal share
	Drivers       []Driver `json:"drivers"`
	WhatIf        *WhatIf  `json:"what_if"`
}

// Driver is one predictor. Coefficients, penalty and reward are in points of 100 of the overall question.
type Driver struct {
	Key             string           `json:"key"`
	Label           string           `json:"label"`
	Dimension       string           `json:"dimension"` // that an item belongs to, or the dimension itself
	Measure         string           `json:"measure"`   // process, quality_and_training, content, brand; "" where not declared
	WeightInForce   float64          `json:"weight"`    // share of the index
	Share           Number           `json:"share"`     // of R2, by method; shares add up to 1
	ShareSE         Number           `json:"share_se"`  // jackknife
	Leading         bool             `json:"key_driver"`
	JohnsonShare    Number           `json:"johnson_share"`
	JohnsonSE       Number           `json:"johnson_share_se"`
	Correlation     Number           `json:"correlation"` // with the overall question
	Beta            Number           `json:"beta"`        // standardised coefficient
	BetaSE          Number           `json:"beta_se"`     // jackknife
	Pratt           Number           `json:"pratt"`       // beta times correlation
	Coefficient     Number           `json:"coefficient"` // points of the overall question for one point
	CoefficientSE   Number           `json:"coefficient_se"`
	VIF             Number           `json:"vif"`
	Dominates       []DominanceOver  `json:"dominates"`
	Conditional     []Number         `json:"conditional_dominance"` // mean R2 that it adds to 0, 1, … others; empty above 20 predictors
	Performance     Number           `json:"performance"`           // mean score, 0..100
	PerformanceLine Number           `json:"performance_line"`
	Target          *float64         `json:"target"`
	Quadrant        string           `json:"quadrant"` // concentrate_here, keep_up, low_priority, possible_overkill; "" where not computable
	Asymmetry       *DriverAsymmetry `json:"asymmetry"`
}

// DominanceOver names a predictor that another one dominates.
type DominanceOver struct {
	Key  string `json:"key"`
	Kind string `json:"kind"` // complete, conditional, general: each weaker than the one before
}

// DriverAsymmetry compares what low and high scores do to the overall question.
type DriverAsymmetry struct {
	LowCut  Number `json:"low_cut"` // scores at or below are low
	HighCut Number `json:"high_cut"`
	Penalty Number `json:"penalty"`
	Reward  Number `json:"reward"`
	Index   Number `json:"index"` // (reward − penalty)/(reward + penalty)
	Class   string `json:"class"` // basic, linear, delighter; "" where neither matters
}

// WhatIf is what would go along with a move of dimension scores.
type WhatIf struct {
	Shifts        []ShiftEffect `json:"shifts"`
	IndexChange   Number        `json:"index_change"`        // of the index of means, exactly
	CappedChange  Number        `json:"index_change_capped"` // where nobody's score leaves 0..100
	OverallChange Number        `json:"overall_change"`      // expected of the overall question, points of 100
	OverallSE     Number        `json:"overall_se"`          // under the design
	OverallLow    Number        `json:"overall_ci_low"`
	OverallHigh   Number        `json:"overall_ci_high"`
	ModelSE       Number        `json:"overall_se_model"` // if responses were independent and scattered evenly
	NativeChange  Number        `json:"overall_change_native"`
	NativeSE      Number        `json:"overall_se_native"`
}

// ShiftEffect is what one shift does to the index.
type ShiftEffect struct {
	Dimension   string  `json:"dimension"`
	Points      float64 `json:"points"`
	CappedShift Number  `json:"capped_points"` // mean move where nobody's score leaves 0..100
	IndexChange Number  `json:"index_change"`
}

// Drivers answers what drives overall satisfaction. Errors: *surveys.InvalidError for a query that names what the survey does not
// have.
func (d *Dataset) Drivers(q DriverQuery) (*DriverReport, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var out *DriverReport
	err := d.askSums(q.Query, func(b *builder) error {
		shifts, err := b.shifts(q)
		if err != nil {
			return err
		}
		out = b.driverReport(q, shifts)
		return nil
	})
	return out, err
}

func (q DriverQuery) check() error {
	bad := &surveys.InvalidError{Input: "query"}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "drivers are not divided; select segments with where")
	}
	if q.Items && len(q.WhatIf) > 0 {
		bad.Add("what_if", "kind", "what if is asked of dimensions, not with items")
	}
	for i, w := range q.WhatIf {
		place := fmt.Sprintf("what_if[%d]", i)
		if !(math.Abs(w.Points) <= maxShift) {
			bad.Add(place, "range", "a dimension moves by −%d to %d points, not %v", maxShift, maxShift, w.Points)
		}
		if slices.ContainsFunc(q.WhatIf[:i], func(o Shift) bool { return o.Dimension == w.Dimension }) {
			bad.Add(place, "duplicate", "%q is moved twice", clip(w.Dimension))
		}
	}
	return bad.OrNil()
}

// shifts are the points by which each dimension of the model moves.
func (b *builder) shifts(q DriverQuery) ([]float64, error) {
	out := make([]float64, len(b.model.Dimensions))
	bad := &surveys.InvalidError{Input: "query"}
	for i, w := range q.WhatIf {
		at := slices.IndexFunc(b.q.model.Dimensions, func(d surveys.Dimension) bool { return string(d.Key) == w.Dimension })
		if at < 0 {
			bad.Add(fmt.Sprintf("what_if[%d]", i), "unknown", "model %s has no dimension %q; it has %s", b.q.model.Key, clip(w.Dimension), list(b.dimensionKeys()))
			continue
		}
		out[at] = w.Points
	}
	return out, bad.OrNil()
}

func (b *builder) dimensionKeys() (out []string) {
	for _, d := range b.q.model.Dimensions {
		out = append(out, string(d.Key))
	}
	return out
}

func (b *builder) driverReport(q DriverQuery, shifts []float64) *DriverReport {
	predictors := b.predictors(q.Items)
	a := b.analyse(predictors)
	r := &DriverReport{Head: b.report.Head, Predictors: "dimensions", Method: "lmg", Groups: columns.Replicates, LeastN: driverBaseOf(len(predictors)), Status: a.status,
		NEffective: None(), R2: None(), R2SE: None(), AdjustedR2: None(), Condition: None(), ShareLine: Number(1 / float64(len(predictors))), Drivers: []Driver{}}
	if q.Items {
		r.Predictors = "items"
	}
	if len(predictors) > scoring.MaxLMG {
		r.Method = "johnson"
	}
	if b.overall != scoring.None {
		r.Response, r.ResponseLabel = string(b.rated[b.overall].Key), b.words(b.rated[b.overall].Text, string(b.rated[b.overall].Key))
	}
	r.Warnings = append(slices.Clone(r.Warnings), a.warnings...)
	if a.status != StatusSuppressed {
		n := a.base.N
		r.N = &n
	}
	if d := a.drivers; d != nil {
		r.NEffective, r.R2, r.R2SE = Number(d.NEffective), Number(d.R2), number(d.Errors().R2)
		r.AdjustedR2, r.Condition = Number(d.Regression.AdjustedR2), number(d.Condition)
		if d.Dominance == nil {
			r.Warnings = append(r.Warnings, fmt.Sprintf("Dominance is not computed: the subsets of %d predictors are too many; %d predictors are the most.", len(predictors), scoring.MaxLMG))
		}
	}
	line := performanceLine(a.drivers)
	for j, p := range predictors {
		r.Drivers = append(r.Drivers, b.driver(j, p, predictors, a.drivers, line, q.Items))
	}
	if len(q.WhatIf) > 0 {
		r.WhatIf = b.whatIf(q, shifts, a, predictors)
	}
	return r
}

// driver makes the figures of one predictor; d is nil where they may not be shown.
func (b *builder) driver(j int, p predictor, all []predictor, d *scoring.Drivers, line float64, item bool) Driver {
	none := None()
	out := Driver{Key: p.key, Label: p.label, Dimension: string(p.dimension.Key), Measure: string(p.dimension.Measure), WeightInForce: p.inForce,
		Share: none, ShareSE: none, JohnsonShare: none, JohnsonSE: none, Correlation: none, Beta: none, BetaSE: none, Pratt: none,
		Coefficient: none, CoefficientSE: none, VIF: none, Dominates: []DominanceOver{}, Conditional: []Number{}, Performance: none, PerformanceLine: none}
	if !item {
		out.Target = p.dimension.Target
	}
	if d == nil {
		return out
	}
	share, se := d.Shares()[j], d.Errors()
	out.Share, out.ShareSE, out.Leading = number(share), number(se.Share[j]), d.Leading(j, se.Share[j])
	out.JohnsonShare, out.JohnsonSE = number(d.Johnson[j]), number(se.Johnson[j])
	out.Correlation, out.Beta, out.BetaSE, out.Pratt = Number(d.ZeroOrder[j]), Number(d.Beta[j]), number(se.Beta[j]), Number(d.Pratt[j])
	out.Coefficient, out.VIF = Number(d.Regression.Coefficients[j+1]), number(d.VIF[j])
	out.CoefficientSE = number(math.Sqrt(d.Covariance[j+1][j+1]))
	if d.Conditional != nil {
		for _, v := range d.Conditional[j] {
			out.Conditional = append(out.Conditional, Number(v))
		}
	}
	if d.Dominance != nil {
		for i, kind := range d.Dominance[j] {
			if kind != "" && i != j {
				out.Dominates = append(out.Dominates, DominanceOver{Key: all[i].key, Kind: kind})
			}
		}
	}
	if out.Target != nil {
		line = *out.Target
	}
	out.Performance, out.PerformanceLine = Number(d.Means[j]), Number(line)
	out.Quadrant = d.Quadrant(j, line)
	if d.Asymmetries != nil {
		x := d.Asymmetries[j]
		out.Asymmetry = &DriverAsymmetry{LowCut: Number(d.LowCut[j]), HighCut: Number(d.HighCut[j]), Penalty: Number(x.Penalty), Reward: Number(x.Reward),
			Index: number(x.Index), Class: x.Class}
	}
	return out
}

// whatIf moves dimensions. What follows for the index by its definition is told for any base.
func (b *builder) whatIf(q DriverQuery, shifts []float64, a analysed, predictors []predictor) *WhatIf {
	w := &WhatIf{Shifts: []ShiftEffect{}, IndexChange: Number(b.model.IndexShift(shifts)), CappedChange: None(),
		OverallChange: None(), OverallSE: None(), OverallLow: None(), OverallHigh: None(), ModelSE: None(), NativeChange: None(), NativeSE: None()}
	capped := make([]float64, len(shifts))
	for d, points := range shifts {
		if !slices.ContainsFunc(q.WhatIf, func(s Shift) bool { return s.Dimension == predictors[d].key }) {
			continue
		}
		effect := ShiftEffect{Dimension: predictors[d].key, Points: points, CappedShift: None(), IndexChange: Number(b.model.Dimensions[d].DimensionWeight * points)}
		if a.drivers != nil {
			capped[d] = a.capped(d, points)
			effect.CappedShift = number(capped[d])
		}
		w.Shifts = append(w.Shifts, effect)
	}
	if a.drivers == nil {
		return w
	}
	w.CappedChange = number(b.model.IndexShift(capped))
	change, model := a.drivers.Change(shifts)
	w.OverallChange, w.OverallSE, w.ModelSE = number(change.Estimate), number(change.SE()), number(model)
	if change.DF > 0 {
		low, high := change.Interval(b.confidence())
		w.OverallLow, w.OverallHigh = number(low), number(high)
	}
	it := &b.items[b.overall]
	if linear, reverse := it.Linear(); linear {
		unit := float64(it.High-it.Low) / 100
		w.NativeSE = number(unit * change.SE())
		if reverse {
			unit = -unit
		}
		w.NativeChange = number(unit * change.Estimate)
	}
	return w
}
