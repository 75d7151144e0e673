package reports_test

import (
	"testing"

	"paxscore/reports"
)

// What is not published has no version 0 in words.
func TestVersionOfADraft(t *testing.T) {
	s, rows := respondents(), mixed(40)
	s.Version = 0
	for _, r := range rows {
		r.Version = 0
	}
	r := report(t, dataset(t, s, rows), reports.Query{By: by("version")})
	if r.Version != 0 || r.ModelVersion != r.Model+"@draft" || r.Segments[0].Label != "draft" || r.Segments[0].By["version"] != "0" {
		t.Errorf("version %d, model %s, segment %+v", r.Version, r.ModelVersion, r.Segments[0])
	}
}
