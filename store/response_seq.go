package store

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// FindSeq returns the Seq of a response. Errors: surveys.ErrNotFound, for the response of another survey too.
func (s *Store) FindSeq(ctx context.Context, survey surveys.SurveyKey, id surveys.ResponseID) (seq int64, err error) {
	p := s.dialect.placeholder
	pool := s.reads.WithContext(ctx).Statement.ConnPool
	err = pool.QueryRowContext(ctx, "SELECT seq FROM responses WHERE id = "+p(1)+" AND survey = "+p(2), s.dialect.id(id), string(survey)).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		err = gorm.ErrRecordNotFound
	}
	return seq, s.wrap("find seq of response", err)
}
