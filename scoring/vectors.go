package scoring

// vectors finds responses whose closed answers and channel are those of an earlier one. It is an open-addressing table of row numbers, at
// most half full: 8 to 16 bytes for each response, however many items it answers; answers are compared in the columns.
type vectors struct {
	s       *Screen
	items   []int // whose answers count
	channel int
	slots   []uint32 // row number + 1; 0: free
}

func newVectors(s *Screen, m *Model, channel, rows int) *vectors {
	v := &vectors{s: s, items: append([]int{}, s.rating...), channel: channel}
	for _, i := range []int{m.Overall, m.Recommend} {
		if i != None {
			v.items = append(v.items, i)
		}
	}
	size := 64
	for size < 2*rows {
		size *= 2
	}
	v.slots = make([]uint32, size)
	return v
}

// repeats reports whether an earlier row is the same; if there is none, row takes the place.
func (v *vectors) repeats(row uint32) bool {
	mask := uint64(len(v.slots) - 1)
	at := v.hash(row) & mask
	for ; v.slots[at] != 0; at = (at + 1) & mask {
		if v.same(v.slots[at]-1, row) {
			return true
		}
	}
	v.slots[at] = row + 1
	return false
}

func (v *vectors) channelOf(row uint32) uint32 {
	if v.channel == None {
		return 0
	}
	return v.s.table.Attribute(v.channel).At(row)
}

// hash mixes by the multiplication and the finaliser of SplitMix64, so that neighbouring answers fall far apart.
func (v *vectors) hash(row uint32) uint64 {
	h := uint64(v.channelOf(row)) + 1
	for _, i := range v.items {
		h = (h ^ uint64(v.s.table.Item(i)[row])) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func (v *vectors) same(a, b uint32) bool {
	for _, i := range v.items {
		column := v.s.table.Item(i)
		if column[a] != column[b] {
			return false
		}
	}
	return v.channelOf(a) == v.channelOf(b)
}
