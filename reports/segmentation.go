package reports

import "paxscore/surveys"

// DefaultBy returns the segmentations that a workbook or page shows where nothing else is asked: those that the survey
// declares, or else the first five attributes with a closed list of values.
func DefaultBy(s *surveys.Survey) [][]string {
	var by [][]string
	for _, key := range s.Segments {
		by = append(by, []string{string(key)})
	}
	if by != nil {
		return by
	}
	for _, a := range s.Questionnaire.Attributes {
		if len(a.Values) > 1 && len(by) < 5 {
			by = append(by, []string{string(a.Key)})
		}
	}
	return by
}
