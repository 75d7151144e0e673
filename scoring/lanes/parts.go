package lanes

// Rows are what is put down of some rows before it is added up, as the codes of columns say: of each row a few numbers of 32 bits, and squares.
type Rows struct {
	Numbers []int32
	Stride  int // numbers of a row
	Squares []int64
	Width   int // squares of a row
	Columns []Column
	Means   Means
	Lacking []uint8 // of four rows each: a bit for one whose mean is not a number, the first in the low bit
}

// Column says what the codes of rows stand for, which are in Bytes, or where they take more than one byte each in Wide.
type Column struct {
	Parts  Parts
	Number int // place of its numbers in a row
	Square int // of its square
	Bytes  []uint8
	Wide   []uint32
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

// Means says what the shares of a row come to in all: their sum over Total, less Shift, in whole numbers of 1/Unit, and the square of that in 1/SquareUnit.
type Means struct {
	Total, Shift, Unit, SquareUnit float64

	Number int // place of the mean in a row, split
	Square int // of its square
}

// of is the mean of a share and its square; both are anything where it is not a number.
func (m *Means) of(share float64) (x, square int64) {
	d := share/m.Total - m.Shift
	return Rounded(d * m.Unit), Rounded(float64(d*d) * m.SquareUnit)
}

// Put puts down so many rows: for each column the numbers and the square that a row's code stands for, then the mean of the shares and its square. A number
// may be overwritten by one whose place is the next.
func (r *Rows) Put(rows int) {
	if rows == 0 {
		return
	}
	r.reach(r.Means.Number, r.Means.Square, rows)
	for i := range r.Columns {
		c := &r.Columns[i]
		if r.reach(c.Number, c.Square, rows); c.Bytes != nil {
			_ = c.Bytes[:rows]
		} else {
			_ = c.Wide[:rows]
		}
	}
	lacking, done := r.Lacking[:(rows+3)/4], 0
	if fours := rows / 4; vectors && fours > 0 && len(r.Columns) > 0 {
		done = putRows4(&r.Numbers[0], r.Stride, &r.Squares[0], r.Width, &r.Columns[0], len(r.Columns), &r.Means, &lacking[0], fours)
	}
	clear(lacking[done/4:])
	for i := done; i < rows; i++ {
		share := 0.
		for k := range r.Columns {
			c := &r.Columns[k]
			part := &c.Parts[c.code(i)]
			r.PutOne(i, c.Number, c.Square, part.packed, part.square)
			share += part.share
		}
		if share != share {
			lacking[i/4] |= 1 << (i % 4)
		}
		mean, squared := r.Means.of(share)
		r.PutOne(i, r.Means.Number, r.Means.Square, Split(mean), squared)
	}
}

// reach ends in a panic where there is no room for the numbers and squares of so many rows.
func (r *Rows) reach(number, square, rows int) {
	_, _ = r.Numbers[number:r.Stride*(rows-1)+number+2], r.Squares[square:r.Width*(rows-1)+square+1]
}

func (c *Column) code(row int) uint32 {
	if c.Bytes != nil {
		return uint32(c.Bytes[row])
	}
	return c.Wide[row]
}

// PutOne puts down a packed number, from a place on, and a square of one row.
func (r *Rows) PutOne(row, number, square int, packed uint64, squared int64) {
	at := r.Stride*row + number
	r.Numbers[at], r.Numbers[at+1] = int32(packed), int32(packed>>32)
	r.Squares[r.Width*row+square] = squared
}

// splitBits is the number of low bits that Split puts into the first of its numbers.
const splitBits = 22

// Split packs a whole number below 2^44 as two of 32 bits: its low 22 bits, and the rest.
func Split(x int64) uint64 { return uint64(x)&(1<<splitBits-1) | uint64(x>>splitBits)<<32 }

// Joined is the whole number, or sum of whole numbers, that was split.
func Joined(low, rest int32) int64 { return int64(rest)<<splitBits + int64(low) }
