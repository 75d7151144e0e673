package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// maxSubmission is the largest body of a submission in bytes.
const maxSubmission = 64 << 10

// notApplicable is how an answer says that the question does not apply.
const notApplicable = "NA"

// Receipt acknowledges a stored response. It is the same, to the byte, for every repeat.
type Receipt struct {
	ID         string    `json:"id"`
	Survey     string    `json:"survey"`
	Version    int       `json:"version"`
	ReceivedAt time.Time `json:"received_at"`
}

// submitResponse takes one response. The public may submit; a key is needed only for what the public must not claim.
func (s *server) submitResponse(c *gin.Context) error {
	var known bool
	switch _, err := middleware.FindKey(c, s.keys); {
	case err == nil:
		known = true
	case !errors.Is(err, middleware.ErrNoKey):
		return err
	}
	body, err := readJSON(c)
	if err != nil {
		return err
	}
	sub, err := decodeSubmission(body)
	if err != nil {
		return err
	}
	sub.Survey = surveys.SurveyKey(c.Param("survey"))
	if !known {
		if err := publicMay(sub); err != nil {
			return err
		}
	}
	if err := keepComments(c.Request.Context(), s.Service.Store, sub); err != nil {
		return err
	}
	receipt, err := s.Service.Submit(c.Request.Context(), sub)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if receipt.Repeat {
		status = http.StatusOK
	}
	return writeJSON(c, status, newReceipt(receipt))
}

func newReceipt(r surveys.Receipt) *Receipt {
	return &Receipt{ID: r.ID.String(), Survey: string(r.Survey), Version: r.Version, ReceivedAt: r.ReceivedAt.UTC()}
}

// keepComments turns "NA" back into a text where the item is a comment: there it is what the passenger wrote.
func keepComments(ctx context.Context, store surveys.SurveyStore, sub surveys.Submission) error {
	var unsure []surveys.ItemKey
	for key, a := range sub.Answers {
		if a.NotApplicable {
			unsure = append(unsure, key)
		}
	}
	if unsure == nil {
		return nil
	}
	v, err := answered(ctx, store, sub, unsure)
	if err != nil {
		return err
	}
	for _, item := range v.Questionnaire.Items() {
		if item.Kind == surveys.KindComment && slices.Contains(unsure, item.Key) {
			sub.Answers[item.Key] = surveys.Answer{Comment: notApplicable}
		}
	}
	return nil
}

// answered returns the version of the survey that a submission is to. It is as of a second ago only if that has the items.
func answered(ctx context.Context, store surveys.SurveyStore, sub surveys.Submission, items []surveys.ItemKey) (*surveys.Survey, error) {
	if sub.Version != 0 {
		return store.FindSurvey(ctx, sub.Survey, sub.Version)
	}
	in, err := store.InForce(ctx, sub.Survey, false)
	if err != nil {
		return nil, err
	}
	known := 0
	for _, item := range in.Survey.Questionnaire.Items() {
		if slices.Contains(items, item.Key) {
			known++
		}
	}
	if known < len(items) {
		if in, err = store.InForce(ctx, sub.Survey, true); err != nil {
			return nil, err
		}
	}
	return in.Survey, nil
}

// publicMay refuses what only staff and their programs may say of a response: who gave it, and that staff took it down.
func publicMay(sub surveys.Submission) error {
	var fields []surveys.FieldError
	if sub.Respondent != "" {
		fields = append(fields, surveys.FieldError{Field: "respondent", Rule: "key_required", Message: "only a request with a key may name the respondent"})
	}
	switch sub.Mode {
	case surveys.ModeInterview, surveys.ModeTelephone, surveys.ModeImport:
		fields = append(fields, surveys.FieldError{Field: "mode", Rule: "key_required", Message: "only a request with a key may have this mode"})
	}
	if fields == nil {
		return nil
	}
	return middleware.NewProblem(http.StatusUnauthorized, "no-key", "Part of this submission needs a key; see errors.").WithFields(fields)
}

// decodeSubmission reads the body of a submission. What the fields mean is checked by surveys.Service. Errors: a
// *middleware.Problem with status 400 that names every field that cannot be read.
func decodeSubmission(body []byte) (surveys.Submission, error) {
	d := &document{body: body}
	root := d.root()
	if root == nil {
		return surveys.Submission{}, d.problem()
	}
	f := d.fields(root, "id", "version", "token", "wave", "mode", "language", "seconds", "submitted_at", "respondent", "answers", "attributes")
	d.require(root, f["id"], "id")
	d.require(root, f["answers"], "answers")
	sub := surveys.Submission{
		ID:          d.responseID(f["id"]),
		Version:     d.whole(f["version"]),
		Token:       surveys.Token(d.text(f["token"])),
		Wave:        surveys.WaveKey(d.text(f["wave"])),
		Mode:        surveys.Mode(d.text(f["mode"])),
		Language:    d.text(f["language"]),
		Seconds:     d.float(f["seconds"]),
		SubmittedAt: d.moment(f["submitted_at"]),
		Respondent:  d.text(f["respondent"]),
		Answers:     d.answers(f["answers"]),
		Attributes:  d.attributes(f["attributes"]),
	}
	if sub.Version < 0 {
		d.fail("version", f["version"].offset, "range", "versions start at 1")
	}
	return sub, d.problem()
}

// responseID reads a UUID in its usual form of 36 characters.
func (d *document) responseID(v *value) surveys.ResponseID {
	if d.absent(v, kindString) {
		return surveys.ResponseID{}
	}
	id, err := uuid.Parse(v.text)
	if err != nil || len(v.text) != 36 || id == uuid.Nil {
		d.fail(v.path(), v.offset, "type", "must be a UUID like 01932d5e-7a51-7cc2-9b1f-0d6a4be5a001, not all zero")
		return surveys.ResponseID{}
	}
	return surveys.ResponseID(id)
}

// answers reads {item: 7 | "NA" | null | "comment"}.
func (d *document) answers(v *value) map[surveys.ItemKey]surveys.Answer {
	members := d.members(v)
	out, ratings := make(map[surveys.ItemKey]surveys.Answer, len(members)), make([]int, len(members))
	for i, m := range members {
		switch key := surveys.ItemKey(m.key); {
		case m.kind == kindNull:
			out[key] = surveys.Answer{}
		case m.kind == kindNumber:
			ratings[i] = d.whole(m.value)
			out[key] = surveys.Answer{Rating: &ratings[i]}
		case m.kind == kindString && m.text == notApplicable:
			out[key] = surveys.Answer{NotApplicable: true}
		case m.kind == kindString:
			out[key] = surveys.Answer{Comment: m.text}
		default:
			d.fail(m.path(), m.offset, "type", `must be a whole number, "NA", null or, for a comment, a text, not %s`, m.kind)
		}
	}
	return out
}

// attributes reads {attribute: "value"}; null is an unknown value.
func (d *document) attributes(v *value) map[surveys.AttributeKey]string {
	members := d.members(v)
	out := make(map[surveys.AttributeKey]string, len(members))
	for _, m := range members {
		if text := d.text(m.value); text != "" {
			out[surveys.AttributeKey(m.key)] = text
		}
	}
	return out
}
