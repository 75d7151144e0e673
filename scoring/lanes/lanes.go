// Package lanes adds up rows by cell, several sums at a time: in the vector registers of the processor where it has them (AVX2 on amd64, and AVX-512 for what
// is packed, looked up or counted by bits), else one by one, with the same sums.
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
