// Package columns holds responses in memory by column: one byte a closed item, dictionary-coded attributes, and columns
// for response weight, time taken, time of submission and respondent that cost nothing until a row needs them. It filters
// and groups; it knows nothing of scores.
package columns

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Codes of an item. An answered item holds its rating minus the low end of its scale, 0..MaxCode.
const (
	MaxCode       byte = 249
	NotRouted     byte = 253 // the question was not asked
	NotApplicable byte = 254 // the respondent said that it does not apply
	Skipped       byte = 255 // asked and not answered
)

// Respondent stands for a respondent's reference: the first 58 bits of its SHA-256, and in the low 6 bits 1 plus its jackknife group. It is
// the same in every run and on every machine. Two different references are equal with probability 50⁻¹·2⁻⁵⁸, so any two of 10,000,000 are
// with 3.5e-6. 0 is nobody in particular.
type Respondent uint64

const groupBits = 6

// Hash spreads respondents evenly; its low bits do not.
func (r Respondent) Hash() uint64 { return uint64(r) }

// respondent is that of a reference.
func (t *Table) respondent(reference string) Respondent {
	if reference == "" {
		return 0
	}
	t.reference = append(t.reference[:0], reference...)
	sum := sha256.Sum256(t.reference)
	return Respondent(binary.BigEndian.Uint64(sum[:])&^(1<<groupBits-1) | uint64(1+ReplicateOf(reference)))
}

// Row is one response. Append copies what it needs.
type Row struct {
	Ratings        []byte   // one code per item
	Attributes     []string // one value per attribute; "" is unknown
	ResponseWeight float64
	Milliseconds   uint32 // time taken; 0: unknown
	Submitted      uint32 // Unix seconds; 0: unknown
	Respondent     string // "" for none
	Seq            int64  // number of the commit, above that of the row before; 0 for none
}

// Table holds responses by column. Rows are numbered from 0 in the order appended. It may be read by many at once, but
// not while Append runs.
type Table struct {
	rows         int
	items        [][]byte
	attributes   []*Attribute
	weights      []float64 // nil while all are 1
	weightLevels weightLevels
	milliseconds []uint32     // nil while all are unknown
	submitted    []uint32     // nil while all are unknown
	periods      periods      // of submission
	respondents  []Respondent // nil while there are none
	seqs         seqs
	reference    []byte // scratch of Append
}

// New returns an empty table for rows of that many items and attributes.
func New(items, attributes int) *Table {
	t := &Table{items: make([][]byte, items), attributes: make([]*Attribute, attributes)}
	for i := range t.attributes {
		t.attributes[i] = newAttribute()
	}
	return t
}

// Append adds a row. Errors: the row has another number of items or attributes than the table.
func (t *Table) Append(r *Row) error {
	if len(r.Ratings) != len(t.items) || len(r.Attributes) != len(t.attributes) {
		return fmt.Errorf("append row: %d items and %d attributes, the table has %d and %d",
			len(r.Ratings), len(r.Attributes), len(t.items), len(t.attributes))
	}
	for i, code := range r.Ratings {
		t.items[i] = extended(t.items[i], code)
	}
	for i, value := range r.Attributes {
		t.attributes[i].append(value)
	}
	t.weights = appendUnless(t.weights, t.rows, r.ResponseWeight, 1)
	t.weightLevels.follow(t.weights)
	t.milliseconds = appendUnless(t.milliseconds, t.rows, r.Milliseconds, 0)
	t.submitted = appendUnless(t.submitted, t.rows, r.Submitted, 0)
	t.periods.append(r.Submitted)
	t.respondents = appendUnless(t.respondents, t.rows, t.respondent(r.Respondent), 0)
	t.seqs.append(r.Seq)
	t.rows++
	return nil
}

// appendUnless appends v to a column that is nil while its rows all hold usual.
func appendUnless[T comparable](column []T, rows int, v, usual T) []T {
	if column != nil {
		return extended(column, v)
	}
	if v == usual {
		return nil
	}
	column = roomFor[T](rows)
	for i := range column {
		column[i] = usual
	}
	return extended(column, v)
}

// Len is the number of rows.
func (t *Table) Len() int { return t.rows }

// Item returns the codes of an item, one per row. The caller does not change them.
func (t *Table) Item(i int) []byte { return t.items[i] }

// Items is the number of items.
func (t *Table) Items() int { return len(t.items) }

// Ratings copies the codes of a row into dst, which has one place per item.
func (t *Table) Ratings(row uint32, dst []byte) {
	for i, column := range t.items {
		dst[i] = column[row]
	}
}

// Attribute returns an attribute's column, see also WeightAttribute and PeriodAttribute.
func (t *Table) Attribute(i int) *Attribute {
	switch {
	case i < len(t.attributes):
		return t.attributes[i]
	case i == t.WeightAttribute():
		return t.weightLevels.attribute
	}
	return t.periodAttribute(i)
}

// Weighted reports whether a row has a response weight other than 1.
func (t *Table) Weighted() bool { return t.weights != nil }

// ResponseWeight is the base weight of a row.
func (t *Table) ResponseWeight(row uint32) float64 {
	if t.weights == nil {
		return 1
	}
	return t.weights[row]
}

// Milliseconds is the time a row took, 0 if unknown.
func (t *Table) Milliseconds(row uint32) uint32 {
	if t.milliseconds == nil {
		return 0
	}
	return t.milliseconds[row]
}

// Submitted is the time a row was submitted in Unix seconds, 0 if unknown.
func (t *Table) Submitted(row uint32) uint32 {
	if t.submitted == nil {
		return 0
	}
	return t.submitted[row]
}

// Respondent is who answered, 0 if unknown.
func (t *Table) Respondent(row uint32) Respondent {
	if t.respondents == nil {
		return 0
	}
	return t.respondents[row]
}

// RowOf is the row with the number of a commit; ok is false if there is none.
func (t *Table) RowOf(seq int64) (row uint32, ok bool) { return t.seqs.find(seq) }

// Bytes is the memory that the rows take, without spare capacity and level names.
func (t *Table) Bytes() int {
	n := len(t.items)*t.rows + 8*len(t.weights) + 4*len(t.milliseconds) + 4*len(t.submitted) + 8*len(t.respondents) + t.seqs.steps.Bytes() + t.periods.bytes()
	for _, a := range t.attributes {
		n += a.codes.Bytes()
	}
	if a := t.weightLevels.attribute; a != nil {
		n += a.codes.Bytes()
	}
	return n
}
