package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// invitation is a row of invitations.
type invitation struct {
	TokenHash  []byte `gorm:"primaryKey"`
	Survey     string
	Wave       *string
	Attributes string
	ExpiresAt  instant
	Used       bool
}

// CreateInvitations stores all invitations or none. Errors: surveys.ErrNotFound for a survey or wave, surveys.ErrExists for
// a token, *surveys.InvalidError.
func (s *Store) CreateInvitations(ctx context.Context, in []surveys.Invitation) error {
	const operation = "create invitations"
	rows := make([]invitation, len(in))
	known := map[surveys.SurveyKey]bool{}
	for i := range in {
		inv := &in[i]
		if !known[inv.Survey] {
			if _, err := s.findVersion(ctx, inv.Survey, 0); err != nil {
				return s.wrap(fmt.Sprintf("%s: survey %q", operation, inv.Survey), err)
			}
			known[inv.Survey] = true
		}
		invalid := &surveys.InvalidError{Input: fmt.Sprintf("invitation %d", i+1)}
		attributes := map[surveys.AttributeKey]string{}
		for k, v := range inv.Attributes {
			storable(invalid, "attributes."+string(k), v)
			if v != "" {
				attributes[k] = v
			}
		}
		if err := invalid.OrNil(); err != nil {
			return s.wrap(operation, err)
		}
		object, err := json.Marshal(attributes)
		if err != nil {
			return s.wrap(operation, err)
		}
		rows[i] = invitation{
			TokenHash: inv.Token[:], Survey: string(inv.Survey), Attributes: string(object), ExpiresAt: instant{inv.ExpiresAt}, Used: inv.Used,
		}
		if inv.Wave != "" {
			w := string(inv.Wave)
			rows[i].Wave = &w
		}
	}
	if len(rows) == 0 {
		return nil
	}
	err := s.inTx(ctx, func(tx *gorm.DB) error { return tx.CreateInBatches(rows, 1000).Error })
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		err = surveys.ErrExists
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		err = fmt.Errorf("wave: %w", surveys.ErrNotFound)
	}
	return s.wrap(operation, err)
}

// FindInvitation errors: surveys.ErrNotFound.
func (s *Store) FindInvitation(ctx context.Context, token surveys.TokenHash) (surveys.Invitation, error) {
	const operation = "find invitation"
	var row invitation
	if err := s.reads.WithContext(ctx).Where("token_hash = ?", token[:]).Take(&row).Error; err != nil {
		return surveys.Invitation{}, s.wrap(operation, err)
	}
	inv := surveys.Invitation{Token: token, Survey: surveys.SurveyKey(row.Survey), ExpiresAt: row.ExpiresAt.Time, Used: row.Used}
	if row.Wave != nil {
		inv.Wave = surveys.WaveKey(*row.Wave)
	}
	if err := json.Unmarshal([]byte(row.Attributes), &inv.Attributes); err != nil {
		return surveys.Invitation{}, fmt.Errorf("%s: read attributes: %w", operation, err)
	}
	return inv, nil
}

// consume marks an invitation as used within a transaction. Errors: errTokenTaken if it is used or does not exist.
func consume(tx *gorm.DB, token surveys.TokenHash) error {
	res := tx.Model(&invitation{}).Where("token_hash = ? AND NOT used", token[:]).Update("used", true)
	if res.Error == nil && res.RowsAffected == 0 {
		return errTokenTaken
	}
	return res.Error
}

var errTokenTaken = errors.New("the token cannot be consumed")
