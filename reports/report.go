// Package reports is the one way from responses to figures: it filters and groups, asks scoring, and holds the answer in
// a Report, which every surface renders.
package reports

import (
	"iter"
	"math"
	"strconv"
	"time"

	"paxscore/surveys"
)

// Number is a figure that may be missing: NaN, written as null.
type Number float64

// None is the missing Number.
func None() Number { return Number(math.NaN()) }

// Valid reports whether there is a figure.
func (n Number) Valid() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// MarshalJSON writes the shortest decimal that reads back to the same value, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Valid() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = None()
		return nil
	}
	f, err := strconv.ParseFloat(string(b), 64)
	*n = Number(f)
	return err
}

// Query is a question to a survey's responses.
type Query struct {
	Model      string     // key; "" is the survey's default
	By         [][]string // each a segmentation by one or more attributes, crossed
	Where      []Where    // all must hold
	From, To   time.Time  // submitted at or after From and before To; zero is open
	Unweighted bool       // leave out all response weights
	AllRows    bool       // leave out the screening
	Listed     bool       // with the verdict on every response
	// Weighting replaces that of the model; nil keeps it. It does not change while it is asked with: answers remember it.
	Weighting *surveys.Weighting
	// Errors replaces the weighting's; "" keeps it.
	Errors surveys.WeightingErrors
}

// Where selects responses whose attribute has one of the values.
type Where struct {
	Attribute string   `json:"attribute"`
	Values    []string `json:"values"`
}

// Status says how far a figure can be trusted (METHOD section 6, small base).
type Status string

const (
	StatusOK            Status = "ok"
	StatusFlagged       Status = "flagged"        // base of 30 to 99: shown, marked
	StatusBaseTooSmall  Status = "base_too_small" // base under 30: only n is shown
	StatusSuppressed    Status = "suppressed"     // base under 10, or derivable by subtraction: nothing is shown
	StatusNotComputable Status = "not_computable" // no response has a valid value
)

// Estimate is a figure with its uncertainty. Indices run from 0 to 100.
type Estimate struct {
	Estimate   Number   `json:"estimate"`
	SE         Number   `json:"se"`      // standard error, design based
	Low        Number   `json:"ci_low"`  // ends of the confidence interval
	High       Number   `json:"ci_high"` //
	N          *int     `json:"n"`       // responses with a valid value; null where suppressed
	NEffective Number   `json:"n_effective"`
	DF         Number   `json:"df"`     // degrees of freedom of the interval
	Deff       Number   `json:"deff"`   // design effect: variance over that of a simple random sample of the same n
	Native     Number   `json:"native"` // the estimate in the units of the answers, where they share a scale
	Status     Status   `json:"status"`
	Warnings   []string `json:"warnings"`
}

// Report answers a Query. It is the JSON of the score command and of GET /api/v1/surveys/{survey}/scores.
type Report struct {
	Head
	Overall          Estimate            `json:"overall"`      // the index
	OverallItem      *ItemEstimate       `json:"overall_item"` // the single overall question
	Recommend        *Recommend          `json:"recommend"`
	Dimensions       []DimensionEstimate `json:"dimensions"`
	Items            []ItemEstimate      `json:"items"`
	Segments         []Segment           `json:"segments"`
	IndexOfMeans     Estimate            `json:"index_of_means"`     // weighted sum of the dimension means: contributions add up to it
	MissingDataGap   Number              `json:"missing_data_gap"`   // Overall - IndexOfMeans
	CompleteCaseMean Number              `json:"complete_case_mean"` // index over responses with every dimension valid

	// Verdicts has the fate of every response of the data set, in its order, for surfaces that list responses; only where the query asks for it.
	Verdicts []Verdict `json:"-"`
	// Seqs are, beside Verdicts, the numbers of the responses' commits.
	Seqs iter.Seq[int64] `json:"-"`
	// Population is what responses were weighted to; nil where they were not. It does not change.
	Population *surveys.Weighting `json:"-"`
	// CaseWeights has, beside Verdicts, the weight of every valid response, whether or not the filter selects it, and NaN for any other:
	// weights to a population rest on all of them. Empty where Population is nil.
	CaseWeights []float64 `json:"-"`
}

// Filter repeats what was asked.
type Filter struct {
	Where      []Where    `json:"where"`
	From       *time.Time `json:"from"`
	To         *time.Time `json:"to"`
	Unweighted bool       `json:"unweighted"`
	AllRows    bool       `json:"all_rows"`
}

// Design says how standard errors were computed.
type Design struct {
	Cluster    string  `json:"cluster"` // attribute of the primary sampling units; "" for respondents
	Stratum    string  `json:"stratum"`
	Clusters   int     `json:"clusters"`
	Strata     int     `json:"strata"`
	DF         int     `json:"df"`
	Confidence float64 `json:"confidence"`
}

