package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// TakeLease gives a job to a holder for a time from now by the database's clock, or extends the holder's own lease, and
// reports whether the holder has it now.
func (s *Store) TakeLease(ctx context.Context, job, holder string, d time.Duration) (held bool, err error) {
	now, later := s.dialect.clock()
	// Two who ask at once: the second waits for the first, and its condition looks at what the first has left.
	statement := fmt.Sprintf(`INSERT INTO job_leases (job, holder, expires_at) VALUES (?, ?, %s)
ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
WHERE job_leases.holder = excluded.holder OR job_leases.expires_at <= %s`, later, now)
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		done := tx.Exec(statement, job, holder, d.Microseconds())
		held = done.RowsAffected == 1
		return done.Error
	})
	return held && err == nil, s.wrap(fmt.Sprintf("take lease of job %q", job), err)
}

// ReleaseLease ends a lease of the holder. What somebody else holds stays.
func (s *Store) ReleaseLease(ctx context.Context, job, holder string) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM job_leases WHERE job = ? AND holder = ?", job, holder).Error
	})
	return s.wrap(fmt.Sprintf("release lease of job %q", job), err)
}
