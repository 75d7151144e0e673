package columns

import (
	"cmp"
	"iter"
	"slices"
)

// seqs is a column of numbers that ascend, found in it by value: those of commits. It takes no room while each row follows the one before by
// 1, then half a byte or a byte a row. The number of a row that has none is that of the row before.
type seqs struct {
	steps Codes     // by row: stepCode of the step from the row before
	far   []farStep // the steps too long for that
	marks []int64   // of the rows 0, markRows, 2·markRows …
	last  int64
}

// farStep is a step of farCode or more.
type farStep struct {
	row  uint32
	step int64
}

const (
	markRows = 1 << 12
	farCode  = 255
)

// stepCode is 0 for a step of 1, 1 for a step of 0, else the step, at most farCode.
func stepCode(step int64) uint32 {
	switch step {
	case 0:
		return 1
	case 1:
		return 0
	}
	return uint32(min(step, farCode))
}

func (s *seqs) append(seq int64) {
	seq = max(seq, s.last)
	row := s.steps.Len()
	step := seq - s.last
	code := stepCode(step)
	s.steps.Append(code)
	if code == farCode {
		s.far = append(s.far, farStep{uint32(row), step})
	}
	if row%markRows == 0 {
		s.marks = append(s.marks, seq)
	}
	s.last = seq
}

// step is that of a row from the row before.
func (s *seqs) step(row uint32) int64 {
	switch code := s.steps.At(row); code {
	case 0:
		return 1
	case 1:
		return 0
	case farCode:
		at, _ := slices.BinarySearchFunc(s.far, row, func(f farStep, row uint32) int { return cmp.Compare(f.row, row) })
		return s.far[at].step
	default:
		return int64(code)
	}
}

// find returns the row of a number.
func (s *seqs) find(seq int64) (row uint32, ok bool) {
	at, marked := slices.BinarySearch(s.marks, seq)
	if marked {
		return uint32(at) * markRows, seq > 0
	}
	if at == 0 || seq <= 0 {
		return 0, false
	}
	row = uint32(at-1) * markRows
	for found := s.marks[at-1]; found < seq; found += s.step(row) {
		if row++; int(row) == s.steps.Len() {
			return 0, false
		}
		if found+s.step(row) > seq {
			return 0, false
		}
	}
	return row, true
}

// remove takes out rows, ascending.
func (s *seqs) remove(rows []uint32) {
	var out seqs
	var seq int64
	for row := range uint32(s.steps.Len()) {
		seq += s.step(row)
		if len(rows) > 0 && rows[0] == row {
			rows = rows[1:]
			continue
		}
		out.append(seq)
	}
	*s = out
}

// Seqs are the numbers of the commits by row, as they are at the call: what becomes of the table afterwards does not change them.
func (t *Table) Seqs() iter.Seq[int64] {
	kept := seqs{steps: t.seqs.steps.clone(), far: slices.Clone(t.seqs.far)}
	return func(yield func(int64) bool) {
		var seq int64
		for row := range uint32(kept.steps.Len()) {
			if seq += kept.step(row); !yield(seq) {
				return
			}
		}
	}
}
