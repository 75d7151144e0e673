package scoring

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"paxscore/scoring/columns"
)

// Put adds to an image what the screen has found of each row of its table.
func (s *Screen) Put(im *columns.Image) {
	columns.Put(im, "traits", slices.Clone(s.traits)) // a response to come may change that of an earlier one
}

// Read takes from a file what a screen found of the rows that the table holds; the screen is new. Errors: the file has not that, or is
// damaged.
func (s *Screen) Read(f *columns.File) (err error) {
	var times sync.WaitGroup
	times.Go(func() {
		for row := range uint32(s.table.Len()) {
			if ms := s.table.Milliseconds(row); ms > 0 {
				s.times.add(ms)
			}
		}
	})
	defer times.Wait()
	if s.traits, err = columns.Get[uint8](f, "traits", s.table.Len()); err != nil {
		return err
	}
	for row, t := range s.traits {
		if t&straight != 0 {
			s.noteLine(uint32(row))
		}
	}
	s.unfound = true
	return nil
}

// Put adds to an image the scores found so far, and what their codes stand for. Rows scored later do not change it; Remove does.
func (s *Scores) Put(im *columns.Image) {
	for d, c := range s.dimensions {
		bits, statuses := make([]uint64, len(c.met)), make([]uint8, len(c.met))
		for code, m := range c.met {
			bits[code], statuses[code] = math.Float64bits(m.score), uint8(m.status)
		}
		c.codes.Put(im, scoresNamed(d))
		columns.Put(im, scoresNamed(d)+" bits", bits)
		columns.Put(im, scoresNamed(d)+" statuses", statuses)
	}
}

func scoresNamed(dimension int) string { return fmt.Sprintf("scores %d", dimension) }

// Read takes from a file the scores of the rows that the table holds; s is new. Errors: the file has not these, or is damaged.
func (s *Scores) Read(f *columns.File) error {
	errs := make([]error, len(s.dimensions))
	var all sync.WaitGroup
	for d, c := range s.dimensions {
		all.Go(func() { errs[d] = c.read(f, scoresNamed(d), s.table.Len()) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (c *scoreColumn) read(f *columns.File, name string, rows int) error {
	bits, err := columns.Get[uint64](f, name+" bits", -1)
	if err != nil {
		return err
	}
	statuses, err := columns.Get[uint8](f, name+" statuses", len(bits))
	if err != nil {
		return err
	}
	for code, status := range statuses {
		m := scored{math.Float64frombits(bits[code]), ScoreStatus(status)}
		if m.status > ScoreInsufficient || math.IsNaN(m.score) == (m.status == ScoreOK) || c.note(m) != uint32(code) {
			return fmt.Errorf("read scores: %s: code %d stands for %v, status %d", name, code, m.score, status)
		}
	}
	return c.codes.Read(f, name, rows, len(c.met))
}
