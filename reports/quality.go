package reports

// QualityQuery is a question about the quality of responses. It is not divided by segments: By must be empty.
type QualityQuery struct {
	Query
	Channel   string // attribute within which equal answers count as repeated; "" is channel or device if the survey has it, else mode
	Groups    string // attribute between whose values loadings are compared; "" is language
	Fieldwork Fieldwork
}

// Quality says how far the responses can be trusted (METHOD section 8). It is the JSON of the quality command and of GET
// /api/v1/surveys/{survey}/quality.
type Quality struct {
	Head
	Screening     []ScreeningRule        `json:"screening"`
	Flags         []Flag                 `json:"flags"`
	Flagged       Count                  `json:"flagged"` // responses with a flag other than inconsistent
	Channel       string                 `json:"channel"` // attribute within which equal answers count as repeated
	Sensitivity   []Sensitivity          `json:"sensitivity"`
	Items         []ItemQuality          `json:"items"`
	Speed         Speed                  `json:"speed"`
	Reliability   []DimensionReliability `json:"reliability"`
	Structure     Structure              `json:"structure"`
	Congruence    Congruence             `json:"congruence"`
	Validity      Validity               `json:"validity"`
	ResponseRates *ResponseRates         `json:"response_rates"` // null where no invitation is known
}

// Count is a number of responses among those it could have been true of.
type Count struct {
	N     *int   `json:"n"` // null where suppressed
	Of    *int   `json:"of"`
	Share Number `json:"share"`
}

// ScreeningRule counts what one rule of the screening finds among the responses read, in the order in which the rules are applied.
type ScreeningRule struct {
	Key      string `json:"key"` // duplicate, straight_and_fast, under_2s_per_item, break_off
	Rule     string `json:"rule"`
	InForce  bool   `json:"in_force"` // the survey screens by it
	Excluded *int   `json:"excluded"` // left out for it; a response that breaks several rules counts at the first
	Breaking Count  `json:"breaking"` // all that break it, those left out for another rule included
}

// Flag marks responses to be looked at; no response is left out for a flag.
type Flag struct {
	Key   string `json:"key"`
	Rule  string `json:"rule"`
	Read  Count  `json:"read"`  // of all responses read that can be judged
	Valid Count  `json:"valid"` // of those, valid
}

// Sensitivity is what the index and the overall item are on another set of responses. Sets between which fewer than the smallest
// base make the difference are hidden.
type Sensitivity struct {
	Set         string        `json:"set"` // all_rows, valid, without_FLAG, without_flagged
	Label       string        `json:"label"`
	N           *int          `json:"n"`
	Index       Estimate      `json:"index"`
	OverallItem *ItemEstimate `json:"overall_item"`
	Difference  Number        `json:"difference"` // of the index to that of the set valid
}

// ItemQuality says how an item was answered by the valid responses.
type ItemQuality struct {
	Key           string        `json:"key"`
	Label         string        `json:"label"`
	Dimension     string        `json:"dimension"`
	Answered      Count         `json:"answered"`       // of those it was put to and applies to
	Skipped       Count         `json:"skipped"`        // of the same: item nonresponse
	NotApplicable Count         `json:"not_applicable"` // of those it was put to
	NotRouted     Count         `json:"not_routed"`     // of all
	Distribution  *Distribution `json:"distribution"`   // weighted, in the units of the answers
	Status        Status        `json:"status"`
	Warnings      []string      `json:"warnings"`
}

// Distribution is the shape of an item's answers (METHOD section 8).
type Distribution struct {
	Mean         Number     `json:"mean"`
	SD           Number     `json:"sd"`
	Skewness     Number     `json:"skewness"`
	Kurtosis     Number     `json:"kurtosis"`
	Entropy      Number     `json:"entropy"`      // 0 for one answer, 1 for all alike
	Consensus    Number     `json:"consensus"`    // Tastle and Wierman 2007: 1 where all agree, 0 where half stand at each end
	Polarisation Number     `json:"polarisation"` // variance over the largest possible
	Quantiles    []Quantile `json:"quantiles"`    // quartiles: the smallest answer with at least that share of the weight at or below it
	Floor        Number     `json:"floor"`        // share of the worst answer
	Ceiling      Number     `json:"ceiling"`      // share of the best
	FloorFlag    bool       `json:"floor_flag"`   // more than 15 %
	CeilingFlag  bool       `json:"ceiling_flag"`
}

