package lanes

import "math"

// Triangle is the products of so many values with one another and with themselves: row i has those of value i with the values 0 … i, and room for a
// multiple of four.
type Triangle int

// At is the place of the product of the values i and j, j ≤ i.
func (n Triangle) At(i, j int) int {
	q, r := i/4, i%4
	return (q+1)*(8*q+4*r) + j
}

// Len is the number of places.
func (n Triangle) Len() int { return n.At(int(n), 0) }

// Stride is the number of places for the values of a row: a multiple of four.
func (n Triangle) Stride() int { return (int(n) + 3) &^ 3 }

// Add adds the products of each row's values, in units of 1/unit and rounded to the nearest whole number, half to even, to the sums of a cell in a
// and of one in b. z has the values, Stride of each row, 0 beyond the last. A product in units is below 2^51; places beyond a row's last product
// hold anything.
func (n Triangle) Add(a, b []int64, cellA, cellB []uint32, z []float64, unit float64) {
	rows, width := len(cellA), n.Len()
	cellB, z = cellB[:rows], z[:rows*n.Stride()]
	cellsA, cellsB := len(a)/width, len(b)/width
	if vectors && rows > 0 {
		if done := addProducts4(&a[0], &b[0], &cellA[0], &cellB[0], &z[0], unit, int(n), rows, uint32(cellsA), uint32(cellsB), 8*width); done < rows {
			outside(cellA[done], cellsA)
			outside(cellB[done], cellsB)
		}
		return
	}
	for k := range rows {
		a, b := a[int(cellA[k])*width:][:width], b[int(cellB[k])*width:][:width]
		z := z[k*n.Stride():][:n]
		for i, x := range z {
			at := n.At(i, 0)
			for j, y := range z[:i+1] {
				p := Rounded(float64(x*unit) * y)
				a[at+j] += p
				b[at+j] += p
			}
		}
	}
}

// Rounded is the nearest whole number, half to even, of one up to 2^51.
func Rounded(x float64) int64 {
	const magic = 3 << 51 // adding it leaves the whole number in the low bits
	return int64(math.Float64bits(x+magic)) - int64(math.Float64bits(magic))
}
