package surveyfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"paxscore/surveys"
)

// builder turns the file into the survey, filling in what may be left out.
type builder struct {
	languages []string
	problems  []surveys.FieldError // of what a Survey cannot tell any more
	inherited []string             // paths of what stands with an earlier model
	short     []string             // paths of weightings written as one margin
}

func (b *builder) add(path, rule, format string, args ...any) {
	b.problems = append(b.problems, surveys.FieldError{Field: path, Rule: rule, Message: fmt.Sprintf(format, args...)})
}

// again reports whether p says of an inherited part what is said where it stands.
func (b *builder) again(p surveys.FieldError) bool {
	return p.Rule != "duplicate" && slices.ContainsFunc(b.inherited, func(path string) bool { return partOf(p.Field, path) })
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func (b *builder) survey(f *file) *surveys.Survey {
	s := &surveys.Survey{
		Key:       surveys.SurveyKey(f.Key),
		Design:    surveys.Design{Cluster: surveys.AttributeKey(f.Design.Cluster), Stratum: surveys.AttributeKey(f.Design.Stratum)},
		Screening: surveys.Screening{Duplicates: or(f.Screening.Duplicates, true), Careless: or(f.Screening.Careless, true), BreakOffs: or(f.Screening.BreakOffs, true)},
	}
	for _, a := range f.Segments {
		s.Segments = append(s.Segments, surveys.AttributeKey(a))
	}
	q := &s.Questionnaire
	q.Languages = f.Languages
	q.Title, q.Intro, q.Thanks = b.text("title", f.Title), b.text("intro", f.Intro), b.text("thanks", f.Thanks)
	for i, x := range f.Scales {
		q.Scales = append(q.Scales, b.scale(at("scales", i), x))
	}
	for i, x := range f.Attributes {
		q.Attributes = append(q.Attributes, b.attribute(at("attributes", i), x))
	}
	for i, x := range f.Sections {
		q.Sections = append(q.Sections, b.section(at("sections", i), x, q.Scales))
	}
	for i, x := range f.Models {
		s.Models = append(s.Models, b.model(at("models", i), x, s.Models))
	}
	for i, x := range f.Initiatives {
		s.Initiatives = append(s.Initiatives, b.initiative(at("initiatives", i), x))
	}
	for i, x := range f.Splices {
		s.Splices = append(s.Splices, b.splice(at("splices", i), x))
	}
	return s
}

// text gives a text its languages. One string for several languages is a problem of its own.
func (b *builder) text(path string, t text) surveys.Text {
	if t.one == "" {
		return t.each
	}
	if len(b.languages) > 1 {
		b.add(path, "translation", "there is one text for %d languages; give one for each of %s", len(b.languages), strings.Join(b.languages, ", "))
	}
	return b.everywhere(t.one)
}

// everywhere is a text that is the same in every language.
func (b *builder) everywhere(s string) surveys.Text {
	t := surveys.Text{}
	for _, l := range b.languages {
		t[l] = s
	}
	return t
}

func (b *builder) scale(path string, x scale) surveys.Scale {
	s := surveys.Scale{Key: x.Key, Low: x.Low, High: x.High, LowLabel: b.text(path+".low_label", x.LowLabel), HighLabel: b.text(path+".high_label", x.HighLabel)}
	for i, p := range x.Points {
		s.Points = append(s.Points, surveys.Point{Value: p.Value, Label: b.text(at(path+".points", i)+".label", p.Label), Score: p.Score})
	}
	return s
}

func (b *builder) attribute(path string, x attribute) surveys.Attribute {
	a := surveys.Attribute{Key: surveys.AttributeKey(x.Key), Label: b.text(path+".label", x.Label), Ask: x.Ask}
	for i, v := range x.Values {
		label := b.everywhere(v.key)
		if !v.plain {
			label = b.text(at(path+".values", i), v.label)
		}
		a.Values = append(a.Values, surveys.AttributeValue{Key: v.key, Label: label})
	}
	return a
}

func (b *builder) section(path string, x section, scales []surveys.Scale) surveys.Section {
	s := surveys.Section{Key: x.Key, Title: b.text(path+".title", x.Title), Touchpoint: x.Touchpoint, ShowIf: routing(x.ShowIf)}
	for i, y := range x.Items {
		item := surveys.Item{
			Key:           surveys.ItemKey(y.Key),
			Kind:          surveys.Kind(cmp.Or(y.Kind, string(surveys.KindRating))),
			Text:          b.text(at(path+".items", i)+".text", y.Text),
			Scale:         y.Scale,
			Reverse:       y.Reverse,
			NotApplicable: y.NotApplicable,
			Required:      y.Required,
			Touchpoint:    cmp.Or(y.Touchpoint, x.Touchpoint),
			Owner:         y.Owner,
			ShowIf:        routing(y.ShowIf),
			MaxLength:     y.MaxLength,
		}
		if item.Scale == "" && item.Closed() && len(scales) == 1 {
			item.Scale = scales[0].Key
		}
		if !item.Closed() {
			item.MaxLength = cmp.Or(item.MaxLength, surveys.MaxComment)
		}
		s.Items = append(s.Items, item)
	}
	return s
}

func routing(c *condition) *surveys.Condition {
	if c == nil {
		return nil
	}
	return &surveys.Condition{Item: surveys.ItemKey(c.Item), Min: c.Min, Max: c.Max, Attribute: surveys.AttributeKey(c.Attribute), In: c.In}
}

func (b *builder) model(path string, x model, earlier []surveys.Model) surveys.Model {
	missing, base := surveys.DefaultMissingPolicy(), surveys.DefaultBasePolicy()
	missing.MinDimensions = max(1, min(missing.MinDimensions, len(x.Dimensions)))
	m := surveys.Model{
		Key: surveys.ModelKey(x.Key), Label: b.text(path+".label", x.Label), Note: b.text(path+".note", x.Note),
		Missing: surveys.MissingPolicy{
			MinItemShare:      or(x.Missing.MinItemShare, missing.MinItemShare),
			MinDimensions:     or(x.Missing.MinDimensions, missing.MinDimensions),
			MinDimensionShare: or(x.Missing.MinDimensionShare, missing.MinDimensionShare),
		},
		Base: surveys.BasePolicy{
			Suppress: or(x.Base.Suppress, base.Suppress), Show: or(x.Base.Show, base.Show),
			Test: or(x.Base.Test, base.Test), Flag: or(x.Base.Flag, base.Flag),
		},
		Confidence: or(x.Confidence, 0.95), Target: x.Target, Margin: or(x.Margin, 2),
	}
	if x.Weighting != nil {
		m.Weighting = b.weighting(path+".weighting", x.Weighting)
	}
	if a := x.Approval; a != nil {
		m.Approval = &surveys.Approval{By: a.By, On: surveys.Date(a.On), Method: surveys.ApprovalMethod(a.Method), FrozenUntil: surveys.Date(a.FrozenUntil)}
	}
	weighted := 0
	for _, d := range x.Dimensions {
		if d.Weight != nil {
			weighted++
		}
	}
	if weighted > 0 && weighted < len(x.Dimensions) {
		for i, d := range x.Dimensions {
			if d.Weight == nil {
				b.add(at(path+".dimensions", i)+".weight", "required", "is missing; give every dimension of a model a weight, or none")
			}
		}
	}
	for i, d := range x.Dimensions {
		dim := surveys.Dimension{
			Key: surveys.DimensionKey(d.Key), Label: b.text(at(path+".dimensions", i)+".label", d.Label), Target: d.Target,
			DimensionWeight: or(d.Weight, 1/float64(len(x.Dimensions))), Items: d.Items, Measure: surveys.Measure(d.Measure),
		}
		if old := find(earlier, dim.Key); old != nil {
			if !d.Label.given() {
				dim.Label = old.Label
				b.inherited = append(b.inherited, at(path+".dimensions", i)+".label")
			}
			if d.Items == nil {
				dim.Items = slices.Clone(old.Items)
				b.inherited = append(b.inherited, at(path+".dimensions", i)+".items")
			}
			if d.Measure == "" {
				dim.Measure = old.Measure
				b.inherited = append(b.inherited, at(path+".dimensions", i)+".measure")
			}
		}
		m.Dimensions = append(m.Dimensions, dim)
	}
	return m
}

// find returns the dimension with the key in the first model that has one.
func find(models []surveys.Model, key surveys.DimensionKey) *surveys.Dimension {
	for i := range models {
		for j := range models[i].Dimensions {
			if models[i].Dimensions[j].Key == key {
				return &models[i].Dimensions[j]
			}
		}
	}
	return nil
}

func or[T any](given *T, otherwise T) T {
	if given != nil {
		return *given
	}
	return otherwise
}
