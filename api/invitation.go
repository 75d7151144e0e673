package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/surveys"
)

// maxInvited is how many invitations one request may ask for.
const maxInvited = 10_000

// Invitation is a created invitation. The token is told this once and cannot be looked up again.
type Invitation struct {
	Token     string     `json:"token"`
	Path      string     `json:"path"` // of the form
	Wave      string     `json:"wave"`
	ExpiresAt *time.Time `json:"expires_at"`
}

func (s *server) invite(c *gin.Context) error {
	body, err := readJSON(c)
	if err != nil {
		return err
	}
	in, err := decodeInvitations(body, surveys.SurveyKey(c.Param("survey")))
	if err != nil {
		return err
	}
	tokens, err := s.Service.Invite(c.Request.Context(), in)
	if err != nil {
		return err
	}
	out := make([]Invitation, len(tokens))
	for i, t := range tokens {
		out[i] = Invitation{Token: string(t), Path: "/s/" + string(t), Wave: string(in[i].Wave)}
		if at := in[i].ExpiresAt; !at.IsZero() {
			out[i].ExpiresAt = &at
		}
	}
	return writeJSON(c, http.StatusCreated, map[string]any{"invitations": out})
}

// decodeInvitations reads {"invitations": [{attributes, wave, expires_at}]}, in the order of which tokens are returned.
func decodeInvitations(body []byte, survey surveys.SurveyKey) ([]surveys.Invitation, error) {
	d := &document{body: body}
	root := d.root()
	if root == nil {
		return nil, d.problem()
	}
	v := d.fields(root, "invitations")["invitations"]
	d.require(root, v, "invitations")
	elements := d.elements(v)
	switch n := len(elements); {
	case n > maxInvited:
		d.fail(v.path(), v.offset, "range", "at most %d invitations at a time, not %d", maxInvited, n)
		return nil, d.problem()
	case n == 0 && len(d.errors) == 0:
		d.fail(v.path(), v.offset, "required", "there must be at least one invitation")
	}
	in := make([]surveys.Invitation, len(elements))
	for i, e := range elements {
		if e.kind == kindNull {
			d.fail(e.path(), e.offset, "type", "must be an object, not null")
			continue
		}
		f := d.fields(e, "attributes", "wave", "expires_at")
		in[i] = surveys.Invitation{
			Survey:     survey,
			Wave:       surveys.WaveKey(d.text(f["wave"])),
			Attributes: d.attributes(f["attributes"]),
			ExpiresAt:  d.moment(f["expires_at"]),
		}
	}
	return in, d.problem()
}
