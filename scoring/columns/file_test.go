package columns_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

func freely(read func()) error { read(); return nil }

// written is a table as a file; its rows are noted.
func written(tb rapid.TB, table *columns.Table, hold func(read func()) error) []byte {
	tb.Helper()
	var im columns.Image
	table.Put(&im)
	var out bytes.Buffer
	if err := im.Write(&out, table.Len(), hold); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func readFile(file []byte, items, attributes int) (*columns.Table, error) {
	f, err := columns.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	var rows int
	if err := json.Unmarshal(f.About, &rows); err != nil {
		return nil, err
	}
	return columns.ReadTable(f, items, attributes, rows)
}

// A table read from a file is the one written, also if rows come in meanwhile, and goes on like it.
func TestFile(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table, same := columns.New(2, 2), columns.New(2, 2)
		var seq int64
		var numbers []int64
		levels := rapid.SampledFrom([]int{1, 5, 20, 400}).Draw(rt, "levels")
		add := func(to ...*columns.Table) {
			for range rapid.IntRange(0, 80).Draw(rt, "rows") {
				r := drawRow(rt, levels, &seq)
				numbers = append(numbers, seq)
				for _, x := range to {
					appendTo(rt, x, &r)
				}
			}
		}
		add(table, same)
		blocks := 0
		file := written(rt, table, func(read func()) error {
			if blocks++; blocks == 3 {
				before := len(numbers)
				r := drawRow(rt, 20, &seq)
				appendTo(rt, table, &r)
				numbers = append(numbers[:before], seq)
			}
			read()
			return nil
		})
		late := len(numbers) - same.Len()
		got, err := readFile(file, 2, 2)
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(contentOf(same, 2), contentOf(got, 2), cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("(-written +read):\n%s", d)
		}
		numbers = numbers[:len(numbers)-late]
		add(same, got)
		for _, x := range []*columns.Table{same, got} {
			x.Remove(nil)
			if x.Len() > 2 {
				x.Remove([]uint32{0, uint32(x.Len()) - 1})
			}
		}
		if d := cmp.Diff(contentOf(same, 2), contentOf(got, 2), cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("rows appended and removed later (-to the one written +to the one read):\n%s", d)
		}
		for _, n := range numbers {
			a, inA := same.RowOf(n)
			b, inB := got.RowOf(n)
			if a != b || inA != inB {
				rt.Fatalf("number %d is at row %d, %v and %d, %v", n, a, inA, b, inB)
			}
		}
	})
}

// Whatever byte of a file is another one, or missing, it is refused; so is a file for another table.
func TestDamagedFile(t *testing.T) {
	table := columns.New(2, 2)
	for i := range 40 {
		appendAll(t, table, columns.Row{Ratings: []byte{1, 2}, Attributes: []string{string(rune('a' + i)), "x"}, ResponseWeight: float64(1 + i%2), Milliseconds: 7,
			Submitted: 8, Respondent: "p", Seq: int64(300 * i)})
	}
	file := written(t, table, freely)
	if _, err := readFile(file, 2, 2); err != nil {
		t.Fatal(err)
	}
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0x10
		if _, err := readFile(damaged, 2, 2); err == nil {
			t.Errorf("byte %d of %d is damaged, and the file is read", i, len(file))
		}
		if _, err := readFile(file[:i], 2, 2); err == nil {
			t.Errorf("the first %d of %d bytes are read", i, len(file))
		}
	}
	if _, err := readFile(append(bytes.Clone(file), 0), 2, 2); err == nil {
		t.Error("a file with a byte too many is read")
	}
	if _, err := readFile(file, 3, 2); err == nil {
		t.Error("a table of two items is read as one of three")
	}
	if _, err := readFile(file, 2, 3); err == nil {
		t.Error("a table of two attributes is read as one of three")
	}
}

func TestWriteEnds(t *testing.T) {
	table := columns.New(1, 0)
	appendAll(t, table, columns.Row{Ratings: []byte{1}, ResponseWeight: 1})
	var im columns.Image
	table.Put(&im)
	gone := errors.New("gone")
	if err := im.Write(&bytes.Buffer{}, nil, func(func()) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
}

// mended is a file whose checksums are right again, as far as its directory can be read.
func mended(file []byte) []byte {
	const head = 16
	if len(file) < head {
		return file
	}
	out := bytes.Clone(file)
	sum := func(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }
	n := int(binary.LittleEndian.Uint32(out[8:]))
	if n < 0 || n > len(out)-head {
		return file
	}
	binary.LittleEndian.PutUint32(out[12:], sum(out[head:head+n]))
	var d struct{ Runs []struct{ Width, Count int } }
	if json.Unmarshal(out[head:head+n], &d) != nil {
		return file
	}
	at := head + n
	for _, r := range d.Runs {
		size := r.Width * r.Count
		if r.Width < 0 || r.Width > 8 || r.Count < 0 || r.Count > len(out) || at+size+4 > len(out) {
			break
		}
		binary.LittleEndian.PutUint32(out[at+size:], sum(out[at:at+size]))
		at += size + 4
	}
	return out
}

// No file, damaged or made up, does more than to be refused, or to be a table that can be read and added to.
func FuzzReadTable(f *testing.F) {
	for _, levels := range []int{1, 30} {
		table := columns.New(2, 2)
		for i := range 60 {
			if err := table.Append(&columns.Row{Ratings: []byte{1, 2}, Attributes: []string{string(rune('a' + i%levels)), "x"}, ResponseWeight: float64(1 + i%levels),
				Milliseconds: 7, Submitted: 8, Respondent: "p", Seq: int64(i * levels * 20)}); err != nil {
				f.Fatal(err)
			}
		}
		f.Add(written(f, table, freely))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := readFile(mended(file), 2, 2)
		if err != nil {
			return
		}
		if table.Bytes() > 2*len(file) {
			t.Fatalf("a table of %d bytes from a file of %d", table.Bytes(), len(file))
		}
		contentOf(table, 2)
		table.RowOf(40)
		appendAll(t, table, columns.Row{Ratings: []byte{1, 2}, Attributes: []string{"new", "x"}, ResponseWeight: 1, Respondent: "q", Seq: 1 << 40})
		table.Remove([]uint32{0})
		contentOf(table, 2)
	})
}
