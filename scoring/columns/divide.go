package columns

// Divide partitions rows by attributes, crossed: members[g] are those of places, one for each row, whose rows have the levels of group g, in
// their order. Groups are in the order met.
func (t *Table) Divide(rows []uint32, attributes []int, places []uint32) (members, levels [][]uint32) {
	cells := 1
	for _, at := range attributes {
		cells = min(cells*len(t.Attribute(at).levels), denseCells+1)
	}
	if cells > denseCells {
		return t.divideSparse(rows, attributes, places)
	}
	const block = 1024
	cell, code := make([]uint32, block), make([]uint32, block)
	each := func(f func(from int, cell []uint32)) {
		for from := 0; from < len(rows); from += block {
			part := rows[from:min(from+block, len(rows))]
			cell, code := cell[:len(part)], code[:len(part)]
			clear(cell)
			for _, at := range attributes {
				a := t.Attribute(at)
				a.codes.Of(part, code)
				for i, c := range code {
					cell[i] = cell[i]*uint32(len(a.levels)) + c
				}
			}
			f(from, cell)
		}
	}
	count, next := make([]int, cells), make([]int, cells)
	var met []uint32
	each(func(_ int, cell []uint32) {
		for _, c := range cell {
			if count[c] == 0 {
				met = append(met, c)
			}
			count[c]++
		}
	})
	out := make([]uint32, len(rows))
	at := 0
	for _, c := range met {
		members = append(members, out[at:at+count[c]:at+count[c]])
		next[c] = at
		at += count[c]
		of := make([]uint32, len(attributes))
		for k := len(attributes) - 1; k >= 0; k-- {
			n := uint32(len(t.Attribute(attributes[k]).levels))
			of[k], c = c%n, c/n
		}
		levels = append(levels, of)
	}
	each(func(from int, cell []uint32) {
		for i, c := range cell {
			out[next[c]] = places[from+i]
			next[c]++
		}
	})
	return members, levels
}

func (t *Table) divideSparse(rows []uint32, attributes []int, places []uint32) (members, levels [][]uint32) {
	groups := t.Group(rows, attributes)
	members = groups.Members()
	for g := range members {
		for i, place := range members[g] {
			members[g][i] = places[place]
		}
	}
	return members, groups.Levels
}
