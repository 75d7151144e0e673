package api

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzLines: the lines of a body, however it is cut into parts and reads, are those that strings.Split finds, without blank
// ones, and long ones told apart.
func FuzzLines(f *testing.F) {
	for _, seed := range []string{"", "a", "a\nb", "a\r\n\n b \n", "\n\n", strings.Repeat("x", 40) + "\ny", strings.Repeat("x", 34) + "\n", "\x00\n\xff"} {
		f.Add([]byte(seed), 2, 10)
	}
	f.Fuzz(func(t *testing.T, body []byte, n, size int) {
		const limit = 32
		n, size = 1+n&7, 1+size&63
		var got []bulkLine
		r := newLineReader(iotest.HalfReader(bytes.NewReader(body)), limit)
		for {
			lines, end := r.next(n, size)
			if len(lines) > n {
				t.Fatalf("%d lines in a part of %d", len(lines), n)
			}
			got = append(got, lines...)
			if end == io.EOF {
				break
			}
			if end != nil {
				t.Fatal(end)
			}
		}
		for i, want := range bytes.Split(body, []byte("\n")) {
			raw := len(want)
			if want = bytes.TrimSpace(want); len(want) == 0 && raw <= limit {
				continue
			}
			if len(got) == 0 || got[0].number != i+1 {
				if len(want) == 0 {
					continue // blank, and so long that it may count as either
				}
				t.Fatalf("line %d is missing", i+1)
			}
			text := got[0].text
			got = got[1:]
			switch {
			case text == nil && raw <= limit, text != nil && !bytes.Equal(text, want), len(text) > limit:
				t.Fatalf("line %d is %q, want %q", i+1, text, want)
			}
		}
		if len(got) > 0 {
			t.Fatalf("%d lines that are not there", len(got))
		}
	})
}
