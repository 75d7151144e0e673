package lanes

// Rows are what is put down of some rows before it is added up: of each a few numbers of 32 bits, squares, and a share.
type Rows struct {
	Numbers []int32
	Stride  int // numbers of a row
	Squares []int64
	Width   int // squares of a row
	Shares  []float64
}

// places are where the numbers of the first of so many rows are put down, from the place x on, and its square.
func (r *Rows) places(x, square, rows int) (*int32, *int64, *float64) {
	return &r.Numbers[x : r.Stride*(rows-1)+x+2][0], &r.Squares[square : r.Width*(rows-1)+square+1][0], &r.Shares[:rows][0]
}

// Put puts down a packed number, from the place x on, and a square of a row.
func (r *Rows) Put(row, x, square int, packed uint64, squared int64) {
	at := r.Stride*row + x
	r.Numbers[at], r.Numbers[at+1] = int32(packed), int32(packed>>32)
	r.Squares[r.Width*row+square] = squared
}

// Parts are what the codes of a column stand for.
type Parts []part

// part is two numbers of 32 bits, the first in the low bits, a square and a share.
type part struct {
	packed uint64
	square int64
	share  float64
	_      int64
}

// Add adds what the next code stands for.
func (p *Parts) Add(packed uint64, square int64, share float64) {
	*p = append(*p, part{packed: packed, square: square, share: share})
}

// Put puts down, for each row, the numbers that its code stands for from the place x on, and the square at its place, and adds the share to the row's.
func Put[T uint8 | uint32](p Parts, r *Rows, x, square int, codes []T) {
	rows := len(codes)
	if rows == 0 {
		return
	}
	if vectors {
		number, squared, share := r.places(x, square, rows)
		var done int
		switch codes := any(codes).(type) {
		case []uint8:
			done = putBytes(number, 4*r.Stride, squared, 8*r.Width, share, &p[0], &codes[0], uint32(len(p)), rows)
		case []uint32:
			done = putNumbers(number, 4*r.Stride, squared, 8*r.Width, share, &p[0], &codes[0], uint32(len(p)), rows)
		}
		if done < rows {
			outside(uint32(codes[done]), len(p))
		}
		return
	}
	for i, code := range codes {
		part := &p[code]
		r.Put(i, x, square, part.packed, part.square)
		r.Shares[i] += part.share
	}
}

// splitBits is the number of low bits that Split puts into the first of its numbers.
const splitBits = 22

// Split packs a whole number below 2^44 as two of 32 bits: its low 22 bits, and the rest.
func Split(x int64) uint64 { return uint64(x)&(1<<splitBits-1) | uint64(x>>splitBits)<<32 }

// Joined is the whole number, or sum of whole numbers, that was split.
func Joined(low, rest int32) int64 { return int64(rest)<<splitBits + int64(low) }

// Means says what shares come to: less Shift, they over Total in whole numbers of 1/Unit, and the square of that in 1/SquareUnit.
type Means struct {
	Total, Shift, Unit, SquareUnit float64
}

// Of is the mean of a share and its square; both are anything where it is not a number.
func (m *Means) Of(share float64) (x, square int64) {
	d := share/m.Total - m.Shift
	return Rounded(d * m.Unit), Rounded(float64(d*d) * m.SquareUnit)
}

// Put puts down the mean of each row's share, split, from the place x on, and its square.
func (m *Means) Put(r *Rows, x, square, rows int) {
	done := 0
	if fours := rows / 4; vectors && fours > 0 {
		done = 4 * fours
		number, squared, share := r.places(x, square, done)
		putMeans4(number, 4*r.Stride, squared, 8*r.Width, share, m.Total, m.Shift, m.Unit, m.SquareUnit, fours)
	}
	for i, s := range r.Shares[done:rows] {
		mean, squared := m.Of(s)
		r.Put(done+i, x, square, Split(mean), squared)
	}
}
