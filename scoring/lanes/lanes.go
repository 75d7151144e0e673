// Package lanes adds up rows by cell, several sums at a time: in the vector registers of the processor where it has them (AVX2 on amd64), else one by
// one, with the same sums.
package lanes

// AddRows adds each row's values to the sums of its cell, width of them. From one row to the next there are stride values.
func AddRows(sums []int64, cell []uint32, x []int64, width, stride int) {
	if vectors && width == 8 && len(cell) > 0 {
		cells, x := len(sums)/width, x[:(len(cell)-1)*stride+width]
		if done := addRows8(&sums[0], &cell[0], &x[0], 8*stride, len(cell), uint32(cells)); done < len(cell) {
			outside(cell[done], cells)
		}
		return
	}
	for i, c := range cell {
		s, v := sums[int(c)*width:][:width], x[i*stride:][:width]
		for f, v := range v {
			s[f] += v
		}
	}
}

func outside(cell uint32, cells int) { _ = make([]struct{}, cells)[cell] }

// Parts are what the codes of some columns stand for: a number of whole numbers each, and one that is not.
type Parts struct {
	sums   [][]int64 // by column: per code
	shares [][]float64
}

// Add adds a column: its whole numbers by code, as many of each as of any other column, and what else the code counts.
func (p *Parts) Add(sums []int64, shares []float64) {
	p.sums, p.shares = append(p.sums, sums), append(p.shares, shares)
}

// Sum adds up, for each row, what its codes by column stand for: whole numbers to x, one row after the other, and shares, added in the order of the
// columns, to share, of which there is one of each row.
func (p *Parts) Sum(codes [][]uint32, x []int64, share []float64) {
	rows := len(share)
	width := len(p.sums[0]) / len(p.shares[0])
	x = x[:rows*width]
	if vectors && width == 16 && rows > 0 && len(codes) <= mostColumns {
		var sums [mostColumns]*int64
		var shares [mostColumns]*float64
		var of [mostColumns]*uint32
		var limits [mostColumns]uint32
		for c, codes := range codes {
			sums[c], shares[c], of[c], limits[c] = &p.sums[c][0], &p.shares[c][0], &codes[:rows][0], uint32(len(p.shares[c]))
		}
		if done := sum16(&x[0], &share[0], &sums, &shares, &of, &limits, len(codes), rows); done < rows {
			for c, codes := range codes {
				outside(codes[done], int(limits[c]))
			}
		}
		return
	}
	clear(x)
	clear(share)
	for c, codes := range codes {
		sums, shares := p.sums[c], p.shares[c]
		for i, code := range codes[:rows] {
			share[i] += shares[code]
			into := x[i*width:][:width]
			for k, v := range sums[int(code)*width:][:width] {
				into[k] += v
			}
		}
	}
}

// mostColumns is the number of columns up to which vector registers add them up.
const mostColumns = 8
