package reports

import (
	"context"
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// versions reads responses to any version of a survey as responses to the one in force.
type versions struct {
	store surveys.SurveyStore
	in    *layout
	known map[int]*version
}

func newVersions(store surveys.SurveyStore, in *layout) *versions {
	return &versions{store: store, in: in, known: map[int]*version{}}
}

// inForce returns r if it is to the version in force, else a copy that is. met is another version, the first time a response to it
// comes.
func (vs *versions) inForce(ctx context.Context, r *surveys.Response) (in *surveys.Response, met *version, err error) {
	if r.Version == vs.in.survey.Version {
		return r, nil, nil
	}
	v, first, err := vs.find(ctx, r.Version)
	if err != nil {
		return nil, nil, fmt.Errorf("response %v: %w", r.ID, err)
	}
	if first {
		met = v
	}
	in, err = v.mapped(r)
	return in, met, err
}

// find returns another version than the one in force; first says that it was not met before.
func (vs *versions) find(ctx context.Context, number int) (v *version, first bool, err error) {
	if v = vs.known[number]; v != nil {
		return v, false, nil
	}
	old, err := vs.store.FindSurvey(ctx, vs.in.survey.Key, number)
	if err != nil {
		return nil, false, fmt.Errorf("version %d of survey %q: %w", number, vs.in.survey.Key, err)
	}
	v = newVersion(old, vs.in)
	vs.known[number] = v
	return v, true, nil
}

// version says how responses to another version of the questionnaire are read by the one in force.
type version struct {
	number     int
	ratings    int      // of a response to it
	attributes int      // likewise
	item       []int    // for each item in force, its position in that version, or scoring.None
	attribute  []int    // for each attribute in force, likewise
	other      []string // for each item in force, "" where that version asks it on the same scale, else how it does
	in         *layout
	warnings   []string
}

// newVersion compares a version with the layout in force. An item is the same if its key, the ends of its scale and the scores of
// all ratings are; any other counts as not routed. An attribute is the same if its key is; a value that is no longer on
// its list is unknown.
func newVersion(old *surveys.Survey, in *layout) *version {
	was := newLayout(old)
	v := &version{number: old.Version, ratings: len(was.rated), attributes: len(was.attributes) - builtIn, in: in}
	var absent, changed, gone []string
	for i, it := range in.rated {
		at := slices.IndexFunc(was.rated, func(o surveys.Item) bool { return o.Key == it.Key })
		switch {
		case at < 0:
			at = scoring.None
			absent = append(absent, string(it.Key))
		case was.items[at].Low != in.items[i].Low || !slices.Equal(was.items[at].Scores, in.items[i].Scores):
			at = scoring.None
			changed = append(changed, string(it.Key))
		}
		v.item = append(v.item, at)
		v.other = append(v.other, asked(was, it.Key))
		if v.other[i] == asked(in, it.Key) {
			v.other[i] = ""
		}
	}
	for _, a := range in.attributes[:len(in.attributes)-builtIn] {
		at := slices.IndexFunc(was.attributes[:v.attributes], func(o attribute) bool { return o.key == a.key })
		if at < 0 {
			at = scoring.None
			gone = append(gone, a.key)
		}
		v.attribute = append(v.attribute, at)
	}
	v.warn("did not ask %s: not routed there.", absent)
	v.warn("asked %s on another scale: not routed there.", changed)
	v.warn("did not record %s: unknown there.", gone)
	return v
}

// asked says on which scale a questionnaire asks an item: its ends, the score of every rating, and the order in which its levels are
// shown. What is asked, and the words of the levels, are not looked at.
func asked(l *layout, item surveys.ItemKey) string {
	at := slices.IndexFunc(l.rated, func(it surveys.Item) bool { return it.Key == item })
	if at < 0 {
		return "not asked"
	}
	var order []int
	for _, p := range l.scales[at].Points {
		order = append(order, p.Value)
	}
	return fmt.Sprint(l.items[at].Low, l.items[at].Scores, order)
}

func (v *version) warn(format string, keys []string) {
	if len(keys) > 0 {
		v.warnings = append(v.warnings, fmt.Sprintf("Questionnaire version %d ", v.number)+fmt.Sprintf(format, list(keys)))
	}
}

// mapped returns the response as one to the questionnaire in force. Errors: it has not the ratings or attributes of its version.
func (v *version) mapped(r *surveys.Response) (*surveys.Response, error) {
	if len(r.Ratings) != v.ratings || len(r.Attributes) != v.attributes {
		return nil, fmt.Errorf("response %v: %d ratings and %d attributes, version %d of survey %q has %d and %d",
			r.ID, len(r.Ratings), len(r.Attributes), v.number, r.Survey, v.ratings, v.attributes)
	}
	out := *r
	out.Ratings = make([]byte, len(v.item))
	for i, at := range v.item {
		out.Ratings[i] = columns.NotRouted
		if at != scoring.None {
			out.Ratings[i] = r.Ratings[at]
		}
	}
	out.Attributes = make([]string, len(v.attribute))
	for i, at := range v.attribute {
		if at == scoring.None {
			continue
		}
		if levels := v.in.attributes[i].levels(); len(levels) == 0 || slices.Contains(levels, r.Attributes[at]) {
			out.Attributes[i] = r.Attributes[at]
		}
	}
	return &out, nil
}
