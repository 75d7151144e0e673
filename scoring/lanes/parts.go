package lanes

// Parts are what the codes of a column stand for.
type Parts []part

// part is two whole numbers, and one that is not.
type part struct {
	x, square int64
	share     float64
	_         int64
}

// Add adds what the next code stands for.
func (p *Parts) Add(x, square int64, share float64) {
	*p = append(*p, part{x: x, square: square, share: share})
}

// Put puts down, for each row, the whole numbers that its code stands for, at the given place of the row and width places further, and adds the share
// to the row's. In x a row takes 2·width places.
func Put[T uint8 | uint32](p Parts, x []int64, width, place int, share []float64, codes []T) {
	rows := len(codes)
	if rows == 0 {
		return
	}
	share, x = share[:rows], x[place:2*width*(rows-1)+width+place+1]
	if vectors {
		var done int
		switch codes := any(codes).(type) {
		case []uint8:
			done = putBytes(&x[0], 8*width, 16*width, &share[0], &p[0], &codes[0], uint32(len(p)), rows)
		case []uint32:
			done = putNumbers(&x[0], 8*width, 16*width, &share[0], &p[0], &codes[0], uint32(len(p)), rows)
		}
		if done < rows {
			outside(uint32(codes[done]), len(p))
		}
		return
	}
	for i, code := range codes {
		part := &p[code]
		x[2*width*i], x[2*width*i+width] = part.x, part.square
		share[i] += part.share
	}
}

// Means says what shares come to: less Shift, they over Total in whole numbers of 1/Unit, and the square of that in 1/SquareUnit.
type Means struct {
	Total, Shift, Unit, SquareUnit float64
}

// Of is the mean of a share and its square; both are anything where it is not a number.
func (m *Means) Of(share float64) (x, square int64) {
	d := share/m.Total - m.Shift
	return Rounded(d * m.Unit), Rounded(float64(d*d) * m.SquareUnit)
}

// Put puts down the mean of each row's share and its square, as Put does.
func (m *Means) Put(x []int64, width, place int, share []float64) {
	done := 0
	if fours := len(share) / 4; vectors && fours > 0 {
		done = 4 * fours
		x := x[place : 2*width*(done-1)+width+place+1]
		putMeans4(&x[0], 8*width, 16*width, &share[0], m.Total, m.Shift, m.Unit, m.SquareUnit, fours)
	}
	for i, s := range share[done:] {
		at := 2*width*(done+i) + place
		x[at], x[at+width] = m.Of(s)
	}
}
