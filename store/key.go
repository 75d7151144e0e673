package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// apiKey is a row of api_keys.
type apiKey struct {
	Name      string `gorm:"primaryKey"`
	Hash      []byte
	CreatedAt instant `gorm:"autoCreateTime:false"`
	RevokedAt instant
}

func (k apiKey) key() surveys.Key {
	out := surveys.Key{Name: k.Name, CreatedAt: k.CreatedAt.Time, RevokedAt: k.RevokedAt.Time}
	copy(out.Hash[:], k.Hash)
	return out
}

// CreateKey stores a key. Errors: surveys.ErrExists for the name or the hash.
func (s *Store) CreateKey(ctx context.Context, k surveys.Key) error {
	row := apiKey{Name: k.Name, Hash: k.Hash[:], CreatedAt: instant{k.CreatedAt}, RevokedAt: instant{k.RevokedAt}}
	err := s.inTx(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = surveys.ErrExists
	}
	return s.wrap(fmt.Sprintf("create key %q", k.Name), err)
}

// FindKey returns a key that is not revoked. Errors: surveys.ErrNotFound.
func (s *Store) FindKey(ctx context.Context, hash surveys.TokenHash) (surveys.Key, error) {
	var row apiKey
	err := s.reads.WithContext(ctx).Where("hash = ? AND revoked_at IS NULL", hash[:]).Take(&row).Error
	if err != nil {
		return surveys.Key{}, s.wrap("find key", err)
	}
	return row.key(), nil
}

// RevokeKey ends a key's validity. Errors: surveys.ErrNotFound, also if it is revoked already.
func (s *Store) RevokeKey(ctx context.Context, name string, at time.Time) error {
	return s.wrap(fmt.Sprintf("revoke key %q", name), s.inTx(ctx, func(tx *gorm.DB) error {
		valid := tx.Model(&apiKey{}).Where("name = ? AND revoked_at IS NULL", name)
		return one(valid.Update("revoked_at", instant{at}))
	}))
}

// ListKeys returns every key, revoked ones too, by name.
func (s *Store) ListKeys(ctx context.Context) ([]surveys.Key, error) {
	var rows []apiKey
	if err := s.reads.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, s.wrap("list keys", err)
	}
	out := make([]surveys.Key, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, nil
}
