package lanes

import "golang.org/x/sys/cpu"

// vectors says whether the processor has the registers.
var vectors = cpu.X86.HasAVX2

// packs says whether it packs what is marked, and what came with that: bytes looked up in tables, and bits counted.
var packs = cpu.X86.HasAVX512VBMI2 && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VPOPCNTDQ && cpu.X86.HasAVX512BW && cpu.X86.HasPOPCNT

// The following work on the rows up to the first whose cell is not below cells, and return how many.

// addRows8 adds eight values of each row, stride bytes after those of the one before, to the sums of its cell.
//
//go:noescape
func addRows8(sums *int64, cell *uint32, x *int64, stride, rows int, cells uint32) (done int)

// tallyWords counts answers, those of eight items apart bytes behind those of the eight before, in the words of cells, and where a cell's hold no more takes
// them to its bytes; it stops behind a row whose cell's bytes hold no more either. A cell has so many times four words. With each row it asks for 128 bytes
// from ahead on, a step behind those before.
//
//go:noescape
func tallyWords(words *uint64, bytes, rows *byte, cell *uint32, answers *byte, apart, fours, n int, cells uint32, ahead *byte, step int) (done int)

// addCells adds eights numbers of 32 bits, and counts two items; it stops behind a row whose cell has 255 rows. From one cell to the next there are
// stride bytes.
//
//go:noescape
func addCells(memory *byte, stride int, cell *uint32, numbers *int32, answers *byte, eights, rows int, cells uint32) (done int)

// askCells asks for the cells of some rows.
//
//go:noescape
func askCells(memory *byte, stride int, cell *uint32, rows int)

// addCounts32 adds the counts of two items of n cells to those of the cells that they lie in.
//
//go:noescape
func addCounts32(into, within *uint32, counts *byte, stride, n int, cells uint32) (done int)

// turn8 turns sixteen rows of eight columns, so many times, into the bytes of each row, moved up by so many bits, of which it leaves those of mask.
//
//go:noescape
func turn8(bytes *byte, columns *[8]*byte, sixteens int, up uint64, mask byte)

// turn2 turns sixteen rows of two columns, so many times.
//
//go:noescape
func turn2(answers *byte, low, high *byte, sixteens int)

// pick8 turns n listed rows of eight columns into the answers of each, up to the first row that is not below limit, and asks for what lies ahead in the
// columns meanwhile.
//
//go:noescape
func pick8(answers *byte, columns *[8]*byte, rows *uint32, n int, limit uint32) (done int)

// The following add codes times step, eight at a time, to into: codes of half a byte, the first in the low bits, of one, two and four.
//
//go:noescape
func addHalves8(into *uint32, codes *byte, step uint32, eights int)

//go:noescape
func addBytes8(into *uint32, codes *byte, step uint32, eights int)

//go:noescape
func addNumbers8(into *uint32, codes *uint32, step uint32, eights int)

//go:noescape
func addWords8(into *uint32, codes *uint16, step uint32, eights int)

// putRows4 puts rows down as Rows.Put does, four at a time, up to the first four with a code that stands for nothing.
//
//go:noescape
func putRows4(numbers *int32, stride int, squares *int64, width int, columns *Column, n int, means *Means, lacking *uint8, fours int) (done int)

// markHalves64 marks rows by their codes of half a byte, 64 at a time: a bit for each whose code has the high bit set in wanted.
//
//go:noescape
func markHalves64(marks *uint64, halves *byte, wanted *[16]byte, words int)

// addProducts4 adds products as Triangle.Add does; width is the bytes of a cell.
//
//go:noescape
func addProducts4(a, b *int64, cellA, cellB *uint32, z *float64, unit float64, values, rows int, cellsA, cellsB uint32, width int) (done int)

// addProducts32 adds products of numbers of eight bits, those of eight columns apart bytes behind those of the eight before, up to 32 in all: 32 products for
// each group of order, which has the columns of the first factors and then those of the second.
//
//go:noescape
func addProducts32(a, b *int32, cellA, cellB *uint32, numbers *byte, apart, eights int, order *int16, groups, rows int, cellsA, cellsB uint32) (done int)

// lookUp64 finds the numbers that 64 codes stand for, so many times.
//
//go:noescape
func lookUp64(numbers, codes *byte, table *[256]int8, words int)

// common64 adds to n the number of bits that each of count planes has in common with one; a plane is eight words, so many times.
//
//go:noescape
func common64(n *int64, one, planes *uint64, eights, count int)

// planes64 finds the classes of 64 codes at a time, so many words of them, and writes for each of the high bits of a class a word, apart bytes from that of
// the bit before. tables has the classes of sixteen codes each and the first of these sixteen times.
//
//go:noescape
func planes64(planes *uint64, apart int, codes, tables *byte, count, bits, words int)

// The following find the highest codes of 32 bytes, so many times: of half a byte, of one, two and four.

//go:noescape
func highestHalves32(highest *[32]byte, codes *byte, times int)

//go:noescape
func highestBytes32(highest *[32]byte, codes *byte, times int)

//go:noescape
func highestWords32(highest *[16]uint16, codes *uint16, times int)

//go:noescape
func highestNumbers32(highest *[8]uint32, codes *uint32, times int)

// The following write what a column has in the rows marked, so many words of 64, one behind another, and whatever to the 64 behind. They return how many.

//go:noescape
func packBytes(dst, column *byte, marks *uint64, words int) (n int)

// packBytes4 writes what four columns have, each apart bytes behind where the one before is written to.
//
//go:noescape
func packBytes4(dst *byte, apart int, columns *[4]*byte, marks *uint64, words int) (n int)

//go:noescape
func packHalves(dst, column *byte, marks *uint64, words int) (n int)

//go:noescape
func packWords(dst, column *uint16, marks *uint64, words int) (n int)

//go:noescape
func packNumbers(dst, column *uint32, marks *uint64, words int) (n int)

// packRows writes the numbers of the rows, from first on.
//
//go:noescape
func packRows(dst *uint32, first uint32, marks *uint64, words int) (n int)
