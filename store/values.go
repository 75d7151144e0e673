package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"paxscore/surveys"
)

// instant is a moment as both databases keep it: UTC, whole microseconds, null for the zero time. PostgreSQL has a type
// for it; in SQLite it is an integer.
type instant struct{ time.Time }

// moment drops what the databases do not keep.
func moment(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

// GormDataType tells gorm not to look into the struct.
func (instant) GormDataType() string { return "time" }

// Value serves where gorm asks for the database's own value; GormValue knows which database it is.
func (i instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return moment(i.Time), nil
}

// GormValue writes the moment for the database at hand.
func (i instant) GormValue(_ context.Context, db *gorm.DB) clause.Expr {
	v := any(nil)
	switch {
	case i.IsZero():
	case db.Name() == "sqlite":
		v = moment(i.Time).UnixMicro()
	default:
		v = moment(i.Time)
	}
	return clause.Expr{SQL: "?", Vars: []any{v}}
}

// Scan reads what either database returns.
func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		i.Time = time.Time{}
	case int64:
		i.Time = time.UnixMicro(v).UTC()
	case time.Time:
		i.Time = v.UTC()
	default:
		return fmt.Errorf("a time cannot be read from %T", src)
	}
	return nil
}

// storable reports what a text breaks of the rules that both databases have: it is UTF-8 and has no zero byte. Its field is
// the key under the parent.
func storable(e *surveys.InvalidError, parent, key, text string) {
	if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		e.Add(parent+key, "text", "must be UTF-8 text without zero bytes")
	}
}

// orNull is nil for an empty text.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
