package stats

import "math"

// Kano categories of one respondent's pair of answers.
const (
	KanoAttractive   = "A"
	KanoOneDim       = "O"
	KanoMustBe       = "M"
	KanoIndifferent  = "I"
	KanoReverse      = "R"
	KanoQuestionable = "Q"
)

// KanoCategory reads the evaluation table of Kano et al. (1984) in the form of Berger et al. (1993): answers to "if it is there" and "if it
// is not", 1 like, 2 must be, 3 neutral, 4 can live with, 5 dislike. Empty for other answers.
func KanoCategory(functional, dysfunctional int) string {
	// Rows are functional, columns dysfunctional answers.
	const table = "QAAAO" + "RIIIM" + "RIIIM" + "RIIIM" + "RRRRQ"
	if functional < 1 || functional > 5 || dysfunctional < 1 || dysfunctional > 5 {
		return ""
	}
	at := 5*(functional-1) + dysfunctional - 1
	return table[at : at+1]
}

// KanoCounts counts answers by category, in weights or rows. Counts of parts merge by addition.
type KanoCounts struct {
	Attractive, OneDim, MustBe, Indifferent, Reverse, Questionable Sum
}

// Add takes an answer of a category with weight w. It says whether there is such a category.
func (k *KanoCounts) Add(category string, w float64) bool {
	switch category {
	case KanoAttractive:
		k.Attractive.Add(w)
	case KanoOneDim:
		k.OneDim.Add(w)
	case KanoMustBe:
		k.MustBe.Add(w)
	case KanoIndifferent:
		k.Indifferent.Add(w)
	case KanoReverse:
		k.Reverse.Add(w)
	case KanoQuestionable:
		k.Questionable.Add(w)
	default:
		return false
	}
	return true
}

// Merge takes the answers of other counts.
func (k *KanoCounts) Merge(o KanoCounts) {
	k.Attractive.Merge(o.Attractive)
	k.OneDim.Merge(o.OneDim)
	k.MustBe.Merge(o.MustBe)
	k.Indifferent.Merge(o.Indifferent)
	k.Reverse.Merge(o.Reverse)
	k.Questionable.Merge(o.Questionable)
}

// Better is (A+O)/(A+O+M+I), how much satisfaction rises when it is there; Worse is −(O+M)/(A+O+M+I), how much it falls when it is
// not (Berger et al. 1993). NaN without answers of these four categories.
func (k KanoCounts) Better() float64 { return k.part(k.Attractive, k.OneDim) }

// Worse is described at Better.
func (k KanoCounts) Worse() float64 { return -k.part(k.OneDim, k.MustBe) }

func (k KanoCounts) part(a, b Sum) float64 {
	a.Merge(b)
	all := k.Attractive
	all.Merge(k.OneDim)
	all.Merge(k.MustBe)
	all.Merge(k.Indifferent)
	if v := all.Value(); v > 0 {
		return a.Value() / v
	}
	return math.NaN()
}
