package reports

import (
	"fmt"
	"math"

	"paxscore/scoring"
	"paxscore/surveys"
)

// layout is what a data set knows of its survey, worked out once.
type layout struct {
	survey     *surveys.Survey
	rated      []surveys.Item
	scales     []surveys.Scale // of the rated items
	items      []scoring.Item
	overall    int // position among the rated, or scoring.None
	recommend  int
	attributes []attribute
}

// attribute is something that responses can be filtered and grouped by: an attribute of the questionnaire, or one that every
// response has. Its position in layout.attributes is that of its column.
type attribute struct {
	key    string
	label  string
	values []surveys.AttributeValue // closed list; empty for an open one
}

// Attributes that every response has, after those of the questionnaire.
const (
	attributeMode     = "mode"
	attributeLanguage = "language"
	attributeWave     = "wave"
	attributeVersion  = "version"
	builtIn           = 4
)

func newLayout(s *surveys.Survey) *layout {
	q := &s.Questionnaire
	l := &layout{survey: s, rated: q.Rated(), overall: scoring.None, recommend: scoring.None}
	for i, it := range l.rated {
		sc, _ := q.Scale(it.Scale)
		l.scales = append(l.scales, sc)
		l.items = append(l.items, scoringItem(it, sc))
		switch {
		case it.Kind == surveys.KindOverall && l.overall == scoring.None:
			l.overall = i
		case it.Kind == surveys.KindRecommend && l.recommend == scoring.None:
			l.recommend = i
		}
	}
	for _, a := range q.Attributes {
		l.attributes = append(l.attributes, attribute{key: string(a.Key), label: l.words(a.Label, string(a.Key)), values: a.Values})
	}
	modes := make([]surveys.AttributeValue, 0, len(surveys.Modes()))
	for _, m := range surveys.Modes() {
		modes = append(modes, surveys.AttributeValue{Key: string(m)})
	}
	l.attributes = append(l.attributes, attribute{key: attributeMode, label: "mode", values: modes},
		attribute{key: attributeLanguage, label: "language"}, attribute{key: attributeWave, label: "wave"}, attribute{key: attributeVersion, label: "version"})
	return l
}

func scoringItem(it surveys.Item, sc surveys.Scale) scoring.Item {
	out := scoring.Item{Low: sc.Low, High: sc.High, Rating: it.Kind == surveys.KindRating}
	for r := sc.Low; r <= sc.High; r++ {
		score, ok := sc.Score(r, it.Reverse)
		if !ok {
			score = math.NaN()
		}
		out.Scores = append(out.Scores, score)
	}
	return out
}

// model translates a scoring model of the survey. Errors: it names an item that the questionnaire does not rate.
func (l *layout) model(m *surveys.Model) (*scoring.Model, error) {
	out := &scoring.Model{Items: l.items, Overall: l.overall, Recommend: l.recommend, Policy: scoring.Policy{
		MinItemShare: m.Missing.MinItemShare, MinDimensions: m.Missing.MinDimensions, MinDimensionShare: m.Missing.MinDimensionShare}}
	at := map[surveys.ItemKey]int{}
	for i, it := range l.rated {
		at[it.Key] = i
	}
	for _, d := range m.Dimensions {
		dim := scoring.Dimension{DimensionWeight: d.DimensionWeight}
		for _, u := range d.Items {
			i, ok := at[u.Item]
			if !ok {
				return nil, fmt.Errorf("model %q of survey %q: dimension %q: no rated item %q", m.Key, l.survey.Key, d.Key, u.Item)
			}
			dim.Items = append(dim.Items, scoring.ItemWeight{Item: i, ItemWeight: u.ItemWeight})
		}
		out.Dimensions = append(out.Dimensions, dim)
	}
	return out, out.Check()
}

// standard is the model of questions that name none. Errors: the survey has no model, or one that does not fit its questionnaire.
func (l *layout) standard() (*scoring.Model, error) {
	m, err := l.survey.Model("")
	if err != nil {
		return nil, err
	}
	return l.model(m)
}

// attributeAt is the column of an attribute, or scoring.None.
func (l *layout) attributeAt(key string) int {
	if key != "" {
		for i, a := range l.attributes {
			if a.key == key {
				return i
			}
		}
	}
	return scoring.None
}

// words returns a text in the survey's first language, or the fallback.
func (l *layout) words(t surveys.Text, fallback string) string {
	languages := l.survey.Questionnaire.Languages
	if len(languages) > 0 {
		if s := t.In(languages[0], languages[1:]...); s != "" {
			return s
		}
	}
	return fallback
}

// sharedScale returns the scale of a model's items, if all have the same ends and the linear score.
func sharedScale(m *scoring.Model, dimensions ...scoring.Dimension) (low, high int, ok bool) {
	for _, d := range dimensions {
		for _, u := range d.Items {
			it := &m.Items[u.Item]
			if linear, _ := it.Linear(); !linear || ok && (it.Low != low || it.High != high) {
				return 0, 0, false
			}
			low, high, ok = it.Low, it.High, true
		}
	}
	return low, high, ok
}
