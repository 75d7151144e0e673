package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"paxscore/surveys"
)

// formPage is the passenger's form.
type formPage struct {
	frame
	Action, ID, Version, Started string
	Mode                         surveys.Mode
	Languages                    []languageChoice // empty if there is only one
	Heading, Intro               string
	General                      []string    // problems of no single question
	Errors                       []errorLine // problems of questions, in their order
	Sections                     []sectionView
	Asked                        []attributeView
	Steps                        int // sections, that of attributes included
}

type languageChoice struct {
	Tag, Name string
	Current   bool
}

// errorLine leads from the summary on top to the field.
type errorLine struct{ Field, Question, Message string }

type sectionView struct {
	Step      int
	Title     string
	Condition string // in words; "" for none
	Questions []questionView
}

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

type attributeView struct {
	Name, Field, Label, Error string
	Value                     string
	Options                   []option // empty for any text
}

type option struct {
	Value, Label string
	Selected     bool
}

// formView turns a form into its page.
type formView struct {
	form  *surveys.Form
	in    *filled
	words *words
	wrong map[string]string // message by field: "answers.ITEM", "attributes.ATTRIBUTE"
}

func (s *site) newFormPage(form *surveys.Form, in *filled, problems []surveys.FieldError) (*formPage, error) {
	q := &form.Survey.Questionnaire
	page := &formPage{
		frame: s.views.frame(in.Language, ""), ID: in.ID, Version: strconv.Itoa(form.Survey.Version), Started: in.Started, Mode: in.Mode,
	}
	v := &formView{form: form, in: in, words: page.Words, wrong: map[string]string{}}
	page.Heading, page.Intro = v.text(q.Title), v.text(q.Intro)
	page.Title = page.Heading
	if len(q.Languages) > 1 {
		for _, tag := range q.Languages {
			page.Languages = append(page.Languages, languageChoice{tag, s.views.locales.name(tag), tag == in.Language})
		}
	}
	page.General = v.sort(problems)
	for _, section := range q.Sections {
		view, ok, err := v.section(section)
		if err != nil {
			return nil, err
		}
		if ok {
			page.Steps++
			view.Step = page.Steps
			page.Sections = append(page.Sections, view)
		}
	}
	page.Asked = v.asked()
	if len(page.Asked) > 0 {
		page.Steps++
	}
	for _, section := range page.Sections {
		for _, question := range section.Questions {
			if question.Error != "" {
				page.Errors = append(page.Errors, errorLine{question.Field, question.Text, question.Error})
			}
		}
	}
	for _, a := range page.Asked {
		if a.Error != "" {
			page.Errors = append(page.Errors, errorLine{a.Field, a.Label, a.Error})
		}
	}
	if len(page.Errors)+len(page.General) > 0 {
		page.Title = page.Words.ErrorPrefix + page.Title
	}
	return page, nil
}

// text returns a text of the questionnaire in the passenger's language, or in the survey's first.
func (v *formView) text(t surveys.Text) string {
	return t.In(v.in.Language, v.form.Survey.Questionnaire.Languages...)
}

// sort puts problems to their questions, in the passenger's words, and returns those that belong to none.
func (v *formView) sort(problems []surveys.FieldError) (general []string) {
	say := func(s string) {
		if !slices.Contains(general, s) {
			general = append(general, s)
		}
	}
	q := &v.form.Survey.Questionnaire
	for _, p := range problems {
		kind, key, _ := strings.Cut(p.Field, ".")
		message := ""
		switch kind {
		case "answers":
			i := slices.IndexFunc(q.Items(), func(i surveys.Item) bool { return string(i.Key) == key })
			if i >= 0 {
				message = v.message(p.Rule, commentLength(q.Items()[i]))
			}
		case "attributes":
			if i := q.AttributeAt(surveys.AttributeKey(key)); i >= 0 && q.Attributes[i].Ask {
				message = v.message(p.Rule, surveys.MaxAttribute)
			}
		}
		switch {
		case message != "" && v.wrong[p.Field] == "":
			v.wrong[p.Field] = message
		case message != "":
		case p.Rule == "empty":
			say(v.words.ErrorEmpty)
		default:
			say(v.words.ErrorForm)
		}
	}
	return general
}

func (v *formView) message(rule string, length int) string {
	switch rule {
	case "required":
		return v.words.ErrorRequired
	case "range", "unknown", "not_applicable":
		return v.words.ErrorValue
	case "length":
		return fill(v.words.ErrorLong, "n", strconv.Itoa(length))
	}
	return v.words.ErrorOther
}

func commentLength(i surveys.Item) int {
	if i.MaxLength > 0 {
		return i.MaxLength
	}
	return surveys.MaxComment
}

// section returns a section as asked; ok is false if the invitation tells that nothing of it is.
func (v *formView) section(s surveys.Section) (view sectionView, ok bool, err error) {
	condition, never := v.condition(s.ShowIf)
	if never {
		return view, false, nil
	}
	view = sectionView{Title: v.text(s.Title), Condition: condition}
	for _, item := range s.Items {
		condition, never := v.condition(item.ShowIf)
		if never {
			continue
		}
		question, err := v.question(item)
		if err != nil {
			return view, false, err
		}
		question.Condition = condition
		view.Questions = append(view.Questions, question)
	}
	return view, len(view.Questions) > 0, nil
}

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
