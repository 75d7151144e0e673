package lanes

import "slices"

// AddHalves adds codes of half a byte, two in each byte and the first in its low bits, times step to into, from the first code of a byte on.
func AddHalves(into []uint32, halves []byte, step uint32) {
	halves = halves[:(len(into)+1)/2]
	done := 0
	if eights := len(into) / 8; vectors && eights > 0 {
		addHalves8(&into[0], &halves[0], step, eights)
		done = 8 * eights
	}
	for i := done; i < len(into); i++ {
		into[i] += uint32(halves[i/2]>>(i%2*4)&15) * step
	}
}

// MostMarked is the number of rows marked whose codes are added together.
const MostMarked = 2048

// AddMarkedHalves adds the codes of half a byte that a column has in the rows marked, at most MostMarked, times step to into.
func AddMarkedHalves(into []uint32, halves []byte, m *Marks, step uint32) {
	var room [MostMarked + PackRoom]byte
	PackHalves(room[:], halves, m)
	AddBytes(into, room[:m.n], step)
}

// AddMarked does so with codes of one or two bytes, or numbers.
func AddMarked[T byte | uint16 | uint32](into []uint32, column []T, m *Marks, step uint32) {
	var room [MostMarked + PackRoom]T
	Pack(room[:], column, m)
	add(into, room[:m.n], step)
}

// AddBytes adds codes of one byte times step to into.
func AddBytes(into []uint32, codes []byte, step uint32) { add(into, codes, step) }

// AddWords adds codes of two bytes times step to into.
func AddWords(into []uint32, codes []uint16, step uint32) { add(into, codes, step) }

// AddNumbers adds numbers times step to into.
func AddNumbers(into, numbers []uint32, step uint32) { add(into, numbers, step) }

func add[T byte | uint16 | uint32](into []uint32, codes []T, step uint32) {
	codes = codes[:len(into)]
	done := 0
	if eights := len(into) / 8; vectors && eights > 0 {
		switch codes := any(codes).(type) {
		case []byte:
			addBytes8(&into[0], &codes[0], step, eights)
		case []uint16:
			addWords8(&into[0], &codes[0], step, eights)
		case []uint32:
			addNumbers8(&into[0], &codes[0], step, eights)
		}
		done = 8 * eights
	}
	for i := done; i < len(into); i++ {
		into[i] += uint32(codes[i]) * step
	}
}

// MarkHalves sets each of marks to a bit for each of 64 codes of half a byte that is wanted.
func MarkHalves(marks []uint64, halves []byte, wanted *[16]bool) {
	halves = halves[:32*len(marks)]
	if len(marks) == 0 {
		return
	}
	if vectors {
		var high [16]byte
		for code, w := range wanted {
			if w {
				high[code] = 0x80
			}
		}
		markHalves64(&marks[0], &halves[0], &high, len(marks))
		return
	}
	var pairs [256]uint8
	for pair := range pairs {
		for i, code := range [2]int{pair & 15, pair >> 4} {
			if wanted[code] {
				pairs[pair] |= 1 << i
			}
		}
	}
	for i := range marks {
		word := uint64(0)
		for k, pair := range (*[32]uint8)(halves[32*i:]) {
			word |= uint64(pairs[pair]) << (2 * k)
		}
		marks[i] = word
	}
}

// HighestHalf is the highest code of half a byte, 0 of none.
func HighestHalf(halves []byte) (highest byte) {
	var by [32]byte
	done := 0
	if times := len(halves) / 32; vectors && times > 0 {
		highestHalves32(&by, &halves[0], times)
		done = 32 * times
	}
	for _, pair := range halves[done:] {
		highest = max(highest, pair&15, pair>>4)
	}
	return max(highest, slices.Max(by[:]))
}

// Highest is the highest code, 0 of none.
func Highest[T uint8 | uint16 | uint32](codes []T) (highest T) {
	done := 0
	switch codes := any(codes).(type) {
	case []uint8:
		var by [32]uint8
		if times := len(codes) / len(by); vectors && times > 0 {
			highestBytes32(&by, &codes[0], times)
			highest, done = T(slices.Max(by[:])), times*len(by)
		}
	case []uint16:
		var by [16]uint16
		if times := len(codes) / len(by); vectors && times > 0 {
			highestWords32(&by, &codes[0], times)
			highest, done = T(slices.Max(by[:])), times*len(by)
		}
	case []uint32:
		var by [8]uint32
		if times := len(codes) / len(by); vectors && times > 0 {
			highestNumbers32(&by, &codes[0], times)
			highest, done = T(slices.Max(by[:])), times*len(by)
		}
	}
	for _, code := range codes[done:] {
		highest = max(highest, code)
	}
	return highest
}