// Speed is how long the valid responses took.
type Speed struct {
	N              *int       `json:"n"` // whose time is known
	MedianSeconds  Number     `json:"median_seconds"`
	Quantiles      []Quantile `json:"quantiles"`          // seconds
	SecondsPerItem []Quantile `json:"seconds_per_answer"` // seconds per answered item
	Method         string     `json:"method"`
	Status         Status     `json:"status"`
}

// Quantile is the value below which, or at which, a share of the values lies.
type Quantile struct {
	P     float64 `json:"p"`
	Value Number  `json:"value"`
}

// DimensionReliability is the internal consistency of a dimension's items over the responses that answer all of them.
type DimensionReliability struct {
	Key         string            `json:"key"`
	Label       string            `json:"label"`
	N           *int              `json:"n"`
	Coefficient string            `json:"coefficient"` // alpha, or spearman_brown of two items
	Alpha       Number            `json:"alpha"`
	Low         Number            `json:"alpha_ci_low"` // Feldt
	High        Number            `json:"alpha_ci_high"`
	Omega       Number            `json:"omega"`
	Lambda6     Number            `json:"lambda6"`
	SplitHalf   SplitHalf         `json:"split_half"`
	AVE         Number            `json:"ave"` // average variance extracted (Fornell and Larcker 1981), .5 is wanted
	Items       []ItemReliability `json:"items"`
	Method      string            `json:"method"`
	Status      Status            `json:"status"`
	Warnings    []string          `json:"warnings"`
}

// SplitHalf sets the items at odd places against those at even ones.
type SplitHalf struct {
	R             Number `json:"r"` // of the sums of both halves
	SpearmanBrown Number `json:"spearman_brown"`
	Rulon         Number `json:"rulon"`
}

// ItemReliability is what an item adds to its dimension.
type ItemReliability struct {
	Key            string `json:"key"`
	RestR          Number `json:"rest_r"` // with the sum of the dimension's other items
	AlphaIfDropped Number `json:"alpha_if_dropped"`
	Loading        Number `json:"loading"` // on the dimension's one factor
}

// Structure is how the items of all dimensions hang together, over the responses that answer all of them.
type Structure struct {
	N        *int       `json:"n"`
	KMO      Number     `json:"kmo"`
	Bartlett Bartlett   `json:"bartlett"`
	MSA      []ItemMSA  `json:"msa"`
	HTMT     []PairHTMT `json:"htmt"`
	Closest  []ItemPair `json:"closest_items"` // the pairs of items with the highest correlations, at most five
	Method   string     `json:"method"`
	Status   Status     `json:"status"`
	Warnings []string   `json:"warnings"`
}

// Bartlett tests that no two items correlate.
type Bartlett struct {
	ChiSquare Number `json:"chi_square"`
	DF        Number `json:"df"`
	P         Number `json:"p"`
}

// ItemMSA is an item's measure of sampling adequacy.
type ItemMSA struct {
	Key string `json:"key"`
	MSA Number `json:"msa"`
}

// PairHTMT is the heterotrait-monotrait ratio of two dimensions.
type PairHTMT struct {
	A    string `json:"a"`
	B    string `json:"b"`
	HTMT Number `json:"htmt"`
}

// ItemPair is two items and their correlation.
type ItemPair struct {
	A string `json:"a"`
	B string `json:"b"`
	R Number `json:"r"`
}

// Validity sets the index against the single overall question.
type Validity struct {
	N      *int     `json:"n"`
	R      Number   `json:"r"`    // of the index with the overall item
	NFit   *int     `json:"n_r2"` // responses with the overall item and every dimension valid
	R2     Number   `json:"r2"`   // of the overall item on the dimensions
	Method string   `json:"method"`
	Status Status   `json:"status"`
	Notes  []string `json:"warnings"`
}
