package reports

import (
	"strings"
	"time"

	"paxscore/surveys"
)

// began is what is after an initiative: a moment or a condition, with the words of the question.
type began struct {
	text   string
	moment time.Time
	where  []Where
}

// declared fills a question from the initiative that it names.
func (l *layout) declared(q *ImpactQuery, bad *surveys.InvalidError) began {
	if strings.TrimSpace(q.After) != "" || len(q.Treated) > 0 {
		bad.Add("initiative", "conflict", "the survey declares what is after an initiative and who was treated; give the initiative, or after and treated")
		return began{}
	}
	x, ok := l.survey.Initiative(surveys.InitiativeKey(q.Initiative))
	if !ok {
		known := make([]string, len(l.survey.Initiatives))
		for i := range known {
			known[i] = string(l.survey.Initiatives[i].Key)
		}
		bad.Add("initiative", "unknown", "the survey declares no initiative %q; there are %s", clip(q.Initiative), list(known))
		return began{}
	}
	if len(q.Measures) == 0 {
		q.Measures = x.Measures
	}
	for _, t := range x.Treated {
		q.Treated = append(q.Treated, whereOf(t))
	}
	if x.After != nil {
		w := whereOf(*x.After)
		return began{text: w.Attribute + "=" + strings.Join(w.Values, ","), where: []Where{w}}
	}
	return began{text: x.Began.Format(time.DateOnly), moment: x.Began}
}

func whereOf(a surveys.Among) Where {
	return Where{Attribute: string(a.Attribute), Values: append([]string(nil), a.In...)}
}

// after reads what is after the initiative began: as it is declared, a date, or a condition.
func (l *layout) after(q *ImpactQuery, bad *surveys.InvalidError) began {
	text := strings.TrimSpace(q.After)
	if q.Initiative != "" {
		return l.declared(q, bad)
	}
	if text == "" {
		bad.Add("after", "required", "say what is after the initiative began: a date like 2025-07-01, or attribute=value")
		return began{}
	}
	out := began{text: text}
	var err error
	if strings.Contains(text, "=") {
		var w Where
		if w, err = ParseWhere(text); err == nil {
			out.where = []Where{w}
			l.checkConditions("after", out.where, bad)
		}
	} else {
		out.moment, _, err = parseMoment(text)
	}
	if err != nil {
		bad.Add("after", "syntax", "%v", err)
	}
	return out
}
