package api

import (
	"cmp"

	"paxscore/surveys"
)

// surveyOf renders a survey.
func surveyOf(v *surveys.Survey) Survey {
	q := &v.Questionnaire
	out := Survey{
		SurveySummary: summaryOf(v),
		Intro:         texts(q.Intro),
		Thanks:        texts(q.Thanks),
		Scales:        make([]Scale, len(q.Scales)),
		Sections:      make([]Section, len(q.Sections)),
		Attributes:    make([]Attribute, len(q.Attributes)),
		Scoring:       make([]Model, len(v.Models)),
		Design:        Design{Cluster: string(v.Design.Cluster), Stratum: string(v.Design.Stratum)},
		Screening:     Screening(v.Screening),
	}
	for i, s := range q.Scales {
		out.Scales[i] = scaleOf(s)
	}
	for i, s := range q.Sections {
		out.Sections[i] = sectionOf(s)
	}
	for i, a := range q.Attributes {
		values := make([]AttributeValue, len(a.Values))
		for j, x := range a.Values {
			values[j] = AttributeValue{Key: x.Key, Label: texts(x.Label)}
		}
		out.Attributes[i] = Attribute{Key: string(a.Key), Label: texts(a.Label), Ask: a.Ask, Values: values}
	}
	for i, m := range v.Models {
		out.Scoring[i] = modelOf(m)
	}
	return out
}

func scaleOf(s surveys.Scale) Scale {
	points := make([]Point, len(s.Points))
	for i, p := range s.Points {
		points[i] = Point{Value: p.Value, Label: texts(p.Label), Score: p.Score}
	}
	return Scale{Key: s.Key, Low: s.Low, High: s.High, LowLabel: texts(s.LowLabel), HighLabel: texts(s.HighLabel), Points: points}
}

func sectionOf(s surveys.Section) Section {
	items := make([]Item, len(s.Items))
	for i, x := range s.Items {
		touchpoint := x.Touchpoint
		if touchpoint == "" {
			touchpoint = s.Touchpoint
		}
		items[i] = Item{
			Key: string(x.Key), Kind: string(x.Kind), Text: texts(x.Text), Scale: x.Scale, Reverse: x.Reverse,
			NotApplicable: x.NotApplicable, Required: x.Required, Touchpoint: touchpoint, Owner: x.Owner,
			ShowIf: conditionOf(x.ShowIf), MaxLength: x.MaxLength,
		}
	}
	return Section{Key: s.Key, Title: texts(s.Title), Touchpoint: s.Touchpoint, ShowIf: conditionOf(s.ShowIf), Items: items}
}

func conditionOf(c *surveys.Condition) *Condition {
	if c == nil {
		return nil
	}
	return &Condition{Item: string(c.Item), Min: c.Min, Max: c.Max, Attribute: string(c.Attribute), In: c.In}
}

func modelOf(m surveys.Model) Model {
	dimensions := make([]Dimension, len(m.Dimensions))
	for i, d := range m.Dimensions {
		items := make([]ItemWeight, len(d.Items))
		for j, x := range d.Items {
			items[j] = ItemWeight{Item: string(x.Item), ItemWeight: x.ItemWeight}
		}
		dimensions[i] = Dimension{
			Key: string(d.Key), Label: texts(d.Label), DimensionWeight: d.DimensionWeight, Target: d.Target, Measure: string(d.Measure), Items: items,
		}
	}
	return Model{
		Key: string(m.Key), Label: texts(m.Label), Note: texts(m.Note), Dimensions: dimensions,
		Missing: MissingPolicy(m.Missing), Base: BasePolicy(m.Base),
		Confidence: m.Confidence, Target: m.Target, Margin: m.Margin, Weighting: populationOf(m.Weighting), Approval: approvalOf(m.Approval),
	}
}

func approvalOf(a *surveys.Approval) *Approval {
	if a == nil {
		return nil
	}
	out := &Approval{By: a.By, On: string(a.On), Method: string(a.Method)}
	if a.FrozenUntil != "" {
		until := string(a.FrozenUntil)
		out.FrozenUntil = &until
	}
	return out
}

func populationOf(w *surveys.Weighting) *Population {
	if w == nil {
		return nil
	}
	out := &Population{Method: string(w.Method), Errors: string(cmp.Or(w.Errors, surveys.FixedErrors)), Margins: []PopulationMargin{}}
	for _, m := range w.Margins {
		merge := m.Merge
		if merge == nil {
			merge = map[string][]string{}
		}
		out.Margins = append(out.Margins, PopulationMargin{Attribute: string(m.Attribute), Shares: m.Shares, Merge: merge})
	}
	switch w.Method {
	case surveys.PostStratify:
		out.Attribute, out.Shares = string(w.Margins[0].Attribute), w.Margins[0].Shares
	case surveys.Rake:
		out.Cap, out.Floor = &w.Cap, &w.Floor
	case surveys.Calibrate:
		out.Bounds = []float64{w.Low, w.High}
	}
	return out
}
