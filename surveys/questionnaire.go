package surveys

import "strings"

// Typed keys. A key is lower case letters, digits and underscores, starting with a letter, at most 40 characters; a
// survey key may also hold hyphens.
type (
	SurveyKey    string
	ItemKey      string
	DimensionKey string
	AttributeKey string
	ModelKey     string
	WaveKey      string
)

// Text is a text in several languages, by BCP 47 tag.
type Text map[string]string

// In returns the text in the given language, or in the first of the fallbacks that has one, or "".
func (t Text) In(language string, fallbacks ...string) string {
	if s := t[language]; s != "" {
		return s
	}
	for _, f := range fallbacks {
		if s := t[f]; s != "" {
			return s
		}
	}
	return ""
}

// Questionnaire is what a passenger is asked.
type Questionnaire struct {
	Title, Intro, Thanks Text
	Languages            []string // BCP 47; the first is the fallback of the others
	Scales               []Scale
	Sections             []Section
	Attributes           []Attribute // what segments are made of: asked, carried by the invitation, or imported
}

// Scale is the set of whole values an item can be rated with.
type Scale struct {
	Key       string
	Low, High int
	LowLabel  Text // words at the ends, shown to passengers and read out by screen readers
	HighLabel Text
	Points    []Point // labelled values, in order shown; empty for a plain numeric scale
}

// Point is one labelled value of a scale.
type Point struct {
	Value int
	Label Text
	Score *float64 // 0..100; nil for the linear score of METHOD section 4
}

// Section groups the items of one touchpoint.
type Section struct {
	Key        string
	Title      Text
	Touchpoint string
	ShowIf     *Condition
	Items      []Item
}

// Kind says what an item is for.
type Kind string

const (
	KindRating    Kind = "rating"    // part of a dimension
	KindOverall   Kind = "overall"   // the single overall question, Q0
	KindRecommend Kind = "recommend" // likelihood to recommend, 0..10, gives NPS
	KindAgain     Kind = "again"     // likelihood to fly again
	KindComment   Kind = "comment"   // free text
)

// Item is one question.
type Item struct {
	Key           ItemKey
	Kind          Kind
	Text          Text
	Scale         string // key of the scale; "" for a comment
	Reverse       bool   // a high rating is bad
	NotApplicable bool   // "not applicable" may be answered
	Required      bool
	Touchpoint    string // of the section unless given
	Owner         string // department that answers for it
	ShowIf        *Condition
	MaxLength     int // characters of a comment
}

// Closed reports whether the item is rated on a scale.
func (i Item) Closed() bool { return i.Kind != KindComment }

// Condition routes: the section or item is asked only if it holds. Exactly one of Item and Attribute is set.
type Condition struct {
	Item      ItemKey
	Min, Max  *int // inclusive bounds on the rating of Item; an unanswered item does not satisfy it
	Attribute AttributeKey
	In        []string // values of Attribute
}

// Attribute is a property of the response by which segments are made.
type Attribute struct {
	Key    AttributeKey
	Label  Text
	Ask    bool             // asked on the form; else it comes with the invitation or the import
	Values []AttributeValue // closed list; empty for any text of at most 100 characters
}

// AttributeValue is one level of an attribute.
type AttributeValue struct {
	Key   string
	Label Text
}

// Has reports whether v is allowed: one of the list, or where the list is open any text for one line of at most 100
// characters without blanks at its ends.
func (a Attribute) Has(v string) bool {
	if len(a.Values) == 0 {
		return line(v, MaxAttribute) && strings.TrimSpace(v) == v
	}
	for _, x := range a.Values {
		if x.Key == v {
			return true
		}
	}
	return false
}

// Items returns every item in the order asked.
func (q *Questionnaire) Items() []Item {
	var out []Item
	for _, s := range q.Sections {
		out = append(out, s.Items...)
	}
	return out
}

// Rated returns the closed items in the order asked. The position of an item here is its position in Response.Ratings.
func (q *Questionnaire) Rated() []Item {
	var out []Item
	for _, s := range q.Sections {
		for _, i := range s.Items {
			if i.Closed() {
				out = append(out, i)
			}
		}
	}
	return out
}

// Scale returns the scale with the key; ok is false if there is none.
func (q *Questionnaire) Scale(key string) (s Scale, ok bool) {
	for _, s := range q.Scales {
		if s.Key == key {
			return s, true
		}
	}
	return Scale{}, false
}

// AttributeAt returns the position of an attribute, or -1.
func (q *Questionnaire) AttributeAt(key AttributeKey) int {
	for i, a := range q.Attributes {
		if a.Key == key {
			return i
		}
	}
	return -1
}

// Score returns the 0..100 score of a rating on the scale (METHOD section 4): 100(r-lo)/(hi-lo), reversed
// 100(hi-r)/(hi-lo), or the declared score of the point. ok is false for a value outside the scale.
func (s Scale) Score(rating int, reverse bool) (score float64, ok bool) {
	if rating < s.Low || rating > s.High || s.High == s.Low {
		return 0, false
	}
	for _, p := range s.Points {
		if p.Value == rating && p.Score != nil {
			if reverse {
				return 100 - *p.Score, true
			}
			return *p.Score, true
		}
	}
	if reverse {
		return 100 * float64(s.High-rating) / float64(s.High-s.Low), true
	}
	return 100 * float64(rating-s.Low) / float64(s.High-s.Low), true
}
