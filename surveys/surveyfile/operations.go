package surveyfile

import (
	"errors"
	"fmt"
	"time"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// operations is a file of operational indicators as it is written.
type operations struct {
	Title      string      `yaml:"title"`
	Share      float64     `yaml:"operational_share,required"`
	Indicators []indicator `yaml:"indicators,required"`
	Groups     []measured  `yaml:"groups"`
	Peers      []peer      `yaml:"peers"`
}

type indicator struct {
	Key    string   `yaml:"key,required"`
	Label  string   `yaml:"label"`
	Unit   string   `yaml:"unit"`
	Weight *float64 `yaml:"weight"`
	Curve  []anchor `yaml:"curve,required"`
	Value  *float64 `yaml:"value"`
}

type anchor struct {
	Value float64 `yaml:"value,required"`
	Score float64 `yaml:"score,required"`
}

type measured struct {
	Label  string             `yaml:"label,required"`
	Where  measuredWhere      `yaml:"where"`
	From   string             `yaml:"from"`
	To     string             `yaml:"to"`
	Values map[string]float64 `yaml:"values,required"`
}

type peer struct {
	Label  string             `yaml:"label,required"`
	Values map[string]float64 `yaml:"values,required"`
}

// measuredWhere is a map of attributes to one value or a list of values.
type measuredWhere []surveys.MeasuredWhere

func (m *measuredWhere) ReadYAML(v strictyaml.Value) {
	if !v.IsMap() {
		v.Refuse("type", "must be a map of attributes to values")
		return
	}
	for key, value := range v.Entries() {
		w := surveys.MeasuredWhere{Attribute: key.Text()}
		if value.IsWord() {
			w.Values = []string{value.Text()}
		} else {
			value.Decode(&w.Values)
		}
		*m = append(*m, w)
	}
}

// ReadOperations reads a file of operational indicators; name is for messages, s the survey by whose attributes groups are named. It is
// read as strictly as a survey file. An indicator without a weight has weight 1, one without a label its key. Days of a period are whole
// days in UTC, the last included. Errors: *surveys.InvalidError with every problem by place.
func ReadOperations(name string, src []byte, s *surveys.Survey) (*surveys.Operations, error) {
	input := "operations file " + name
	doc, problems := strictyaml.Parse(src)
	if doc == nil {
		return nil, &surveys.InvalidError{Input: input, Fields: problems}
	}
	var f operations
	problems = append(problems, doc.Decode(&f)...)
	b := &builder{}
	o := b.operations(&f)
	problems = addNew(problems, b.problems, doc)
	var invalid *surveys.InvalidError
	if errors.As(o.Validate(&s.Questionnaire), &invalid) {
		problems = addNew(problems, invalid.Fields, doc)
	}
	if len(problems) > 0 {
		return nil, &surveys.InvalidError{Input: input, Fields: strictyaml.Sorted(problems)}
	}
	return o, nil
}

func (b *builder) operations(f *operations) *surveys.Operations {
	o := &surveys.Operations{Title: f.Title, Share: f.Share}
	for _, x := range f.Indicators {
		i := surveys.OperationalIndicator{Key: x.Key, Label: x.Label, Unit: x.Unit, IndicatorWeight: or(x.Weight, 1), Value: x.Value}
		if i.Label == "" {
			i.Label = i.Key
		}
		for _, a := range x.Curve {
			i.Curve = append(i.Curve, surveys.CurveAnchor{Value: a.Value, Score: a.Score})
		}
		o.Indicators = append(o.Indicators, i)
	}
	for i, x := range f.Groups {
		path := at("groups", i)
		g := surveys.MeasuredGroup{Label: x.Label, Where: x.Where, From: b.day(path+".from", x.From), To: b.day(path+".to", x.To), Values: x.Values}
		if !g.To.IsZero() {
			g.To = g.To.AddDate(0, 0, 1)
		}
		o.Groups = append(o.Groups, g)
	}
	for _, x := range f.Peers {
		o.Peers = append(o.Peers, surveys.Peer{Label: x.Label, Values: x.Values})
	}
	return o
}

// day reads a date; "" is the zero time.
func (b *builder) day(path, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 || t.Year() > 9998 {
		b.add(path, "date", "%s is not a date like 2025-03-01", fmt.Sprintf("%.40q", text))
		return time.Time{}
	}
	return t
}