// Policy repeats the choices of the model.
type Policy struct {
	MinItemShare      float64 `json:"min_item_share"`
	MinDimensions     int     `json:"min_dimensions"`
	MinDimensionShare float64 `json:"min_dimension_share"`
	SuppressBelow     int     `json:"suppress_below"`
	ShowFrom          int     `json:"show_from"`
	TestFrom          int     `json:"test_from"`
	FlagBelow         int     `json:"flag_below"`
	Margin            float64 `json:"margin"`
}

// Responses counts what the filter selected. Read = Valid + Duplicates + Careless + BreakOffs. Where the selection is too small to be
// told about, Suppressed is true and everything counts as outside the filter.
type Responses struct {
	Suppressed    bool   `json:"suppressed"`
	Read          int    `json:"read"`
	Valid         int    `json:"valid"`
	Duplicates    int    `json:"duplicates"`
	Careless      int    `json:"careless"`
	BreakOffs     int    `json:"break_offs"`
	FlaggedKept   int    `json:"straight_lines_kept"` // valid, every answer the same
	Outside       int    `json:"outside_filter"`
	MedianSeconds Number `json:"median_seconds"` // of all responses read, the yardstick of the careless rule
}

// DimensionEstimate is one dimension's score.
type DimensionEstimate struct {
	Key             string   `json:"key"`
	Label           string   `json:"label"`
	DimensionWeight float64  `json:"weight"`
	Contribution    Number   `json:"contribution"` // weight times estimate; they add up to IndexOfMeans
	Target          *float64 `json:"target"`
	Estimate
}

// ItemEstimate is one item's score.
type ItemEstimate struct {
	Key        string  `json:"key"`
	Label      string  `json:"label"`
	Dimension  string  `json:"dimension"`
	Touchpoint string  `json:"touchpoint"`
	Owner      string  `json:"owner"`
	ItemWeight float64 `json:"weight"`
	Mean       Number  `json:"mean"` // in the units of the answers
	MeanSE     Number  `json:"mean_se"`
	Low        int     `json:"scale_low"`
	High       int     `json:"scale_high"`
	Estimate
	TopBox        *Proportion `json:"top_box"`   // share of the best two answers (one of a two-point scale)
	Histogram     []Bar       `json:"histogram"` // every value of the scale
	NotApplicable *int        `json:"not_applicable"`
	Skipped       *int        `json:"skipped"`
	NotRouted     *int        `json:"not_routed"`
}

// Bar counts one answer.
type Bar struct {
	Value int    `json:"value"`
	N     int    `json:"n"`
	Share Number `json:"share"` // weighted
}

// Proportion is a share, 0..1, with its interval (METHOD section 6).
type Proportion struct {
	Share  Number `json:"share"`
	SE     Number `json:"se"`
	Low    Number `json:"ci_low"`
	High   Number `json:"ci_high"`
	Method string `json:"method"` // logit, korn_graubard
}

// Recommend is the Net Promoter Score, -100..100.
type Recommend struct {
	NPS        Number   `json:"nps"`
	SE         Number   `json:"se"`
	Low        Number   `json:"ci_low"`
	High       Number   `json:"ci_high"`
	N          *int     `json:"n"`
	NEffective Number   `json:"n_effective"`
	DF         Number   `json:"df"`
	Promoters  *int     `json:"promoters"`
	Passives   *int     `json:"passives"`
	Detractors *int     `json:"detractors"`
	Method     string   `json:"method"` // t, adjusted_wald
	Status     Status   `json:"status"`
	Warnings   []string `json:"warnings"`
}

// Segment is the score of the responses that share the levels of By.
type Segment struct {
	By          map[string]string   `json:"by"`
	Attributes  []string            `json:"attributes"` // keys of By, in the order asked
	Label       string              `json:"label"`
	N           *int                `json:"n"` // valid responses; null where suppressed
	Status      Status              `json:"status"`
	Overall     Estimate            `json:"overall"`
	OverallItem *ItemEstimate       `json:"overall_item"`
	Recommend   *Recommend          `json:"recommend"`
	Dimensions  []DimensionEstimate `json:"dimensions"`
	VersusRest  *Comparison         `json:"versus_rest"`
}

// Comparison sets a segment's index against that of all other responses (METHOD section 7).
type Comparison struct {
	Difference Number `json:"difference"`
	SE         Number `json:"se"`
	Low        Number `json:"ci_low"`
	High       Number `json:"ci_high"`
	P          Number `json:"p"`
	PAdjusted  Number `json:"p_adjusted"` // Holm, within one segmentation
	Verdict    string `json:"verdict"`    // different, same, unclear, not_tested
}

// Verdict is the fate of one response in a report.
type Verdict uint8

const (
	Valid Verdict = iota
	Duplicate
	Careless
	BreakOff
	Outside // not selected by the filter
)

func (v Verdict) String() string {
	return [...]string{"valid", "duplicate", "careless", "break_off", "outside_filter"}[v]
}
