package columns

// Condition holds for the rows whose attribute is at one of the levels.
type Condition struct {
	Attribute int
	Values    []string
}

// Matches returns for every row whether the condition holds. A value that no row has matches nothing.
func (t *Table) Matches(c Condition) []bool {
	a := t.attributes[c.Attribute]
	wanted := make([]bool, len(a.levels))
	for _, v := range c.Values {
		if id, ok := a.number[v]; ok {
			wanted[id] = true
		}
	}
	out := make([]bool, t.rows)
	for i := range out {
		out[i] = wanted[a.codes.At(uint32(i))]
	}
	return out
}

// Within sets marks[i] to a bit for each of the rows from+64·i … that was submitted at or after since and before until, in Unix seconds; an
// until of 0 is open. A row of unknown time is in no period. from is a multiple of 64.
func (t *Table) Within(from int, since, until uint32, marks []uint64) {
	clear(marks)
	if t.submitted == nil {
		return
	}
	if since == 0 {
		since = 1
	}
	last := until - 1 // of an open end the greatest number
	if until != 0 && last < since {
		return
	}
	for i, at := range t.submitted[min(from, len(t.submitted)):min(from+64*len(marks), len(t.submitted))] {
		if at-since <= last-since {
			marks[i/64] |= 1 << (i % 64)
		}
	}
}

// Groups are rows partitioned by the levels of one or more attributes.
type Groups struct {
	Of     []uint32   // for each row given, the number of its group, from 0 in the order met
	Levels [][]uint32 // for each group, the level of each attribute
}

// Group partitions rows by attributes, crossed.
func (t *Table) Group(rows []uint32, attributes []int) Groups {
	g := Groups{Of: make([]uint32, len(rows))}
	if len(rows) == 0 {
		return g
	}
	g.Levels = [][]uint32{{}}
	for _, at := range attributes {
		a := t.Attribute(at)
		g.split(a.LevelsOf(rows), len(a.levels))
	}
	return g
}

// denseCells is the number of cells of a crossing up to which a plain array finds its groups.
const denseCells = 1 << 20

// split divides every group by the codes of one more attribute.
func (g *Groups) split(codes []uint32, levels int) {
	var next [][]uint32
	add := func(group, code uint32) uint32 {
		next = append(next, append(append(make([]uint32, 0, len(g.Levels[group])+1), g.Levels[group]...), code))
		return uint32(len(next) - 1)
	}
	if cells := len(g.Levels) * levels; cells <= denseCells {
		number := make([]uint32, cells) // 0: not met, else number + 1
		for i, code := range codes {
			cell := int(g.Of[i])*levels + int(code)
			if number[cell] == 0 {
				number[cell] = add(g.Of[i], code) + 1
			}
			g.Of[i] = number[cell] - 1
		}
	} else {
		number := map[[2]uint32]uint32{}
		for i, code := range codes {
			cell := [2]uint32{g.Of[i], code}
			n, ok := number[cell]
			if !ok {
				n = add(g.Of[i], code)
				number[cell] = n
			}
			g.Of[i] = n
		}
	}
	g.Levels = next
}

// Members returns the places of each group, ascending: members[g] holds the i with Of[i] = g.
func (g *Groups) Members() [][]uint32 {
	counts := make([]int, len(g.Levels)+1)
	for _, n := range g.Of {
		counts[n+1]++
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	places := make([]uint32, len(g.Of))
	out := make([][]uint32, len(g.Levels))
	for n := range out {
		out[n] = places[counts[n]:counts[n]:counts[n+1]]
	}
	for i, n := range g.Of {
		out[n] = append(out[n], uint32(i))
	}
	return out
}
