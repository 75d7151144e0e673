package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// removal is a row of removals.
type removal struct {
	RemovalSeq  int64 `gorm:"primaryKey;autoIncrement:false"`
	ResponseID  idCell
	Survey      string
	ResponseSeq int64
	RemovedAt   instant
	Reason      string
}

// RemoveResponse removes a response of a survey and keeps r, with the numbers set, in one transaction; its id is refused from
// then on. Errors: surveys.ErrNotFound, surveys.ErrRemoved if that was done before, *surveys.InvalidError.
func (s *Store) RemoveResponse(ctx context.Context, r surveys.Removal) (surveys.Removal, error) {
	operation := fmt.Sprintf("remove response %s", r.Response)
	invalid := &surveys.InvalidError{Input: "removal"}
	storable(invalid, "", "reason", r.Reason)
	if err := invalid.OrNil(); err != nil {
		return surveys.Removal{}, s.wrap(operation, err)
	}
	id := s.dialect.id(r.Response)
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		if s.citus {
			if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", commitLock).Error; err != nil {
				return err
			}
		}
		// The counter comes first, as in every transaction that stores responses.
		if err := tx.Exec("UPDATE response_seq SET last = last + 1").Error; err != nil {
			return err
		}
		if err := tx.Raw("SELECT last FROM response_seq").Scan(&r.Seq).Error; err != nil {
			return err
		}
		var seqs []int64
		if err := tx.Raw("SELECT seq FROM responses WHERE id = ? AND survey = ?", id, string(r.Survey)).Scan(&seqs).Error; err != nil {
			return err
		}
		if len(seqs) == 0 {
			var removed int64
			err := tx.Raw("SELECT count(*) FROM removals WHERE response_id = ? AND survey = ?", id, string(r.Survey)).Scan(&removed).Error
			if err == nil && removed > 0 {
				return surveys.ErrRemoved
			}
			return errors.Join(err, surveys.ErrNotFound)
		}
		r.ResponseSeq = seqs[0]
		if err := one(tx.Exec("DELETE FROM responses WHERE id = ?", id)); err != nil {
			return err
		}
		const insert = "INSERT INTO removals (removal_seq, response_id, survey, response_seq, removed_at, reason) VALUES (?, ?, ?, ?, ?, ?)"
		return tx.Exec(insert, r.Seq, id, string(r.Survey), r.ResponseSeq, instant{r.RemovedAt}, r.Reason).Error
	})
	if err != nil {
		return surveys.Removal{}, s.wrap(operation, err)
	}
	r.RemovedAt = moment(r.RemovedAt)
	return r, nil
}

// ListRemovals returns the removals of a survey behind a seq, in their order.
func (s *Store) ListRemovals(ctx context.Context, survey surveys.SurveyKey, afterSeq int64) ([]surveys.Removal, error) {
	var rows []removal
	err := s.reads.WithContext(ctx).Where("survey = ? AND removal_seq > ?", string(survey), afterSeq).Order("removal_seq").Find(&rows).Error
	if err != nil {
		return nil, s.wrap(fmt.Sprintf("list removals of survey %q", survey), err)
	}
	out := make([]surveys.Removal, len(rows))
	for i, r := range rows {
		out[i] = surveys.Removal{
			Seq: r.RemovalSeq, Response: surveys.ResponseID(r.ResponseID), Survey: surveys.SurveyKey(r.Survey), ResponseSeq: r.ResponseSeq,
			RemovedAt: r.RemovedAt.Time, Reason: r.Reason,
		}
	}
	return out, nil
}
