package surveys

import (
	"context"
	"math/big"
)

// SumStore is a store that sums up responses itself, so that a report needs none of them in memory. All sums are over the responses to one
// survey up to a seq, which are the same however often they are read. Errors of every method: ErrUnavailable, that of ctx.
type SumStore interface {
	// SumState tells whether there is anything new.
	SumState(ctx context.Context, survey SurveyKey) (SumState, error)
	// CountVersions counts the responses by version of the questionnaire, the first met first.
	CountVersions(ctx context.Context, survey SurveyKey) ([]VersionCount, error)
	// ScreenResponses finds what screening needs to know of all responses together.
	ScreenResponses(ctx context.Context, q *SumQuery) (Screened, error)
	// SumUnits sums up the responses by sampling unit, fate and the levels of some attributes, given by position.
	SumUnits(ctx context.Context, q *SumQuery, s Screened, by SumBy) ([]UnitSums, error)
	// SumInfluence sums up Σ_d c_d·(D_d − m_d) and its square over the selected valid responses that are sampling units of their own.
	SumInfluence(ctx context.Context, q *SumQuery, s Screened, c, m []float64) ([]InfluenceSums, error)
}

// SumState is how far a survey's responses have come: all sums are the same while it is.
type SumState struct {
	Responses int64 // seq of the last response, 0 of none
	Removals  int64 // seq of the last removal
}

// VersionCount is what is stored of one version.
type VersionCount struct {
	Version  int
	N        int
	LastSeq  int64
	Weighted bool // a response weight is neither 1 nor missing
}

// SumQuery says which responses count and how they are scored. Items, attributes and dimensions are named by position; -1 is none.
type SumQuery struct {
	Survey  SurveyKey
	Version int // in force
	UpToSeq int64

	Items      []SumItem
	Overall    int // item
	Attributes []SumAttribute
	Cluster    int // attribute
	Stratum    int
	Dimensions []SumDimension
	Missing    MissingPolicy
	Screening  Screening

	Where    []SumCondition // all must hold
	Period   bool           // only responses submitted at or after From and before To, in Unix seconds; a To of 0 is open
	From, To uint32
	Nothing  bool // selects none
	AllRows  bool // responses count whatever screening makes of them
}

// SumItem is a rated item.
type SumItem struct {
	Low       int
	Scores    []float64   // 0..100, of each rating from Low up
	Rating    bool        // counts in the screening of straight lines and break-offs
	Positions map[int]int // in the ratings of a response, by version; not routed in versions that are not named
}

// SumAttribute is an attribute of responses. The versions that are not named do not have it: its level is unknown there.
type SumAttribute struct {
	Key      string
	BuiltIn  bool     // mode, language, wave or version, which every response has
	Levels   []string // levels that responses to versions other than that in force can have; none for any
	Versions []int
}

// SumDimension is a weighted group of items.
type SumDimension struct {
	DimensionWeight float64
	Items           []int
	ItemWeights     []float64 // of each of Items
}

// SumCondition holds for responses whose attribute is at one of the levels; "" is unknown.
type SumCondition struct {
	Attribute int
	Levels    []string
}

// Screened is what screening knows of all responses together.
type Screened struct {
	Milliseconds float64      // median time of those whose time is known; NaN of none
	Repeated     []ResponseID // another response of the same respondent and cluster is kept; none where duplicates are no rule
}

// SumBy says what is summed up.
type SumBy struct {
	Attributes []int // by the levels of these
	Scores     bool  // the index and the dimensions
	Tallied    []int // items whose answers are counted
}

// Fates of a response, as UnitSums tells them.
const (
	FateKept = iota
	FateDuplicate
	FateCareless
	FateBreakOff
)

// UnitSums are those of the responses of a sampling unit that have the same levels, the same fate and miss the same condition.
type UnitSums struct {
	Stratum, Cluster string
	Levels           []string
	Fate             int
	Missed           int // 0: the filter selects them; i+1: condition i alone leaves them out; -1: they miss more

	N, Straight, Untimed int64 // Untimed counts those whose time of submission is unknown
	Outside              int64 // ratings outside the scale of their item

	Figures    []FigureSums // the index, then the dimensions
	Incomplete FigureSums   // the index of responses that lack a dimension
	Tallies    [][]int64    // of each tallied item: answers by code, then skipped, not applicable, not routed
}

// FigureSums are those of a score x.
type FigureSums struct {
	N       int64    // valid scores
	X       *big.Int // Σ(x−50), each rounded to 2^-36, in that unit
	Squares int64    // Σ(x−50)², each rounded to 2^-22, in that unit
}

// InfluenceSums are those of a stratum, each term rounded to 2^-22, in that unit.
type InfluenceSums struct {
	Stratum      string
	Sum, Squares int64
}
