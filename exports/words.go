package exports

import (
	"strings"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// words gives a text of the survey in the questionnaire's first language.
func words(s *surveys.Survey, t surveys.Text, fallback string) string {
	if len(s.Questionnaire.Languages) == 0 {
		return fallback
	}
	if w := t.In(s.Questionnaire.Languages[0], s.Questionnaire.Languages[1:]...); w != "" {
		return w
	}
	return fallback
}

func attributeLabel(s *surveys.Survey, key string) string {
	if at := s.Questionnaire.AttributeAt(surveys.AttributeKey(key)); at >= 0 {
		return words(s, s.Questionnaire.Attributes[at].Label, key)
	}
	return key
}

func valueLabel(s *surveys.Survey, key, value string) string {
	if at := s.Questionnaire.AttributeAt(surveys.AttributeKey(key)); at >= 0 {
		for _, v := range s.Questionnaire.Attributes[at].Values {
			if v.Key == value {
				return words(s, v.Label, value)
			}
		}
	}
	if value == "" {
		return "(unknown)"
	}
	return value
}

// sentence says which responses the report is about.
func sentence(s *surveys.Survey, r *reports.Report) string {
	parts := []string{period(r.Filter)}
	for _, w := range r.Filter.Where {
		parts = append(parts, attributeLabel(s, w.Attribute)+": "+values(s, w))
	}
	if r.Filter.AllRows {
		parts = append(parts, "screening left out")
	}
	if r.Filter.Unweighted {
		parts = append(parts, "unweighted")
	}
	return strings.Join(parts, "; ")
}

func values(s *surveys.Survey, w reports.Where) string {
	labels := make([]string, len(w.Values))
	for i, v := range w.Values {
		labels[i] = valueLabel(s, w.Attribute, v)
	}
	return strings.Join(labels, ", ")
}

func period(f reports.Filter) string {
	switch {
	case f.From != nil && f.To != nil:
		return "Submitted from " + day(*f.From) + " to before " + day(*f.To)
	case f.From != nil:
		return "Submitted from " + day(*f.From)
	case f.To != nil:
		return "Submitted before " + day(*f.To)
	case len(f.Where) == 0:
		return "All responses"
	}
	return "All dates"
}

// day writes a moment in UTC, without the time at midnight.
func day(t time.Time) string {
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format("2 January 2006")
	}
	return t.Format("2 January 2006 15:04:05 UTC")
}

// versions lists the questionnaire versions among the responses.
func versions(r *reports.Report) string {
	if len(r.Versions) == 0 {
		return "none answered"
	}
	out := make([]string, len(r.Versions))
	for i, v := range r.Versions {
		out[i] = reports.VersionName(v)
	}
	return strings.Join(out, ", ")
}

// weightingText says how responses count, and what errors know of it.
func weightingText(s *surveys.Survey, r *reports.Report) string {
	if r.Weighting.Errors == string(surveys.ResidualErrors) {
		return populationText(s, r) + "; standard errors are of what the margins do not explain"
	}
	return populationText(s, r)
}

func populationText(s *surveys.Survey, r *reports.Report) string {
	switch r.Weighting.Method {
	case weightingNone, "":
		return "none: every response counts once"
	case weightingPost:
		return "post-stratified to the population's shares of " + attributeLabel(s, r.Weighting.Attribute)
	case weightingRaked:
		return "raked to the population's shares of " + marginsText(r)
	case weightingCalibrated:
		return "calibrated to the population's shares of " + marginsText(r)
	}
	return "base weights that came with the responses"
}

// clusterText says what is taken to be alike.
func clusterText(s *surveys.Survey, r *reports.Report) string {
	if r.Design.Cluster == "" {
		return "respondent"
	}
	return attributeLabel(s, r.Design.Cluster)
}

// marginsText names what responses are weighted by.
func marginsText(r *reports.Report) string {
	if len(r.Weighting.Margins) == 0 {
		return "several attributes"
	}
	labels := make([]string, len(r.Weighting.Margins))
	for i, m := range r.Weighting.Margins {
		labels[i] = m.Label
	}
	return strings.Join(labels, ", ")
}
