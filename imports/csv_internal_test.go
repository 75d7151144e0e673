package imports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// record is a row as tests compare it.
type record struct {
	Line  int
	Cells []string
	Bad   bool
}

func readAll(src io.Reader) (out []record, err error) {
	c := newCSVReader(src, ',')
	var r row
	for {
		if err := c.read(&r); err != nil {
			if err == io.EOF {
				err = nil
			}
			return out, err
		}
		x := record{Line: r.line, Bad: r.bad != ""}
		for _, cell := range r.cells {
			x.Cells = append(x.Cells, string(cell))
		}
		out = append(out, x)
	}
}

// What encoding/csv writes and reads is the standard that we must meet, in whatever pieces the file arrives.
func TestCSVAgreesWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.SampledFrom([]string{"", "1", "NA", `"`, `a"b`, "a,b", "line\nbreak", "two\n\nbreaks", `""`, " x ", "é", "中文"}), rapid.StringN(0, 20, 80))
		width := rapid.IntRange(2, 5).Draw(t, "width") // a single empty cell would be a blank line
		var table [][]string
		for range rapid.IntRange(1, 12).Draw(t, "rows") {
			var rec []string
			for range width {
				s := strings.Map(func(r rune) rune {
					if r == 0 || r == '\r' {
						return 'x' // NUL is refused, and encoding/csv turns CR LF within quotes into LF
					}
					return r
				}, cell.Draw(t, "cell"))
				rec = append(rec, s)
			}
			table = append(table, rec)
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if w.UseCRLF {
			// The writer turns line ends within cells into CR LF, too; we keep what stands there.
			for _, rec := range table {
				for i := range rec {
					rec[i] = strings.ReplaceAll(rec[i], "\n", "\r\n")
				}
			}
		}
		if rapid.Bool().Draw(t, "without last line end") {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		}
		whole, err := readAll(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for _, r := range whole {
			if r.Bad {
				t.Fatalf("line %d refused in %q", r.Line, text)
			}
			got = append(got, r.Cells)
		}
		if d := cmp.Diff(table, got); d != "" {
			t.Fatalf("%q (-want +got):\n%s", text, d)
		}
		pieces, err := readAll(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, pieces); d != "" {
			t.Fatalf("%q byte by byte (-whole +pieces):\n%s", text, d)
		}
	})
}

func TestCSVLines(t *testing.T) {
	long := strings.Repeat("x", MaxCell+1)
	huge := strings.Repeat("x", 10<<20)
	for _, c := range []struct {
		name, text string
		want       []record
	}{
		{"blank lines", "a,b\n\n\r\n1,2\r\n\n3,4", []record{{1, []string{"a", "b"}, false}, {4, []string{"1", "2"}, false}, {6, []string{"3", "4"}, false}}},
		{"line ends in quotes", "a,\"b\nc\n\"\n1,2\n", []record{{1, []string{"a", "b\nc\n"}, false}, {4, []string{"1", "2"}, false}}},
		{"quote within a cell", `5" screen,x` + "\n", []record{{1, []string{`5" screen`, "x"}, false}}},
		{"text behind a quote", "\"a\"b,c\nd,e\n", []record{{1, []string{"a", "c"}, true}, {2, []string{"d", "e"}, false}}},
		{"empty quotes", `"",""` + "\r\n", []record{{1, []string{"", ""}, false}}},
		{"NUL", "a\x00,b\nc,d\n", []record{{1, []string{"a\x00", "b"}, true}, {2, []string{"c", "d"}, false}}},
		{"not UTF-8", "a\xff,b\nc,d\n", []record{{1, []string{"a\xff", "b"}, true}, {2, []string{"c", "d"}, false}}},
		{"long cell", "a," + long + "\nc,d\n", []record{{1, []string{"a", long}, true}, {2, []string{"c", "d"}, false}}},
		{"10 MB cell", "a," + huge + "\nc,d\n", []record{{1, nil, true}, {2, []string{"c", "d"}, false}}},
		{"10 MB cell in quotes", "a,\"" + huge + "\"\"\n,\n\",e\nc,d\n", []record{{1, nil, true}, {4, []string{"c", "d"}, false}}},
		{"10 MB of lines in quotes", "a,\"" + strings.Repeat("1,2\n", 10<<18) + "\"\nc,d\n", []record{{1, nil, true}, {10<<18 + 2, []string{"c", "d"}, false}}},
		{"10 MB last line", "a,b\n" + huge, []record{{1, []string{"a", "b"}, false}, {2, nil, true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readAll(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(c.want, got) {
				t.Errorf("got %.300s, want %.300s", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", c.want))
			}
		})
	}
}

func TestCSVQuoteNeverClosed(t *testing.T) {
	tail := strings.Repeat("1,2\n", 1<<20)
	for _, c := range []struct {
		name, text   string
		line, column int
	}{
		{"short", "a,b\n1,\"2\n3,4\n", 2, 3},
		{"at the end", "a,b\n1,\"", 2, 3},
		{"after a closed one", "a,b\n\"x\",\"2\n3,4\n", 2, 5},
		{"after doubled quotes", "a,b\n\"x\"\"y\n\",\"2\n3,4\n", 3, 3},
		{"4 MB", "a,b\n1,2\n3,\"4\n" + tail, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readAll(strings.NewReader(c.text))
			var quote quoteError
			if !errors.As(err, &quote) || quote.line != c.line || quote.column != c.column {
				t.Errorf("error %+v, want one at %d:%d", err, c.line, c.column)
			}
		})
	}
}

func TestCSVKeepsBoundedMemory(t *testing.T) {
	c := newCSVReader(io.MultiReader(strings.NewReader("a,b\n1,\""), io.LimitReader(endless{}, 64<<20)), ',')
	var r row
	for c.read(&r) == nil {
	}
	if len(c.buf) > 4*MaxRow {
		t.Errorf("the buffer has grown to %d bytes", len(c.buf))
	}
}

// endless is a cell without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestLikelyDelimiter(t *testing.T) {
	for text, want := range map[string]byte{"a,b;c,d\n;;;;": ',', "a;b;c\n": ';', "a\tb\n": '\t', "a|b|c": '|', "a\n": ',', "\"x,y,z\";b": ';', "": ','} {
		if got := likelyDelimiter([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParseLayout(t *testing.T) {
	for s, want := range map[string]string{
		"YYYY-MM-DD": "2006-01-02", "D.M.YY HH:mm": "2.1.06 15:04", "DD MMM YYYY hh:mm:ss AM": "02 Jan 2006 03:04:05 PM",
		"YYYY-MM-DDTHH:mm:ssZ": "2006-01-02T15:04:05Z07:00", "YYYY/M/D": "2006/1/2",
	} {
		if got, err := parseLayout(s); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"2006-01-02", "yyyy-mm-dd", "YYYY week", "YYYY_MM"} {
		if got, err := parseLayout(s); err == nil {
			t.Errorf("%q is taken as %q", s, got)
		}
	}
}

func TestWholeNumber(t *testing.T) {
	for s, want := range map[string]string{"6": "6", "6.0": "6", "+6": "6", "06": "6", "6e0": "6", "-1": "-1", "0": "0", "-0": "0", "1e3": "1000"} {
		if got, ok := wholeNumber(s); !ok || got != want {
			t.Errorf("%q: %q, %v; want %q", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "6.5", "NaN", "Inf", "-inf", "infinity", "0x6", "0x1p4", "1_000", "1e400", "1e17", "6 6", "six"} {
		if got, ok := wholeNumber(s); ok {
			t.Errorf("%q is taken as %q", s, got)
		}
	}
}
