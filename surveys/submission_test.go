package surveys_test

import (
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

var now = time.Date(2026, 11, 20, 9, 30, 0, 123456789, time.UTC)

func rating(r int) surveys.Answer { return surveys.Answer{Rating: &r} }

func submission() surveys.Submission {
	return surveys.Submission{
		ID: surveys.NewResponseID(now),
		Answers: map[surveys.ItemKey]surveys.Answer{
			"crew_attitude": rating(0), "courtesy": rating(10), "patience": {}, "baggage": {NotApplicable: true},
			"overall": rating(7), "comment": {Comment: " Good crew.\r\nCold food. "},
		},
		Attributes: map[surveys.AttributeKey]string{"cabin": "economy", "flight": " U2 814 ", "age": ""},
	}
}

func TestCheck(t *testing.T) {
	s := surveyfile.Default()
	s.Version = 3
	sub := submission()
	sub.Seconds, sub.Respondent, sub.Language, sub.Mode = 88.5, "PNR-1", "hy", surveys.ModeKiosk
	got, err := surveys.Check(s, sub, now)
	if err != nil {
		t.Fatal(err)
	}
	want := &surveys.Response{
		ID: sub.ID, Survey: "default", Version: 3, SubmittedAt: now.Truncate(time.Microsecond), ReceivedAt: now.Truncate(time.Microsecond),
		Mode: "kiosk", Language: "hy", Seconds: 88.5, Respondent: "PNR-1", ResponseWeight: 1,
		Ratings:    []byte{0, 10, 255, 255, 255, 254, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 7, 255, 255},
		Attributes: []string{"U2 814", "", "", "", "", "", "", "", "", "economy", "", "", ""},
		Comments:   map[surveys.ItemKey]string{"comment": "Good crew.\nCold food."},
		Digest:     sub.Digest(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCheckAccepts(t *testing.T) {
	tests := []struct {
		name   string
		change func(sub *surveys.Submission)
		verify func(r *surveys.Response) bool
	}{
		{"only a comment", func(sub *surveys.Submission) {
			sub.Answers = map[surveys.ItemKey]surveys.Answer{"comment": {Comment: "x"}}
		}, func(r *surveys.Response) bool { return r.Comments["comment"] == "x" && len(r.Ratings) == 19 }},
		{"only not applicable", func(sub *surveys.Submission) {
			sub.Answers = map[surveys.ItemKey]surveys.Answer{"catering": {NotApplicable: true}}
		}, func(r *surveys.Response) bool { return r.Ratings[7] == surveys.NotApplicable }},
		{"defaults", func(sub *surveys.Submission) {}, func(r *surveys.Response) bool { return r.Mode == surveys.ModeWeb && r.Language == "en" }},
		{"earlier", func(sub *surveys.Submission) { sub.SubmittedAt = now.Add(-time.Hour) },
			func(r *surveys.Response) bool {
				return r.SubmittedAt.Equal(now.Add(-time.Hour).Truncate(time.Microsecond))
			}},
		{"a client's clock that is fast", func(sub *surveys.Submission) { sub.SubmittedAt = now.Add(23 * time.Hour) },
			func(r *surveys.Response) bool { return r.SubmittedAt.Equal(now.Truncate(time.Microsecond)) }},
		{"import of unknown time", func(sub *surveys.Submission) { sub.Mode = surveys.ModeImport },
			func(r *surveys.Response) bool { return r.SubmittedAt.IsZero() && !r.ReceivedAt.IsZero() }},
		{"longest comment", func(sub *surveys.Submission) {
			sub.Answers["comment"] = surveys.Answer{Comment: strings.Repeat("好", 2000)}
		}, func(r *surveys.Response) bool { return len(r.Comments["comment"]) == 6000 }},
		{"comment of blanks", func(sub *surveys.Submission) { sub.Answers["comment"] = surveys.Answer{Comment: " \r\n "} },
			func(r *surveys.Response) bool { return r.Comments == nil }},
		{"started", func(sub *surveys.Submission) { sub.StartedAt = now.Add(-75 * time.Second) }, func(r *surveys.Response) bool { return r.Seconds == 75 }},
		{"started, and measured", func(sub *surveys.Submission) { sub.StartedAt, sub.Seconds = now.Add(-75*time.Second), 70 }, func(r *surveys.Response) bool { return r.Seconds == 70 }},
		{"started over a day ago", func(sub *surveys.Submission) { sub.StartedAt = now.Add(-25 * time.Hour) }, func(r *surveys.Response) bool { return r.Seconds == 0 }},
		{"started in the future", func(sub *surveys.Submission) { sub.StartedAt = now.Add(time.Minute) }, func(r *surveys.Response) bool { return r.Seconds == 0 }},
		{"a day", func(sub *surveys.Submission) { sub.Seconds = 86400 }, func(r *surveys.Response) bool { return r.Seconds == 86400 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := submission()
			tt.change(&sub)
			r, err := surveys.Check(surveyfile.Default(), sub, now)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.verify(r) {
				t.Errorf("response %+v", r)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	answers := func(k surveys.ItemKey, a surveys.Answer) func(*surveys.Submission) {
		return func(sub *surveys.Submission) { sub.Answers[k] = a }
	}
	tests := []struct {
		name   string
		change func(sub *surveys.Submission)
		want   []string
	}{
		{"no id", func(sub *surveys.Submission) { sub.ID = surveys.ResponseID{} }, []string{"id required"}},
		{"id", func(sub *surveys.Submission) { sub.ID = surveys.ResponseID{1, 2, 3} }, []string{"id uuid"}},
		{"another survey", func(sub *surveys.Submission) { sub.Survey, sub.Version = "other", 9 }, []string{"survey mismatch", "version mismatch"}},
		{"wave", func(sub *surveys.Submission) { sub.Wave = "W 1" }, []string{"wave key"}},
		{"mode", func(sub *surveys.Submission) { sub.Mode = "fax" }, []string{"mode unknown"}},
		{"language", func(sub *surveys.Submission) { sub.Language = "de" }, []string{"language unknown"}},
		{"seconds", func(sub *surveys.Submission) { sub.Seconds = math.NaN() }, []string{"seconds range"}},
		{"seconds below zero", func(sub *surveys.Submission) { sub.Seconds = -1 }, []string{"seconds range"}},
		{"seconds infinite", func(sub *surveys.Submission) { sub.Seconds = math.Inf(1) }, []string{"seconds range"}},
		{"seconds over a day", func(sub *surveys.Submission) { sub.Seconds = 86401 }, []string{"seconds range"}},
		{"too long ago", func(sub *surveys.Submission) { sub.SubmittedAt = time.Date(1999, 12, 31, 23, 0, 0, 0, time.UTC) }, []string{"submitted_at range"}},
		{"in the future", func(sub *surveys.Submission) { sub.SubmittedAt = now.Add(25 * time.Hour) }, []string{"submitted_at range"}},
		{"respondent", func(sub *surveys.Submission) { sub.Respondent = strings.Repeat("x", 101) }, []string{"respondent length"}},
		{"respondent in bytes", func(sub *surveys.Submission) { sub.Respondent = "a\xff" }, []string{"respondent length"}},
		{"above the scale", answers("courtesy", rating(11)), []string{"answers.courtesy range"}},
		{"below the scale", answers("courtesy", rating(-1)), []string{"answers.courtesy range"}},
		{"far above the scale", answers("courtesy", rating(math.MaxInt)), []string{"answers.courtesy range"}},
		{"rating and not applicable", answers("courtesy", surveys.Answer{Rating: p(3), NotApplicable: true}), []string{"answers.courtesy both"}},
		{"comment on a rating", answers("courtesy", surveys.Answer{Rating: p(3), Comment: "x"}), []string{"answers.courtesy kind"}},
		{"rating on a comment", answers("comment", rating(3)), []string{"answers.comment kind"}},
		{"long comment", answers("comment", surveys.Answer{Comment: strings.Repeat("x", 2001)}), []string{"answers.comment length"}},
		{"comment with a zero byte", answers("comment", surveys.Answer{Comment: "a\x00b"}), []string{"answers.comment control"}},
		{"comment in bytes", answers("comment", surveys.Answer{Comment: "a\xffb"}), []string{"answers.comment encoding"}},
		{"unknown items", func(sub *surveys.Submission) { sub.Answers["b"], sub.Answers["a\xff"] = rating(1), rating(1) },
			[]string{"answers.a\uFFFD unknown", "answers.b unknown"}},
		{"attributes", func(sub *surveys.Submission) {
			sub.Attributes = map[surveys.AttributeKey]string{"cabin": "Economy", "flight": "a\tb", "seat": "12A", "month": strings.Repeat("1", 101)}
		}, []string{"attributes.flight length", "attributes.month length", "attributes.cabin unknown", "attributes.seat unknown"}},
		{"nothing answered", func(sub *surveys.Submission) {
			sub.Answers = map[surveys.ItemKey]surveys.Answer{"courtesy": {}, "comment": {Comment: "  "}}
		}, []string{"answers empty"}},
		{"no answers", func(sub *surveys.Submission) { sub.Answers = nil }, []string{"answers empty"}},
		{"everything at once", func(sub *surveys.Submission) {
			sub.ID, sub.Mode, sub.Seconds = surveys.ResponseID{}, "fax", -1
			sub.Answers["courtesy"], sub.Attributes["cabin"] = rating(11), "x"
		}, []string{"id required", "mode unknown", "seconds range", "attributes.cabin unknown", "answers.courtesy range"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := submission()
			tt.change(&sub)
			r, err := surveys.Check(surveyfile.Default(), sub, now)
			if diff := cmp.Diff(tt.want, problems(t, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err != nil && r != nil {
				t.Error("a response beside the error")
			}
		})
	}
}

func TestCheckManyProblems(t *testing.T) {
	sub := submission()
	for i := range 1000 {
		sub.Answers[surveys.ItemKey(strings.Repeat("x", i+1))] = rating(1)
	}
	_, err := surveys.Check(surveyfile.Default(), sub, now)
	if got := problems(t, err); len(got) != 100 {
		t.Errorf("%d problems", len(got))
	}
	if len(err.Error()) > 20_000 {
		t.Errorf("a message of %d bytes", len(err.Error()))
	}
}

// routed is the default survey with a question about the baggage for those who rated baggage at most 5, another after
// it, and a section for the front cabins.
// Whatever valid answers are given, every code reads back as what was answered, and nothing given is changed.
func TestDigest(t *testing.T) {
	base := submission()
	same := map[string]func(sub *surveys.Submission){
		"token":               func(sub *surveys.Submission) { sub.Token = "X" },
		"web is the default":  func(sub *surveys.Submission) { sub.Mode = surveys.ModeWeb },
		"skipped":             func(sub *surveys.Submission) { sub.Answers["boarding"] = surveys.Answer{} },
		"attribute not given": func(sub *surveys.Submission) { sub.Attributes["tier"] = "" },
	}
	other := map[string]func(sub *surveys.Submission){
		"id":             func(sub *surveys.Submission) { sub.ID[15]++ },
		"survey":         func(sub *surveys.Submission) { sub.Survey = "x" },
		"version":        func(sub *surveys.Submission) { sub.Version = 1 },
		"wave":           func(sub *surveys.Submission) { sub.Wave = "x" },
		"mode":           func(sub *surveys.Submission) { sub.Mode = "qr" },
		"language":       func(sub *surveys.Submission) { sub.Language = "hy" },
		"seconds":        func(sub *surveys.Submission) { sub.Seconds = 1 },
		"start":          func(sub *surveys.Submission) { sub.StartedAt = now },
		"time":           func(sub *surveys.Submission) { sub.SubmittedAt = now },
		"respondent":     func(sub *surveys.Submission) { sub.Respondent = "x" },
		"rating":         func(sub *surveys.Submission) { sub.Answers["courtesy"] = rating(9) },
		"another item":   func(sub *surveys.Submission) { sub.Answers["boarding"] = rating(10) },
		"not applicable": func(sub *surveys.Submission) { sub.Answers["courtesy"] = surveys.Answer{NotApplicable: true} },
		"both": func(sub *surveys.Submission) {
			sub.Answers["courtesy"] = surveys.Answer{Rating: p(10), NotApplicable: true}
		},
		"comment":    func(sub *surveys.Submission) { sub.Answers["comment"] = surveys.Answer{Comment: "x"} },
		"attribute":  func(sub *surveys.Submission) { sub.Attributes["cabin"] = "first" },
		"moved text": func(sub *surveys.Submission) { sub.Wave, sub.Language = "ab", "" },
		"moved back": func(sub *surveys.Submission) { sub.Wave, sub.Language = "a", "b" },
	}
	changed := func(f func(*surveys.Submission)) surveys.Submission {
		sub := base
		sub.Answers, sub.Attributes = maps.Clone(base.Answers), maps.Clone(base.Attributes)
		f(&sub)
		return sub
	}
	for name, f := range same {
		if changed(f).Digest() != base.Digest() {
			t.Errorf("%s changes the digest", name)
		}
	}
	seen := map[[32]byte]string{base.Digest(): "nothing"}
	for name, f := range other {
		d := changed(f).Digest()
		if was, ok := seen[d]; ok {
			t.Errorf("%s has the digest of %s", name, was)
		}
		seen[d] = name
	}
}

func FuzzCheck(f *testing.F) {
	s := routed()
	f.Add([]byte("0123456789abcdef"), "courtesy", 3, false, "", "cabin", "economy", 12.5, int64(1_700_000_000), "web", "en", "")
	f.Add([]byte{}, "comment", -1, true, "a\x00\xff", "flight", strings.Repeat("x", 101), math.NaN(), int64(-1), "fax", "de", "\n")
	f.Fuzz(func(t *testing.T, id []byte, item string, rate int, na bool, comment, attribute, value string, seconds float64, at int64, mode, language, respondent string) {
		sub := surveys.Submission{Mode: surveys.Mode(mode), Language: language, Seconds: seconds, SubmittedAt: time.Unix(at, 0), Respondent: respondent,
			Answers:    map[surveys.ItemKey]surveys.Answer{surveys.ItemKey(item): {Rating: &rate, NotApplicable: na, Comment: comment}, "comment": {Comment: comment}},
			Attributes: map[surveys.AttributeKey]string{surveys.AttributeKey(attribute): value}}
		copy(sub.ID[:], id)
		r, err := surveys.Check(s, sub, now)
		if err != nil {
			problems(t, err)
			return
		}
		if len(r.Ratings) != len(s.Questionnaire.Rated()) || len(r.Attributes) != len(s.Questionnaire.Attributes) {
			t.Fatalf("response %+v", r)
		}
		for i, item := range s.Questionnaire.Rated() {
			scale, _ := s.Questionnaire.Scale(item.Scale)
			if c := r.Ratings[i]; c < surveys.NotRouted && int(c) > scale.High-scale.Low {
				t.Errorf("%s: code %d", item.Key, c)
			}
		}
		if r.SubmittedAt.After(now) || !(r.Seconds >= 0 && r.Seconds <= 86400) || strings.ContainsRune(r.Comments["comment"], 0) {
			t.Errorf("response %+v", r)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	s := surveyfile.Default()
	sub := submission()
	for _, item := range s.Questionnaire.Rated() {
		sub.Answers[item.Key] = rating(7)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := surveys.Check(s, sub, now); err != nil {
			b.Fatal(err)
		}
	}
}
