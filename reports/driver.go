package reports

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
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
	Performance     Number           `json:"performance"` // mean score, 0..100
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
	err := d.ask(q.Query, func(b *builder) error {
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

// predictor is a dimension or an item as a predictor.
type predictor struct {
	values     scoring.Values
	key, label string
	dimension  surveys.Dimension
	inForce    float64
}

func (b *builder) predictors(items bool) (out []predictor) {
	for d, of := range b.q.model.Dimensions {
		if !items {
			out = append(out, predictor{values: b.sample.Dimension(d), key: string(of.Key), label: b.words(of.Label, string(of.Key)), dimension: of, inForce: of.DimensionWeight})
			continue
		}
		for _, u := range b.model.Dimensions[d].Items {
			it := b.rated[u.Item]
			out = append(out, predictor{values: b.sample.Item(u.Item), key: string(it.Key), label: b.words(it.Text, string(it.Key)), dimension: of,
				inForce: of.DimensionWeight * u.ItemWeight})
		}
	}
	return out
}

func valuesOf(predictors []predictor) (out []scoring.Values) {
	for _, p := range predictors {
		out = append(out, p.values)
	}
	return out
}

// driverBaseOf is the number of complete responses that an analysis of p predictors needs.
func driverBaseOf(p int) int { return max(driverBase, driverBasePer*p) }

// analysed is a driver analysis, or why there is none.
type analysed struct {
	drivers  *scoring.Drivers // nil if status does not show it
	base     scoring.Base
	status   Status
	warnings []string
}

// analyse makes the driver analysis where its base allows it.
func (b *builder) analyse(predictors []predictor) (a analysed) {
	if b.overall == scoring.None {
		return analysed{status: StatusNotComputable, warnings: []string{"The survey asks no overall question."}}
	}
	x := valuesOf(predictors)
	response := b.sample.Item(b.overall)
	a.base = b.sample.CompleteBase(response, x, b.domain)
	a.status = b.statusOf(a.base, false)
	needed := driverBaseOf(len(predictors))
	switch {
	case a.status == StatusSuppressed || a.status == StatusNotComputable:
		a.warnings = b.reason(a.status, a.base)
		return a
	case least(a.base) < float64(needed):
		a.status = StatusBaseTooSmall
		a.warnings = []string{fmt.Sprintf("No drivers: %d responses have an answer to the overall question and every predictor%s; %d are needed, 100 and 10 for each of %d predictors.",
			a.base.N, b.effective(a.base), needed, len(predictors))}
		return a
	}
	drivers, err := b.sample.Drivers(response, x, b.domain)
	var collinear stats.CollinearError
	switch {
	case errors.As(err, &collinear):
		a.status = StatusNotComputable
		a.warnings = []string{fmt.Sprintf("No drivers: the predictors explain one another (condition number %s); leave one out.", conditionText(collinear.Condition))}
		return a
	case err != nil:
		a.status = StatusNotComputable
		a.warnings = []string{"No drivers: the overall question or a predictor does not vary."}
		return a
	}
	a.drivers = drivers
	if c := drivers.Condition; c > driverCondition {
		a.warnings = append(a.warnings, fmt.Sprintf("The predictors explain one another (condition number %s, above %d): shares and coefficients are not to be relied on.", conditionText(c), driverCondition))
	}
	for j, v := range drivers.VIF {
		if v > 10 {
			a.warnings = append(a.warnings, fmt.Sprintf("%s is nearly explained by the other predictors (variance inflation %.1f).", predictors[j].label, v))
		}
	}
	if drivers.Replicates.Left == nil {
		a.warnings = append(a.warnings, "No standard errors of shares: without one of the jackknife groups nothing can be computed.")
	}
	if a.base.N < b.sample.Len() && len(b.domain) > 0 && float64(a.base.N) < .9*float64(len(b.domain)) {
		a.warnings = append(a.warnings, fmt.Sprintf("%d of %d responses lack a predictor or the overall answer and are left out.", len(b.domain)-a.base.N, len(b.domain)))
	}
	return a
}

func conditionText(c float64) string {
	if math.IsInf(c, 1) {
		return "without bound"
	}
	return fmt.Sprintf("%.1f", c)
}

func (b *builder) driverReport(q DriverQuery, shifts []float64) *DriverReport {
	predictors := b.predictors(q.Items)
	a := b.analyse(predictors)
	r := &DriverReport{Head: b.heading(), Predictors: "dimensions", Method: "lmg", Groups: columns.Replicates, LeastN: driverBaseOf(len(predictors)), Status: a.status,
		NEffective: None(), R2: None(), R2SE: None(), AdjustedR2: None(), Condition: None(), ShareLine: Number(1 / float64(len(predictors))), Drivers: []Driver{}}
	if q.Items {
		r.Predictors = "items"
	}
	if len(predictors) > stats.MaxSubsetPredictors {
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
		se := standardErrors(d.Replicates)
		r.NEffective, r.R2, r.R2SE = Number(d.NEffective), Number(d.R2), number(se[len(se)-1])
		r.AdjustedR2, r.Condition = Number(d.Regression.AdjustedR2), number(d.Condition)
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

// standardErrors are the jackknife errors of replicated figures; NaN where there are no replicates.
func standardErrors(r stats.Replicates) []float64 {
	if r.Left == nil {
		out := make([]float64, len(r.Estimate))
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	return stats.StandardErrors(r.Covariance())
}

func performanceLine(d *scoring.Drivers) float64 {
	if d == nil {
		return math.NaN()
	}
	sum := 0.0
	for _, m := range d.Means {
		sum += m
	}
	return sum / float64(len(d.Means))
}

// driver makes the figures of one predictor; d is nil where they may not be shown.
func (b *builder) driver(j int, p predictor, all []predictor, d *scoring.Drivers, line float64, item bool) Driver {
	none := None()
	out := Driver{Key: p.key, Label: p.label, Dimension: string(p.dimension.Key), Measure: string(p.dimension.Measure), WeightInForce: p.inForce,
		Share: none, ShareSE: none, JohnsonShare: none, JohnsonSE: none, Correlation: none, Beta: none, BetaSE: none, Pratt: none,
		Coefficient: none, CoefficientSE: none, VIF: none, Dominates: []DominanceOver{}, Performance: none, PerformanceLine: none}
	if !item {
		out.Target = p.dimension.Target
	}
	if d == nil {
		return out
	}
	k := len(all)
	share, se := d.Shares()[j], standardErrors(d.Replicates)
	out.Share, out.ShareSE, out.Leading = number(share), number(se[j]), stats.KeyDriver(share, se[j], k)
	out.JohnsonShare, out.JohnsonSE = number(d.Johnson[j]), number(se[k+j])
	out.Correlation, out.Beta, out.BetaSE, out.Pratt = Number(d.ZeroOrder[j]), Number(d.Beta[j]), number(se[2*k+j]), Number(d.Pratt[j])
	out.Coefficient, out.VIF = Number(d.Regression.Coefficients[j+1]), number(d.VIF[j])
	out.CoefficientSE = number(math.Sqrt(d.Covariance[j+1][j+1]))
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
	out.Quadrant = stats.Quadrant(share, d.Means[j], 1/float64(k), line)
	if d.Asymmetries != nil {
		x := d.Asymmetries[j]
		out.Asymmetry = &DriverAsymmetry{LowCut: Number(d.LowCut[j]), HighCut: Number(d.HighCut[j]), Penalty: Number(x.Penalty), Reward: Number(x.Reward),
			Index: number(x.Index), Class: x.Class}
	}
	return out
}

// whatIf moves dimensions. What follows for the index by its definition is told for any base.
func (b *builder) whatIf(q DriverQuery, shifts []float64, a analysed, predictors []predictor) *WhatIf {
	omega := make([]float64, len(shifts))
	for d := range shifts {
		omega[d] = b.model.Dimensions[d].DimensionWeight
	}
	w := &WhatIf{Shifts: []ShiftEffect{}, IndexChange: Number(stats.IndexShift(omega, shifts)), CappedChange: None(),
		OverallChange: None(), OverallSE: None(), OverallLow: None(), OverallHigh: None(), ModelSE: None(), NativeChange: None(), NativeSE: None()}
	capped := make([]float64, len(shifts))
	for d, points := range shifts {
		if !slices.ContainsFunc(q.WhatIf, func(s Shift) bool { return s.Dimension == predictors[d].key }) {
			continue
		}
		effect := ShiftEffect{Dimension: predictors[d].key, Points: points, CappedShift: None(), IndexChange: Number(omega[d] * points)}
		if a.drivers != nil {
			capped[d] = b.sample.CappedShift(b.sample.Item(b.overall), valuesOf(predictors), b.domain, d, points)
			effect.CappedShift = number(capped[d])
		}
		w.Shifts = append(w.Shifts, effect)
	}
	if a.drivers == nil {
		return w
	}
	w.CappedChange = number(stats.IndexShift(omega, capped))
	g := a.drivers.Regression
	change, se := g.Change(shifts, a.drivers.Covariance)
	_, model := g.Change(shifts, g.Covariance)
	w.OverallChange, w.OverallSE, w.ModelSE = number(change), number(se), number(model)
	if a.drivers.DF > 0 {
		low, high := stats.Interval(change, se*se, a.drivers.DF, b.confidence())
		w.OverallLow, w.OverallHigh = number(low), number(high)
	}
	it := &b.items[b.overall]
	if linear, reverse := it.Linear(); linear {
		unit := float64(it.High-it.Low) / 100
		w.NativeSE = number(unit * se)
		if reverse {
			unit = -unit
		}
		w.NativeChange = number(unit * change)
	}
	return w
}
