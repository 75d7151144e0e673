//go:build !amd64

package lanes

const vectors, packs = false, false

func addRows8(sums *int64, cell *uint32, x *int64, stride, rows int, cells uint32) (done int) {
	return 0
}

func tallyWords(words *uint64, bytes, rows *byte, cell *uint32, answers *byte, apart, fours, n int, cells uint32, ahead *byte, step int) (done int) {
	return 0
}

func addCells(memory *byte, stride int, cell *uint32, numbers *int32, answers *byte, eights, rows int, cells uint32) (done int) {
	return 0
}

func askCells(memory *byte, stride int, cell *uint32, rows int) {}

func addCounts32(into, within *uint32, counts *byte, stride, n int, cells uint32) (done int) {
	return 0
}

func turn8(bytes *byte, columns *[8]*byte, sixteens int, up uint64, mask byte) {}

func turn2(answers *byte, low, high *byte, sixteens int) {}

func pick8(answers *byte, columns *[8]*byte, rows *uint32, n int, limit uint32) (done int) {
	return 0
}

func addHalves8(into *uint32, codes *byte, step uint32, eights int) {}

func addBytes8(into *uint32, codes *byte, step uint32, eights int) {}

func addNumbers8(into *uint32, codes *uint32, step uint32, eights int) {}

func addWords8(into *uint32, codes *uint16, step uint32, eights int) {}

func putRows4(numbers *int32, stride int, squares *int64, width int, columns *Column, n int, means *Means, lacking *uint8, fours int) (done int) {
	return 0
}

func markHalves64(marks *uint64, halves *byte, wanted *[16]byte, words int) {}

func addProducts4(a, b *int64, cellA, cellB *uint32, z *float64, unit float64, values, rows int, cellsA, cellsB uint32, width int) (done int) {
	return 0
}

func addProducts32(a, b *int32, cellA, cellB *uint32, numbers *byte, apart, eights int, order *int16, groups, rows int, cellsA, cellsB uint32) (done int) {
	return 0
}

func lookUp64(numbers, codes *byte, table *[256]int8, words int) {}

func common64(n *int64, one, planes *uint64, eights, count int) {}

func planes64(planes *uint64, apart int, codes, tables *byte, count, bits, words int) {}

func highestHalves32(highest *[32]byte, codes *byte, times int) {}

func highestBytes32(highest *[32]byte, codes *byte, times int) {}

func highestWords32(highest *[16]uint16, codes *uint16, times int) {}

func highestNumbers32(highest *[8]uint32, codes *uint32, times int) {}

func packBytes(dst, column *byte, marks *uint64, words int) (n int) { return 0 }

func packBytes4(dst *byte, apart int, columns *[4]*byte, marks *uint64, words int) (n int) { return 0 }

func packHalves(dst, column *byte, marks *uint64, words int) (n int) { return 0 }

func packWords(dst, column *uint16, marks *uint64, words int) (n int) { return 0 }

func packNumbers(dst, column *uint32, marks *uint64, words int) (n int) { return 0 }

func packRows(dst *uint32, first uint32, marks *uint64, words int) (n int) { return 0 }
