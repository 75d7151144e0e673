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

// MostFactors is the number of values that Products takes.
const MostFactors = 32

// perGroup is the number of products that are added up together.
const perGroup = 32

// Products are sums of products like those of a Triangle of whole numbers of eight bits, of rows by two kinds of cells, in 32 bits until they are taken.
type Products struct {
	of      Triangle
	cells   [2]int
	sums    [2][]int32 // by cell: products packed by rows, and what makes them whole groups
	order   []int16    // of each group the first factors, then the second ones
	rows    int        // added
	columns []byte     // numbers of each value, apart from one to the next
	numbers []byte     // the same turned: of eight values row by row, then of the next eight
	apart   int
}

// Products returns no sums yet, for up to so many rows at a time, of so many cells of two kinds; nil for more values than MostFactors, and for a processor
// whose registers are not for this, where Add takes no longer. The first value is always 1.
func (n Triangle) Products(rows, cellsA, cellsB int) *Products {
	if !packs || n > MostFactors {
		return nil
	}
	p := &Products{of: n, cells: [2]int{cellsA, cellsB}, apart: (rows + PackRoom - 1) / PackRoom * PackRoom}
	p.columns, p.numbers = make([]byte, int(n)*p.apart), make([]byte, (int(n)+eight-1)/eight*eight*p.apart)
	for i := range p.apart {
		p.columns[i] = 1
	}
	var first, second []int16
	for i := range int16(n) {
		for j := range i + 1 {
			first, second = append(first, i), append(second, j)
		}
	}
	for len(first)%perGroup != 0 {
		first, second = append(first, 0), append(second, 0)
	}
	for at := 0; at < len(first); at += perGroup {
		p.order = append(append(p.order, first[at:at+perGroup]...), second[at:at+perGroup]...)
	}
	for i, cells := range p.cells {
		p.sums[i] = productMemory.Take(cells * len(first))
	}
	return p
}

var productMemory Scratch[int32]

// Numbers are what the codes of a column stand for.
type Numbers [256]int8

// Value takes the codes of one of the values of some rows, and as many behind as make a multiple of PackRoom.
func (p *Products) Value(value int, codes []byte, n *Numbers) {
	words := (len(codes) + PackRoom - 1) / PackRoom
	if words == 0 {
		return
	}
	codes, to := codes[:words*PackRoom], p.columns[value*p.apart:][:words*PackRoom]
	lookUp64(&to[0], &codes[0], (*[256]int8)(n), words)
}

// Add adds the products of rows whose values were taken to the sums of a cell of each kind. What sums cannot hold any more is taken to a and b before.
func (p *Products) Add(cellA, cellB []uint32, a, b []int64) {
	rows := len(cellA)
	if rows == 0 {
		return
	}
	if (p.rows+rows)*math.MinInt8*math.MinInt8 > math.MaxInt32 {
		p.Take(a, b)
	}
	p.rows += rows
	var columns [MostFactors][]byte
	n, sixteens := int(p.of), (rows+15)/16
	for k := range n {
		columns[k] = p.columns[k*p.apart:][:p.apart]
	}
	for k := 0; k < n; k += eight {
		from := eightOf(columns[k:n], 0)
		turn8(&p.numbers[k*p.apart:][:eight*16*sixteens][0], &from, sixteens, 0, math.MaxUint8)
	}
	cellB = cellB[:rows]
	if done := addProducts32(&p.sums[0][0], &p.sums[1][0], &cellA[0], &cellB[0], &p.numbers[0], eight*p.apart, (n+eight-1)/eight, &p.order[0],
		len(p.order)/perGroup/2, rows, uint32(p.cells[0]), uint32(p.cells[1])); done < rows {
		outside(cellA[done], p.cells[0])
		outside(cellB[done], p.cells[1])
	}
}

// Take adds the sums to those of the cells in a and b, which are as Triangle.Add has them, and begins anew.
func (p *Products) Take(a, b []int64) {
	into := [2][]int64{a, b}
	for kind, sums := range p.sums {
		width, per := p.of.Len(), len(p.order)/2
		for cell := range p.cells[kind] {
			from, to := sums[cell*per:][:per], into[kind][cell*width:][:width]
			if from[0] == 0 { // rows
				continue
			}
			k := 0
			for i := range int(p.of) {
				for j := range i + 1 {
					to[p.of.At(i, j)] += int64(from[k])
					k++
				}
			}
			clear(from)
		}
	}
	p.rows = 0
}

// Release gives back the memory of what nobody uses any more.
func (p *Products) Release() {
	for _, sums := range p.sums {
		productMemory.Give(sums)
	}
}
