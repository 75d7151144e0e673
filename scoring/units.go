package scoring

import (
	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// levelNumbers are running numbers of the levels of an attribute that a sample has.
type levelNumbers struct {
	attribute *columns.Attribute
	of        []uint32 // by level
	rows      []uint32 // of each position; nil where a position is its row
}

// unitNumbers are the sampling units of positions: by the levels of stratum and cluster, or listed.
type unitNumbers struct {
	list     []uint32 // by position; nil where they are found by level
	of       []uint32 // by number of the stratum and level of the cluster
	strata   *levelNumbers
	cluster  *columns.Attribute
	clusters uint32
	rows     []uint32
}

// maxUnitCells is the number of strata times clusters up to which units are found by level.
const maxUnitCells = 1 << 22

// at is the number at a position; 0 where there are none.
func (l *levelNumbers) at(position int) int {
	if l == nil {
		return 0
	}
	row := uint32(position)
	if l.rows != nil {
		row = l.rows[position]
	}
	return int(l.of[l.attribute.At(row)])
}

// read are the numbers at some positions; nil where all are 0.
func (l *levelNumbers) read(r *reading, positions []uint32) []uint32 {
	if l == nil {
		return nil
	}
	out := r.stratum[:len(positions)]
	l.attribute.Of(r.rowsAt(l.rows, positions), out)
	for i, level := range out {
		out[i] = l.of[level]
	}
	return out
}

// at is the unit of a position.
func (u *unitNumbers) at(position uint32) uint32 {
	if u.list != nil {
		return u.list[position]
	}
	h := uint32(u.strata.at(int(position)))
	if u.rows != nil {
		position = u.rows[position]
	}
	return u.of[h*u.clusters+u.cluster.At(position)]
}

// read are the units of some positions.
func (u *unitNumbers) read(r *reading, positions []uint32) []uint32 {
	out := r.unit[:len(positions)]
	if u.list != nil {
		for i, p := range positions {
			out[i] = u.list[p]
		}
		return out
	}
	strata := u.strata.read(r, positions)
	u.cluster.Of(r.rowsAt(u.rows, positions), out)
	if strata == nil {
		for i, c := range out {
			out[i] = u.of[c]
		}
		return out
	}
	for i, c := range out {
		out[i] = u.of[strata[i]*u.clusters+c]
	}
	return out
}

// layOut numbers strata and sampling units in the order met. Units are nested in strata: a cluster in two strata is two units.
func (s *Sample) layOut() {
	if s.plan.Stratum != None {
		s.stratum, s.strata, s.Unstratified = s.number(s.plan.Stratum)
	}
	s.sizes = make([]int, s.strata)
	r := newReading(readBlock)
	s.eachBlock(func(positions, _ []uint32) {
		strata := s.stratum.read(r, positions)
		if strata == nil {
			s.sizes[0] += len(positions)
		}
		for _, h := range strata {
			s.sizes[h]++
		}
	})
	s.n = s.size
	if s.plan.Cluster == None {
		return
	}
	clusters, number, unclustered := s.number(s.plan.Cluster)
	s.Unclustered = unclustered
	if unclustered == s.size {
		return
	}
	s.layOutUnits(clusters.attribute, number)
}

// number gives the levels of an attribute that the sample has running numbers, in the order met, and counts the responses where it is unknown.
func (s *Sample) number(attribute int) (numbers *levelNumbers, levels, unknown int) {
	a := s.table.Attribute(attribute)
	numbers = &levelNumbers{attribute: a, of: make([]uint32, len(a.Levels())), rows: s.rows}
	met := make([]int, len(a.Levels()))
	code := make([]uint32, readBlock)
	s.eachBlock(func(_, rows []uint32) {
		a.Of(rows, code)
		for _, level := range code[:len(rows)] {
			if met[level] == 0 {
				numbers.of[level] = uint32(levels)
				levels++
			}
			met[level]++
		}
	})
	if blank, ok := a.Level(""); ok {
		unknown = met[blank]
	}
	return numbers, max(levels, 1), unknown
}

// layOutUnits numbers the units of a cluster attribute.
func (s *Sample) layOutUnits(cluster *columns.Attribute, met int) {
	blank, hasBlank := cluster.Level("")
	levels := len(cluster.Levels())
	u := &unitNumbers{cluster: cluster, clusters: uint32(levels), strata: s.stratum, rows: s.rows}
	var of []int // stratum of each unit
	dense := s.strata*levels <= maxUnitCells
	number := map[uint64]uint32{} // of those beyond
	if dense {
		u.of = make([]uint32, s.strata*levels)
	}
	if !dense || s.Unclustered > 0 {
		u.list = make([]uint32, s.Room())
	}
	r := newReading(readBlock)
	code := make([]uint32, readBlock)
	s.eachBlock(func(positions, rows []uint32) {
		strata := s.stratum.read(r, positions)
		cluster.Of(rows, code)
		for i, c := range code[:len(rows)] {
			h := uint32(0)
			if strata != nil {
				h = strata[i]
			}
			next := uint32(len(of))
			unit := next
			switch {
			case hasBlank && c == blank:
			case dense:
				at := h*uint32(levels) + c
				if u.of[at] == 0 {
					u.of[at] = next + 1
				}
				unit = u.of[at] - 1
			default:
				key := uint64(h)<<32 | uint64(c)
				known, ok := number[key]
				if !ok {
					known = next
					number[key] = known
				}
				unit = known
			}
			if unit == next {
				of = append(of, int(h))
			}
			if u.list != nil {
				u.list[positions[i]] = unit
			}
		}
	})
	for at, n := range u.of {
		if n > 0 {
			u.of[at]--
		}
	}
	s.units, s.n = u, len(of)
	s.design = stats.Design{Stratum: of, Strata: s.strata}
	s.sizes = make([]int, s.strata)
	for _, h := range of {
		s.sizes[h]++
	}
}

// layOutAs takes strata and units over from those of tabulated responses, every one of known cluster.
func (s *Sample) layOutAs(f *unitFrame) {
	s.frame = f.frame
	if s.plan.Stratum != None {
		a := s.table.Attribute(s.plan.Stratum)
		s.stratum = &levelNumbers{attribute: a, of: make([]uint32, len(a.Levels()))}
		for number, level := range f.strata {
			s.stratum.of[level] = uint32(number)
		}
	}
	if len(f.units) == 0 {
		return
	}
	a := s.table.Attribute(s.plan.Cluster)
	levels := len(a.Levels())
	s.units = &unitNumbers{cluster: a, clusters: uint32(levels), strata: s.stratum, of: make([]uint32, f.frame.strata*levels)}
	for u, of := range f.units {
		s.units.of[f.design.Stratum[u]*levels+of.cluster] = uint32(u)
	}
}
