package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// wave is a row of waves.
type wave struct {
	Survey   string `gorm:"primaryKey"`
	Wave     string `gorm:"primaryKey"`
	OpensAt  instant
	ClosesAt instant
}

// CreateWave stores a wave. Errors: surveys.ErrExists, surveys.ErrNotFound for the survey.
func (s *Store) CreateWave(ctx context.Context, w surveys.Wave) error {
	operation := fmt.Sprintf("create wave %q of survey %q", w.Key, w.Survey)
	if _, err := s.findVersion(ctx, w.Survey, 0); err != nil {
		return s.wrap(operation, err)
	}
	defer s.inForce.forget(w.Survey)
	row := wave{Survey: string(w.Survey), Wave: string(w.Key), OpensAt: instant{w.OpensAt}, ClosesAt: instant{w.ClosesAt}}
	err := s.inTx(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = surveys.ErrExists
	}
	return s.wrap(operation, err)
}

// CloseWave sets the end of a wave. Errors: surveys.ErrNotFound.
func (s *Store) CloseWave(ctx context.Context, survey surveys.SurveyKey, key surveys.WaveKey, at time.Time) error {
	operation := fmt.Sprintf("close wave %q of survey %q", key, survey)
	defer s.inForce.forget(survey)
	return s.wrap(operation, s.inTx(ctx, func(tx *gorm.DB) error {
		waves := tx.Model(&wave{}).Where("survey = ? AND wave = ?", string(survey), string(key))
		return one(waves.Update("closes_at", instant{at}))
	}))
}

// ListWaves returns the waves of a survey, first opened first.
func (s *Store) ListWaves(ctx context.Context, survey surveys.SurveyKey) ([]surveys.Wave, error) {
	var rows []wave
	if err := s.reads.WithContext(ctx).Where("survey = ?", string(survey)).Order("opens_at, wave").Find(&rows).Error; err != nil {
		return nil, s.wrap(fmt.Sprintf("list waves of survey %q", survey), err)
	}
	out := make([]surveys.Wave, len(rows))
	for i, r := range rows {
		out[i] = surveys.Wave{
			Survey: surveys.SurveyKey(r.Survey), Key: surveys.WaveKey(r.Wave), OpensAt: r.OpensAt.Time, ClosesAt: r.ClosesAt.Time,
		}
	}
	return out, nil
}
