package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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
			storable(invalid, "attributes.", string(k), v)
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

// CountInvitations counts a survey's invitations by wave, those of no wave first. Errors: surveys.ErrNotFound for the survey.
func (s *Store) CountInvitations(ctx context.Context, survey surveys.SurveyKey, at time.Time) ([]surveys.InvitationCount, error) {
	operation := fmt.Sprintf("count invitations of survey %q", survey)
	if _, err := s.findVersion(ctx, survey, 0); err != nil {
		return nil, s.wrap(operation, err)
	}
	var rows []struct {
		Wave               string
		Used, Expired, Out int
	}
	err := s.reads.WithContext(ctx).Model(&invitation{}).Where("survey = ?", string(survey)).
		Select(`coalesce(wave, '') AS wave, sum(CASE WHEN used THEN 1 ELSE 0 END) AS used,
			sum(CASE WHEN NOT used AND expires_at <= ? THEN 1 ELSE 0 END) AS expired, count(*) AS out`, instant{at}).
		Group("coalesce(wave, '')").Scan(&rows).Error
	if err != nil {
		return nil, s.wrap(operation, err)
	}
	out := make([]surveys.InvitationCount, len(rows))
	for i, r := range rows {
		out[i] = surveys.InvitationCount{Wave: surveys.WaveKey(r.Wave), Used: r.Used, Expired: r.Expired, Open: r.Out - r.Used - r.Expired}
	}
	// Databases collate text differently; the keys are ASCII.
	slices.SortFunc(out, func(a, b surveys.InvitationCount) int { return cmp.Compare(a.Wave, b.Wave) })
	return out, nil
}

var errTokenTaken = errors.New("the token cannot be consumed")
