package scoring

import (
	"slices"
	"sort"

	"paxscore/scoring/columns"
)

// firsts finds the response that is kept of a respondent and cluster. It is an open-addressing table of row numbers, at most
// three quarters full; keys are compared in the columns.
type firsts struct {
	slots []uint32 // row number + 1; 0: free
	used  int
}

const leastSlots = 64

// find returns the row kept so far for the respondent and cluster of row; if there is none, row takes the place.
func (f *firsts) find(s *Screen, row uint32) (kept uint32, seen bool) {
	if 4*(f.used+1) > 3*len(f.slots) {
		f.grow(s)
	}
	at := f.slot(s, row)
	if f.slots[at] != 0 {
		return f.slots[at] - 1, true
	}
	f.slots[at] = row + 1
	f.used++
	return 0, false
}

// replace puts row in the place of the row with the same respondent and cluster.
func (f *firsts) replace(s *Screen, row uint32) { f.slots[f.slot(s, row)] = row + 1 }

// slot is the place of the row's key, or the free place where it belongs.
func (f *firsts) slot(s *Screen, row uint32) int {
	who, cluster := s.table.Respondent(row), s.clusterOf(row)
	mask := len(f.slots) - 1
	at := f.home(s, row)
	for ; f.slots[at] != 0; at = (at + 1) & mask {
		other := f.slots[at] - 1
		if s.table.Respondent(other) == who && s.clusterOf(other) == cluster {
			break
		}
	}
	return at
}

// home is the place where the search for a row's key begins.
func (f *firsts) home(s *Screen, row uint32) int {
	hash := s.table.Respondent(row).Hash() + uint64(s.clusterOf(row))*0x9e3779b97f4a7c15
	return int(hash>>16) & (len(f.slots) - 1)
}

// remove takes out the key of a row that is kept; those behind it move to where they are found.
func (f *firsts) remove(s *Screen, row uint32) {
	mask := len(f.slots) - 1
	hole := f.slot(s, row)
	for at := (hole + 1) & mask; f.slots[at] != 0; at = (at + 1) & mask {
		if (at-f.home(s, f.slots[at]-1))&mask >= (at-hole)&mask {
			f.slots[hole] = f.slots[at]
			hole = at
		}
	}
	f.slots[hole] = 0
	f.used--
}

// moveUp follows the removal of rows, ascending, none of which is kept.
func (f *firsts) moveUp(rows []uint32) {
	for at, slot := range f.slots {
		if slot > rows[0] {
			f.slots[at] -= uint32(sort.Search(len(rows), func(i int) bool { return rows[i] >= slot-1 }))
		}
	}
}

// find fills first with the rows that are kept, after it was lost or the levels of the cluster were numbered anew.
func (s *Screen) find() {
	kept := 0
	for row, t := range s.traits {
		if t&repeated == 0 && s.table.Respondent(uint32(row)) != 0 {
			kept++
		}
	}
	size := leastSlots
	for 3*size < 4*(kept+1) {
		size *= 2
	}
	s.first, s.unfound = firsts{slots: make([]uint32, size), used: kept}, false
	for row, t := range s.traits {
		if t&repeated == 0 && s.table.Respondent(uint32(row)) != 0 {
			at := s.first.home(s, uint32(row))
			for s.first.slots[at] != 0 { // all keys are different
				at = (at + 1) & (size - 1)
			}
			s.first.slots[at] = uint32(row) + 1
		}
	}
}

// forgetRepeated makes of the rows that are to be removed such that are not kept: another response of the same respondent and cluster takes
// the place, the first complete one or else the first.
func (s *Screen) forgetRepeated(rows []uint32) {
	heirs := map[columns.Respondent][]uint32{} // of each respondent who loses a kept row, the others
	for _, row := range rows {
		if who := s.table.Respondent(row); who != 0 && s.traits[row]&repeated == 0 {
			heirs[who] = nil
		}
	}
	if len(heirs) > 0 {
		for row, t := range s.traits {
			if t&repeated == 0 {
				continue
			}
			who := s.table.Respondent(uint32(row))
			if others, wanted := heirs[who]; wanted {
				if _, gone := slices.BinarySearch(rows, uint32(row)); !gone {
					heirs[who] = append(others, uint32(row))
				}
			}
		}
	}
	for _, row := range rows {
		who := s.table.Respondent(row)
		if who == 0 || s.traits[row]&repeated != 0 {
			continue
		}
		heir, found := row, false
		for _, other := range heirs[who] {
			if s.clusterOf(other) == s.clusterOf(row) && (!found || s.traits[heir]&incomplete != 0 && s.traits[other]&incomplete == 0) {
				heir, found = other, true
			}
		}
		if !found {
			s.first.remove(s, row)
			continue
		}
		s.first.replace(s, heir)
		s.traits[heir] &^= repeated
	}
}

func (f *firsts) grow(s *Screen) {
	old := f.slots
	f.slots = make([]uint32, max(leastSlots, 2*len(old)))
	for _, o := range old {
		if o != 0 {
			f.slots[f.slot(s, o-1)] = o
		}
	}
}

func (s *Screen) clusterOf(row uint32) uint32 {
	if s.cluster == None {
		return 0
	}
	return s.table.Attribute(s.cluster).At(row)
}
