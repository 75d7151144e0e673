package scoring

import (
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
