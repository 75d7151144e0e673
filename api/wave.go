package api

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/surveys"
)

// Wave is a period in which a survey is in the field.
type Wave struct {
	Key      string     `json:"key"`
	OpensAt  time.Time  `json:"opens_at"`
	ClosesAt *time.Time `json:"closes_at"` // null: until closed
	Open     bool       `json:"open"`      // it takes responses now
}

func (s *server) waveOf(w surveys.Wave) Wave {
	out := Wave{Key: string(w.Key), OpensAt: w.OpensAt.UTC(), Open: w.OpenAt(s.Service.Now())}
	if !w.ClosesAt.IsZero() {
		t := w.ClosesAt.UTC()
		out.ClosesAt = &t
	}
	return out
}

func (s *server) listWaves(c *gin.Context) error {
	if err := s.knownParameters(c); err != nil {
		return err
	}
	ctx, survey := c.Request.Context(), surveys.SurveyKey(c.Param("survey"))
	if _, err := s.Service.Store.FindSurvey(ctx, survey, 0); err != nil {
		return err
	}
	waves, err := s.Service.Store.ListWaves(ctx, survey)
	if err != nil {
		return err
	}
	out := make([]Wave, len(waves))
	for i, w := range waves {
		out[i] = s.waveOf(w)
	}
	return writeJSON(c, http.StatusOK, map[string]any{"waves": out})
}

// openWave creates a wave; it opens now unless opens_at says otherwise.
func (s *server) openWave(c *gin.Context) error {
	body, err := readJSON(c)
	if err != nil {
		return err
	}
	wave, err := decodeWave(body)
	if err != nil {
		return err
	}
	wave.Survey = surveys.SurveyKey(c.Param("survey"))
	if err := s.Service.OpenWave(c.Request.Context(), wave); err != nil {
		return err
	}
	c.Header("Location", fmt.Sprintf("/api/v1/surveys/%s/waves", url.PathEscape(string(wave.Survey))))
	return s.writeWave(c, http.StatusCreated, wave.Survey, wave.Key)
}

func (s *server) closeWave(c *gin.Context) error {
	survey, wave := surveys.SurveyKey(c.Param("survey")), surveys.WaveKey(c.Param("wave"))
	if err := s.Service.CloseWave(c.Request.Context(), survey, wave); err != nil {
		return err
	}
	return s.writeWave(c, http.StatusOK, survey, wave)
}

// writeWave answers with the wave as it is stored.
func (s *server) writeWave(c *gin.Context, status int, survey surveys.SurveyKey, wave surveys.WaveKey) error {
	waves, err := s.Service.Store.ListWaves(c.Request.Context(), survey)
	if err != nil {
		return err
	}
	for _, w := range waves {
		if w.Key == wave {
			return writeJSON(c, status, s.waveOf(w))
		}
	}
	return fmt.Errorf("find wave %q: %w", wave, surveys.ErrNotFound)
}

func decodeWave(body []byte) (surveys.Wave, error) {
	d := &document{body: body}
	root := d.root()
	if root == nil {
		return surveys.Wave{}, d.problem()
	}
	f := d.fields(root, "key", "opens_at", "closes_at")
	d.require(root, f["key"], "key")
	wave := surveys.Wave{
		Key:      surveys.WaveKey(d.text(f["key"])),
		OpensAt:  d.moment(f["opens_at"]),
		ClosesAt: d.moment(f["closes_at"]),
	}
	return wave, d.problem()
}
