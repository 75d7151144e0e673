// Package columns holds responses in memory by column: one byte a closed item, dictionary-coded attributes, and columns
// for response weight, time taken, time of submission and respondent that cost nothing until a row needs them. It filters
// and groups; it knows nothing of scores.
package columns

import (
	"fmt"
	"hash/maphash"
)

// Codes of an item. An answered item holds its rating minus the low end of its scale, 0..MaxCode.
const (
	MaxCode       byte = 249
	NotRouted     byte = 253 // the question was not asked
	NotApplicable byte = 254 // the respondent said that it does not apply
	Skipped       byte = 255 // asked and not answered
)

// Respondent stands for a respondent's reference: 95 bits of hashes with seeds of the running program. Two of 10,000,000
// different references are equal with probability 1e-15. The zero value is nobody in particular.
type Respondent struct{ a, b, c uint32 }

// Hash spreads respondents evenly.
func (r Respondent) Hash() uint64 { return uint64(r.a)<<32 | uint64(r.b) }

// Row is one response. Append copies what it needs.
type Row struct {
	Ratings        []byte   // one code per item
	Attributes     []string // one value per attribute; "" is unknown
	ResponseWeight float64
	Milliseconds   uint32 // time taken; 0: unknown
	Submitted      uint32 // Unix seconds; 0: unknown
	Respondent     string // "" for none
}

// Table holds responses by column. Rows are numbered from 0 in the order appended. It may be read by many at once, but
// not while Append runs.
type Table struct {
	rows         int
	items        [][]byte
	attributes   []*Attribute
	weights      []float64    // nil while all are 1
	milliseconds []uint32     // nil while all are unknown
	submitted    []uint32     // nil while all are unknown
	respondents  []Respondent // nil while there are none
	replicates   []uint8      // 1 + jackknife group of the respondent, 0 for none; nil while there are none
	seeds        [2]maphash.Seed
}

// New returns an empty table for rows of that many items and attributes.
func New(items, attributes int) *Table {
	t := &Table{items: make([][]byte, items), attributes: make([]*Attribute, attributes), seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
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
		t.items[i] = append(t.items[i], code)
	}
	for i, value := range r.Attributes {
		t.attributes[i].append(value)
	}
	t.weights = appendUnless(t.weights, t.rows, r.ResponseWeight, 1)
	t.milliseconds = appendUnless(t.milliseconds, t.rows, r.Milliseconds, 0)
	t.submitted = appendUnless(t.submitted, t.rows, r.Submitted, 0)
	var who Respondent
	var group uint8
	if r.Respondent != "" {
		group = 1 + ReplicateOf(r.Respondent)
		h := maphash.String(t.seeds[0], r.Respondent)
		who = Respondent{uint32(h >> 32), uint32(h), uint32(maphash.String(t.seeds[1], r.Respondent)) | 1}
	}
	t.respondents = appendUnless(t.respondents, t.rows, who, Respondent{})
	t.replicates = appendUnless(t.replicates, t.rows, group, 0)
	t.rows++
	return nil
}

// appendUnless appends v to a column that is nil while its rows all hold usual.
func appendUnless[T comparable](column []T, rows int, v, usual T) []T {
	if column != nil {
		return append(column, v)
	}
	if v == usual {
		return nil
	}
	column = make([]T, rows, rows+rows/4+16)
	for i := range column {
		column[i] = usual
	}
	return append(column, v)
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

// Attribute returns an attribute's column.
func (t *Table) Attribute(i int) *Attribute { return t.attributes[i] }

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

// Respondent is who answered, the zero value if unknown.
func (t *Table) Respondent(row uint32) Respondent {
	if t.respondents == nil {
		return Respondent{}
	}
	return t.respondents[row]
}

// Bytes is the memory that the rows take, without spare capacity and level names.
func (t *Table) Bytes() int {
	n := len(t.items)*t.rows + 8*len(t.weights) + 4*len(t.milliseconds) + 4*len(t.submitted) + 12*len(t.respondents) + len(t.replicates)
	for _, a := range t.attributes {
		n += a.codes.Bytes()
	}
	return n
}
