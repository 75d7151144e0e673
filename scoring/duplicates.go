package scoring

// firsts finds the response that is kept of a respondent and cluster. It is an open-addressing table of row numbers, at most
// three quarters full; keys are compared in the columns.
type firsts struct {
	slots []uint32 // row number + 1; 0: free
	used  int
}

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
	at := int((who.Hash() + uint64(cluster)*0x9e3779b97f4a7c15) >> 16)
	for at &= mask; f.slots[at] != 0; at = (at + 1) & mask {
		other := f.slots[at] - 1
		if s.table.Respondent(other) == who && s.clusterOf(other) == cluster {
			break
		}
	}
	return at
}

func (f *firsts) grow(s *Screen) {
	old := f.slots
	f.slots = make([]uint32, max(64, 2*len(old)))
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
