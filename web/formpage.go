package web

import (
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
