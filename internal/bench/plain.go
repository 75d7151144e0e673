package bench

import (
	"encoding/binary"
	"sync"
)

// plainSum adds up columns word by word on two goroutines: the least that reading them once can cost.
func plainSum(columns [][]byte) uint64 {
	var halves [2]uint64
	var both sync.WaitGroup
	for i := range halves {
		both.Go(func() {
			for _, c := range columns {
				middle := len(c) / 2
				if i == 0 {
					c = c[:middle]
				} else {
					c = c[middle:]
				}
				halves[i] += words(c)
			}
		})
	}
	both.Wait()
	return halves[0] + halves[1]
}

// words adds up bytes as little-endian words of 64 bits, the last one filled up with zeros, modulo 2^64.
func words(b []byte) uint64 {
	var s0, s1, s2, s3 uint64
	for ; len(b) >= 32; b = b[32:] {
		s0 += binary.LittleEndian.Uint64(b)
		s1 += binary.LittleEndian.Uint64(b[8:])
		s2 += binary.LittleEndian.Uint64(b[16:])
		s3 += binary.LittleEndian.Uint64(b[24:])
	}
	var rest [32]byte
	copy(rest[:], b)
	for i := 0; i < 32; i += 8 {
		s0 += binary.LittleEndian.Uint64(rest[i:])
	}
	return s0 + s1 + s2 + s3
}

func bytesOf(columns [][]byte) (n int) {
	for _, c := range columns {
		n += len(c)
	}
	return n
}
