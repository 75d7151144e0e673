package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"paxscore/surveys"
)

// Ways of drawing a question.
const (
	drawStrip  = "strip"  // a row of numbers
	drawList   = "list"   // labelled values, one a line
	drawNumber = "number" // a number field, for long scales
	drawText   = "text"   // a comment
)

// maxStrip is how many values fit in a row on a phone.
const maxStrip = 11

type questionView struct {
	Draw, Key, Name, Field string // Field is the id that the error summary leads to
	Text                   string
	Required               bool
	Condition              string
	Error                  string
	Points                 []pointView
	Low, High              int
	LowLabel, HighLabel    string
	CanBeNA, NA            bool
	Value, Hint            string
	MaxLength              int
}

type pointView struct {
	Value   int
	Label   string // of the value, or words at an end of the scale for screen readers
	Checked bool
	Field   string // id, of the first only
}

// question returns an item as it is drawn, with what was answered.
func (v *formView) question(item surveys.Item) (questionView, error) {
	value := v.in.Answers[item.Key]
	view := questionView{
		Key: string(item.Key), Name: answerPrefix + string(item.Key), Field: "q-" + string(item.Key), Text: v.text(item.Text),
		Required: item.Required, Error: v.wrong["answers."+string(item.Key)], Value: value,
		CanBeNA: item.NotApplicable, NA: value == notApplicable,
	}
	if !item.Closed() {
		view.Draw, view.MaxLength = drawText, commentLength(item)
		view.Hint = fill(v.words.CommentHint, "n", strconv.Itoa(view.MaxLength))
		return view, nil
	}
	scale, ok := v.form.Survey.Questionnaire.Scale(item.Scale)
	if !ok {
		return view, fmt.Errorf("item %q: scale %q: %w", item.Key, item.Scale, surveys.ErrNotFound)
	}
	view.Low, view.High = scale.Low, scale.High
	view.LowLabel, view.HighLabel = v.text(scale.LowLabel), v.text(scale.HighLabel)
	switch {
	case len(scale.Points) > 0:
		view.Draw = drawList
		for _, p := range scale.Points {
			view.Points = append(view.Points, pointView{Value: p.Value, Label: v.text(p.Label)})
		}
	case scale.High-scale.Low < maxStrip:
		view.Draw = drawStrip
		for n := scale.Low; n <= scale.High; n++ {
			view.Points = append(view.Points, pointView{Value: n})
		}
		view.Points[0].Label, view.Points[len(view.Points)-1].Label = view.LowLabel, view.HighLabel
	default:
		view.Draw = drawNumber
		view.Hint = fill(v.words.NumberHint, "low", strconv.Itoa(scale.Low), "high", strconv.Itoa(scale.High))
		if view.NA {
			view.Value = ""
		}
	}
	for i := range view.Points {
		view.Points[i].Checked = value == strconv.Itoa(view.Points[i].Value)
	}
	if len(view.Points) > 0 {
		view.Points[0].Field = view.Field
	}
	return view, nil
}

// asked returns the attributes that the passenger is asked for, without those that the invitation carries.
func (v *formView) asked() []attributeView {
	var out []attributeView
	for _, a := range v.form.Survey.Questionnaire.Attributes {
		if _, carried := v.form.Attributes[a.Key]; carried || !a.Ask {
			continue
		}
		value := v.in.Attributes[a.Key]
		view := attributeView{
			Name: attributePfx + string(a.Key), Field: "s-" + string(a.Key), Label: v.text(a.Label), Value: value,
			Error: v.wrong["attributes."+string(a.Key)],
		}
		for _, x := range a.Values {
			view.Options = append(view.Options, option{x.Key, v.text(x.Label), x.Key == value})
		}
		out = append(out, view)
	}
	return out
}

// condition puts a condition into words. never is true if the invitation tells already that it does not hold, words is
// "" if it tells that it does.
func (v *formView) condition(c *surveys.Condition) (words string, never bool) {
	if c == nil {
		return "", false
	}
	q := &v.form.Survey.Questionnaire
	if c.Item == "" {
		if value, carried := v.form.Attributes[c.Attribute]; carried {
			return "", !slices.Contains(c.In, value)
		}
		i := q.AttributeAt(c.Attribute)
		if i < 0 || !q.Attributes[i].Ask {
			return "", true // unknown, and nobody will tell
		}
		var labels []string
		for _, key := range c.In {
			label := key
			for _, x := range q.Attributes[i].Values {
				if x.Key == key {
					label = v.text(x.Label)
				}
			}
			labels = append(labels, label)
		}
		return fill(v.words.ConditionAttribute, "label", v.text(q.Attributes[i].Label), "values", strings.Join(labels, " / ")), false
	}
	question := string(c.Item)
	for _, item := range q.Items() {
		if item.Key == c.Item {
			question = v.text(item.Text)
		}
	}
	places := []string{"question", question}
	text := v.words.ConditionAny
	switch {
	case c.Min != nil && c.Max != nil:
		text, places = v.words.ConditionBetween, append(places, "low", strconv.Itoa(*c.Min), "high", strconv.Itoa(*c.Max))
	case c.Min != nil:
		text, places = v.words.ConditionFrom, append(places, "low", strconv.Itoa(*c.Min))
	case c.Max != nil:
		text, places = v.words.ConditionTo, append(places, "high", strconv.Itoa(*c.Max))
	}
	return fill(text, places...), false
}
