package imports

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Result tells what became of the rows of a file. It grows while the file is read; one Result may serve several files, one
// after the other.
type Result struct {
	// RefusedTo gets every refused row as CSV if it is set before reading: line, cell and reason in front of the row as it
	// stood in the file, under its header. Mended, such a file can be read with the same mapping.
	RefusedTo io.Writer

	Rows    int       // rows of data read, blank ones left out
	Taken   int       // rows that became responses
	Refused int       // rows that did not
	Blank   int       // rows without any value, passed over
	Repairs []*Repair // by file, column and reason, in the order first met
	Reasons []Refusal // the first MaxRefusals refused rows
	Ignored []string  // columns that the mapping does not use
	Bytes   int64     // read of the files as stored

	byRepair map[repairKey]*Repair
	refused  *csv.Writer
}

// Places kept of each repair, and refusals listed. All are counted, and all refused rows are written to RefusedTo.
const (
	MaxPlaces   = 20
	MaxRefusals = 1000
)

// Repair is a kind of value that could not be read and was counted as skipped or unknown instead.
type Repair struct {
	File   string
	Column string // as in the header
	Field  string // item, attribute or other field
	Reason string
	Count  int
	Places []Place // the first MaxPlaces
}

// Place is a cell.
type Place struct {
	Line   int    // 1-based line of the file, or row of the sheet
	Cell   int    // 1-based number of the cell in its row
	Value  string // at most 60 characters of it
	Header string // of the column
}

// Refusal is a row that did not become a response.
type Refusal struct {
	File   string
	Line   int // 1-based line on which the row begins, or row of the sheet
	Cell   int // 1-based number of the cell; 0: the row as a whole
	Column string
	Reason string
}

func (r Refusal) String() string {
	switch {
	case r.Cell == 0:
		return fmt.Sprintf("%s, line %d: %s", r.File, r.Line, r.Reason)
	case r.Column == "":
		return fmt.Sprintf("%s, line %d, cell %d: %s", r.File, r.Line, r.Cell, r.Reason)
	}
	return fmt.Sprintf("%s, line %d, cell %d (%s): %s", r.File, r.Line, r.Cell, r.Column, r.Reason)
}

type repairKey struct {
	file, column, field, reason string
}

// Repaired returns how many values were repaired.
func (r *Result) Repaired() int {
	n := 0
	for _, x := range r.Repairs {
		n += x.Count
	}
	return n
}

func (r *Result) repair(file, header, field, reason string, line, cell int, value []byte) {
	key := repairKey{file, header, field, reason}
	x := r.byRepair[key]
	if x == nil {
		if r.byRepair == nil {
			r.byRepair = map[repairKey]*Repair{}
		}
		x = &Repair{File: file, Column: header, Field: field, Reason: reason}
		r.byRepair[key] = x
		r.Repairs = append(r.Repairs, x)
	}
	x.Count++
	if len(x.Places) < MaxPlaces {
		x.Places = append(x.Places, Place{Line: line, Cell: cell, Value: excerpt(value), Header: header})
	}
}

// excerpt returns at most 60 characters of a value.
func excerpt(value []byte) string {
	n := 0
	for i := range string(value[:min(len(value), 400)]) {
		if n == 60 {
			return string(value[:i]) + "…"
		}
		n++
	}
	return string(value)
}

// refuse notes a refused row and writes it aside.
func (r *Result) refuse(file string, header []string, x *row) error {
	r.Refused++
	f := Refusal{File: file, Line: x.line, Cell: x.badAt, Reason: x.bad}
	if x.badAt > 0 && x.badAt <= len(header) {
		f.Column = header[x.badAt-1]
	}
	if len(r.Reasons) < MaxRefusals {
		r.Reasons = append(r.Reasons, f)
	}
	if r.RefusedTo == nil {
		return nil
	}
	if r.refused == nil {
		r.refused = csv.NewWriter(r.RefusedTo)
		if err := r.refused.Write(append([]string{"refused_line", "refused_cell", "refused_reason"}, header...)); err != nil {
			return fmt.Errorf("write refused row: %w", err)
		}
	}
	record := []string{strconv.Itoa(f.Line), strconv.Itoa(f.Cell), f.Reason}
	if len(x.cells) > 0 {
		for _, c := range x.cells {
			record = append(record, string(c[:min(len(c), MaxCell)]))
		}
	} else {
		record = append(record, string(x.raw))
	}
	for i, s := range record {
		if !utf8.ValidString(s) {
			record[i] = string([]rune(s))
		}
	}
	if err := r.refused.Write(record); err != nil {
		return fmt.Errorf("write refused row: %w", err)
	}
	return nil
}

// flush writes out what is buffered.
func (r *Result) flush() error {
	if r.refused == nil {
		return nil
	}
	r.refused.Flush()
	if err := r.refused.Error(); err != nil {
		return fmt.Errorf("write refused rows: %w", err)
	}
	return nil
}

// ignore adds the columns that are not used, each once.
func (r *Result) ignore(columns []string) {
	for _, c := range columns {
		if !slices.Contains(r.Ignored, c) {
			r.Ignored = append(r.Ignored, c)
		}
	}
}
