package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// readQuery reads the question in an address as the API does: model, by=a,b, where=a=v,w, from, to, unweighted, all_rows.
// Beyond that, empty parameters are left out (a form sends all its fields), "where.a" is the value of a free text, and
// "cross" joins the chosen attributes to one segmentation. Without any "by" the segments of the survey are shown.
func readQuery(v url.Values, s *surveys.Survey) (reports.Query, error) {
	q := reports.Query{Model: v.Get("model"), Unweighted: v.Get("unweighted") == "true", AllRows: v.Get("all_rows") == "true"}
	bad := &surveys.InvalidError{Input: "question"}
	for _, by := range v["by"] {
		if by = strings.TrimSpace(by); by != "" {
			q.By = append(q.By, reports.ParseBy(by))
		}
	}
	if v.Has("cross") && len(q.By) > 1 {
		q.By = [][]string{slices.Concat(q.By...)}
	}
	if !v.Has("by") {
		q.By = reports.DefaultBy(s)
	}
	where := slices.Clone(v["where"])
	for _, a := range s.Questionnaire.Attributes {
		if text := strings.TrimSpace(v.Get("where." + string(a.Key))); text != "" {
			where = append(where, string(a.Key)+"="+text)
		}
	}
	for _, w := range where {
		if w = strings.TrimSpace(w); w == "" {
			continue
		}
		condition, err := reports.ParseWhere(w)
		if err != nil {
			bad.Add("where", "syntax", "%v", err)
			continue
		}
		q.Where = append(q.Where, condition)
	}
	var err error
	if q.From, q.To, err = reports.ParsePeriod(v.Get("from"), v.Get("to")); err != nil {
		bad.Add("period", "syntax", "%v", err)
	}
	return q, bad.OrNil()
}

// address returns the query string by which the API answers the same question.
func address(q reports.Query) string {
	v := url.Values{}
	if q.Model != "" {
		v.Set("model", q.Model)
	}
	for _, by := range q.By {
		v.Add("by", strings.Join(by, ","))
	}
	for _, w := range q.Where {
		v.Add("where", w.Attribute+"="+strings.Join(w.Values, ","))
	}
	if !q.From.IsZero() {
		v.Set("from", q.From.Format(time.RFC3339))
	}
	if !q.To.IsZero() {
		v.Set("to", q.To.Format(time.RFC3339))
	}
	if q.Unweighted {
		v.Set("unweighted", "true")
	}
	if q.AllRows {
		v.Set("all_rows", "true")
	}
	return v.Encode()
}

// filterForm is the question as a form.
type filterForm struct {
	Models              []option
	By                  []option
	Where               []whereField
	From, To            string
	Unweighted, AllRows bool
	Chosen              []string // what is asked, in words
}

// whereField chooses the values of one attribute.
type whereField struct {
	ID, Name, Label, Value string
	Options                []option // empty for free text
}

func newFilterForm(s *surveys.Survey, q reports.Query, v url.Values) filterForm {
	f := filterForm{From: v.Get("from"), To: v.Get("to"), Unweighted: q.Unweighted, AllRows: q.AllRows}
	for i, m := range s.Models {
		f.Models = append(f.Models, option{string(m.Key), english(s, m.Label), q.Model == string(m.Key) || q.Model == "" && i == 0})
	}
	labels := map[string]string{}
	for _, a := range s.Questionnaire.Attributes {
		key := string(a.Key)
		labels[key] = english(s, a.Label)
		single := slices.ContainsFunc(q.By, func(by []string) bool { return len(by) == 1 && by[0] == key })
		if len(a.Values) > 0 || single {
			f.By = append(f.By, option{key, labels[key], single})
		}
		f.Where = append(f.Where, newWhereField(s, a, q.Where))
	}
	for _, by := range q.By {
		if len(by) > 1 {
			f.By = append(f.By, option{strings.Join(by, ","), joinLabels(by, labels), true})
		}
	}
	for _, w := range q.Where {
		f.Chosen = append(f.Chosen, labels[w.Attribute]+": "+strings.Join(valueLabels(s, w), " or "))
	}
	if f.From != "" {
		f.Chosen = append(f.Chosen, "from "+f.From)
	}
	if f.To != "" {
		f.Chosen = append(f.Chosen, "to "+f.To)
	}
	if f.Unweighted {
		f.Chosen = append(f.Chosen, "without response weights")
	}
	if f.AllRows {
		f.Chosen = append(f.Chosen, "without screening")
	}
	return f
}

func newWhereField(s *surveys.Survey, a surveys.Attribute, where []reports.Where) whereField {
	key := string(a.Key)
	f := whereField{ID: "w-" + key, Name: "where", Label: english(s, a.Label)}
	var asked *reports.Where
	for i := range where {
		if where[i].Attribute == key {
			asked = &where[i]
		}
	}
	if len(a.Values) == 0 {
		f.Name = "where." + key
		if asked != nil {
			f.Value = strings.Join(asked.Values, ",")
		}
		return f
	}
	for _, x := range a.Values {
		selected := asked != nil && len(asked.Values) == 1 && asked.Values[0] == x.Key
		f.Options = append(f.Options, option{key + "=" + x.Key, english(s, x.Label), selected})
	}
	if asked != nil && len(asked.Values) > 1 {
		f.Options = append(f.Options, option{key + "=" + strings.Join(asked.Values, ","), strings.Join(valueLabels(s, *asked), " or "), true})
	}
	return f
}

// valueLabels returns the labels of the values of a filter.
func valueLabels(s *surveys.Survey, w reports.Where) []string {
	out := slices.Clone(w.Values)
	if i := s.Questionnaire.AttributeAt(surveys.AttributeKey(w.Attribute)); i >= 0 {
		for _, x := range s.Questionnaire.Attributes[i].Values {
			for j := range out {
				if w.Values[j] == x.Key {
					out[j] = english(s, x.Label)
				}
			}
		}
	}
	return out
}

func joinLabels(keys []string, labels map[string]string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		if out[i] = labels[k]; out[i] == "" {
			out[i] = k
		}
	}
	return strings.Join(out, " × ")
}
