package web

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"paxscore/surveys"
)

// filled is a form as a passenger filled it in, checked by nobody yet.
type filled struct {
	ID         string
	Started    string
	Language   string
	Mode       surveys.Mode
	Answers    map[surveys.ItemKey]string // a number, "na" or a comment
	Attributes map[surveys.AttributeKey]string
}

// readFilled takes the fields that belong to the questionnaire; others are left out.
func readFilled(post url.Values, q *surveys.Questionnaire) *filled {
	in := &filled{
		ID: post.Get(fieldID), Started: post.Get(fieldStarted), Language: post.Get(fieldLanguage), Mode: wayIn(post.Get(fieldMode)),
		Answers: map[surveys.ItemKey]string{}, Attributes: map[surveys.AttributeKey]string{},
	}
	for _, item := range q.Items() {
		if v := given(post[answerPrefix+string(item.Key)]); v != "" {
			in.Answers[item.Key] = v
		}
	}
	for _, a := range q.Attributes {
		if v := given(post[attributePfx+string(a.Key)]); a.Ask && v != "" {
			in.Attributes[a.Key] = v
		}
	}
	return in
}

// given returns the first value that is not blank: a number field may come with a box beside it.
func given(values []string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

func (in *filled) empty() bool { return len(in.Answers) == 0 && len(in.Attributes) == 0 }

// submission makes of the form what the service takes: answers to questions that are not asked are left out. problems are
// answers that are not even of the right kind.
func (in *filled) submission(form *surveys.Form, now time.Time) (sub surveys.Submission, problems []surveys.FieldError) {
	q := &form.Survey.Questionnaire
	sub = surveys.Submission{
		Survey: form.Survey.Key, Version: form.Survey.Version, Token: form.Token, Mode: in.Mode, Language: in.Language,
		StartedAt: startOf(in.Started), Attributes: in.Attributes,
	}
	id, err := surveys.ParseResponseID(in.ID)
	if err != nil {
		// The id was lost or changed on the way; a new one goes into the form that is shown again.
		in.ID = surveys.NewResponseID(now).String()
		problems = append(problems, surveys.FieldError{Field: "id", Rule: "uuid"})
	}
	sub.ID = id
	answers := make(map[surveys.ItemKey]surveys.Answer, len(in.Answers))
	for _, item := range q.Items() {
		v, ok := in.Answers[item.Key]
		if !ok {
			continue
		}
		a, ok := answerOf(item, v)
		if !ok {
			problems = append(problems, surveys.FieldError{Field: "answers." + string(item.Key), Rule: "range"})
			continue
		}
		answers[item.Key] = a
	}
	known := maps.Clone(sub.Attributes)
	maps.Copy(known, form.Attributes)
	asked := surveys.Routed(q, answers, known)
	maps.DeleteFunc(answers, func(k surveys.ItemKey, _ surveys.Answer) bool { return !asked[k] })
	sub.Answers = answers
	return sub, problems
}

func answerOf(item surveys.Item, v string) (a surveys.Answer, ok bool) {
	if !item.Closed() {
		return surveys.Answer{Comment: v}, true
	}
	if v == notApplicable {
		return surveys.Answer{NotApplicable: true}, true
	}
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil {
		return a, false
	}
	return surveys.Answer{Rating: &n}, true
}

// startOf reads a moment in Unix seconds, as written into the form; what is none is the zero time.
func startOf(started string) time.Time {
	unix, err := strconv.ParseInt(started, 10, 64)
	if err != nil || unix <= 0 || unix > 1<<40 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// keptFields returns the form's own fields, in the order of their names, to be sent again as they are.
func keptFields(post url.Values) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(post)) {
		switch name {
		case fieldID, fieldVersion, fieldStarted, fieldLanguage, fieldMode:
		default:
			if !strings.HasPrefix(name, answerPrefix) && !strings.HasPrefix(name, attributePfx) {
				continue
			}
		}
		if v := post.Get(name); v != "" {
			out = append(out, field{name, v})
		}
	}
	return out
}

// formShown finds the form that a passenger filled in: in the version shown, and also after the invitation was used or
// the survey closed, since what comes in then may be a repeat. Only Submit decides.
func (s *site) formShown(ctx context.Context, ref, version string) (*surveys.Form, error) {
	form, err := s.Service.FindForm(ctx, ref)
	if late := errors.Is(err, surveys.ErrTokenUsed) || errors.Is(err, surveys.ErrTokenExpired) || errors.Is(err, surveys.ErrWaveClosed); late && form == nil {
		form, err = s.lateForm(ctx, ref)
	} else if late {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	shown, err := strconv.Atoi(version)
	if err != nil || shown < 1 || shown == form.Survey.Version {
		return form, nil
	}
	survey, err := s.Service.Store.FindSurvey(ctx, form.Survey.Key, shown)
	if errors.Is(err, surveys.ErrNotFound) {
		return form, nil
	}
	if err != nil {
		return nil, err
	}
	older := *form
	older.Survey = survey
	return &older, nil
}

// lateForm finds the form of an invitation or survey that takes no first answers any more.
func (s *site) lateForm(ctx context.Context, ref string) (*surveys.Form, error) {
	form := &surveys.Form{}
	key := surveys.SurveyKey(ref)
	inv, err := s.Service.Store.FindInvitation(ctx, surveys.Token(ref).Hash())
	if err == nil {
		form.Token, form.Wave, form.Attributes, key = surveys.Token(ref), inv.Wave, inv.Attributes, inv.Survey
	} else if !errors.Is(err, surveys.ErrNotFound) {
		return nil, err
	}
	form.Survey, err = s.Service.Store.FindSurvey(ctx, key, 0)
	return form, err
}
