package surveys

// Model says how ratings become an index: which items make a dimension, how much each counts, and what is done about
// missing answers and small bases (METHOD sections 4 and 6).
type Model struct {
	Key        ModelKey
	Label      Text
	Note       Text // where the weights come from
	Dimensions []Dimension
	Missing    MissingPolicy
	Base       BasePolicy
	Confidence float64  // of the intervals, 0.95 unless given
	Target     *float64 // of the overall index, 0..100
	Margin     float64  // smallest difference of practical interest, points of 100 (METHOD section 7)
	Weighting  *Weighting
	Approval   *Approval // nil where nobody has said
}

// Dimension is a weighted group of items.
type Dimension struct {
	Key             DimensionKey
	Label           Text
	DimensionWeight float64 // share of the index; the shares of a model add up to 1
	Items           []ItemWeight
	Target          *float64
	Measure         Measure // what improves it; "" where that is not declared
}

// Measure is the kind of measures that improve a dimension.
type Measure string

const (
	MeasureProcess            Measure = "process"              // how service is organised
	MeasureQualityAndTraining Measure = "quality_and_training" // how staff serve
	MeasureContent            Measure = "content"              // what is offered
	MeasureBrand              Measure = "brand"                // what the airline is known for
)

// Measures are the kinds of measures.
func Measures() []Measure {
	return []Measure{MeasureProcess, MeasureQualityAndTraining, MeasureContent, MeasureBrand}
}

// ItemWeight is the importance of one item within its dimension; the shares of a dimension add up to 1.
type ItemWeight struct {
	Item       ItemKey
	ItemWeight float64
}

// MissingPolicy says when a score is valid although answers are missing (METHOD section 4).
type MissingPolicy struct {
	MinItemShare      float64 // answered share of the applicable item weight in a dimension
	MinDimensions     int     // valid dimensions
	MinDimensionShare float64 // valid share of the applicable dimension weight
}

// BasePolicy holds the smallest bases, in unweighted responses (METHOD section 6).
type BasePolicy struct {
	Suppress int // below: nothing is shown, not even n
	Show     int // below: only n is shown
	Test     int // below: shown flagged, never tested
	Flag     int // below: shown flagged
}

// DefaultMissingPolicy and DefaultBasePolicy are METHOD's stated choices.
func DefaultMissingPolicy() MissingPolicy {
	return MissingPolicy{MinItemShare: 0.5, MinDimensions: 3, MinDimensionShare: 0.6}
}

// DefaultBasePolicy: below 10 nothing, below 30 n only, below 50 no test, below 100 flagged.
func DefaultBasePolicy() BasePolicy { return BasePolicy{Suppress: 10, Show: 30, Test: 50, Flag: 100} }
