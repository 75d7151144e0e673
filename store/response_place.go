package store

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// PlaceResponse returns how many responses to the survey were committed before the one with the id, by counting them in the index of survey
// and seq. Errors: surveys.ErrNotFound, for the response of another survey too.
func (s *Store) PlaceResponse(ctx context.Context, survey surveys.SurveyKey, id surveys.ResponseID) (before int, err error) {
	p := s.dialect.placeholder
	pool := s.reads.WithContext(ctx).Statement.ConnPool
	var seq int64
	err = pool.QueryRowContext(ctx, "SELECT seq FROM responses WHERE id = "+p(1)+" AND survey = "+p(2), s.dialect.id(id), string(survey)).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		err = gorm.ErrRecordNotFound
	}
	if err == nil {
		err = pool.QueryRowContext(ctx, "SELECT count(*) FROM responses WHERE survey = "+p(1)+" AND seq < "+p(2), string(survey), seq).Scan(&before)
	}
	return before, s.wrap("place response", err)
}
