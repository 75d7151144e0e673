package columns

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
)

// A file of columns begins with fileMagic, the number of the format in its last byte; then the length of the directory and its CRC-32C,
// 4 bytes each; then the directory in JSON. The runs follow in its order, each as little-endian numbers and their CRC-32C. Nothing
// else is in the file.
const (
	fileMagic  = "paxcols\x01"
	fileHead   = len(fileMagic) + 8
	fileBlock  = 1 << 18 // bytes that are written, or read, at a time
	fileLimit  = 1 << 20 // length of a directory
	checkBytes = 4       // of a CRC-32C
	mostBytes  = 1 << 46 // of a run, so that sizes add up
)

// directory says what is in a file.
type directory struct {
	About json.RawMessage `json:"about"`
	Runs  []run           `json:"runs"`
}

// run is a column of numbers in a file.
type run struct {
	Name  string `json:"name"`
	Width int    `json:"width"` // bytes a number
	Count int    `json:"count"`
}

func (r *run) bytes() int64 { return int64(r.Width) * int64(r.Count) }

// Number is what a column of a file holds.
type Number interface {
	uint8 | uint16 | uint32 | uint64 | int64 | float64 | Respondent
}

// Image is named columns as they were at a moment, to be written to a file.
type Image struct {
	runs []run
	put  []func(dst []byte, from int) // writes numbers of a run
}

// Put adds a column. It is not copied: what it holds may not change until it is written.
func Put[T Number](im *Image, name string, column []T) {
	im.runs = append(im.runs, run{Name: name, Width: width[T](), Count: len(column)})
	im.put = append(im.put, func(dst []byte, from int) { encode(dst, column[from:]) })
}

// Write writes the columns and what there is to say about them, as JSON. It reads them within calls of hold, one short block at a time, so
// that others may add rows in between; an error of hold ends it.
func (im *Image) Write(w io.Writer, about any, hold func(read func()) error) error {
	text, err := json.Marshal(about)
	if err != nil {
		return fmt.Errorf("write columns: %w", err)
	}
	head, err := json.Marshal(directory{About: text, Runs: im.runs})
	if err != nil {
		return fmt.Errorf("write columns: %w", err)
	}
	if len(head) > fileLimit {
		return fmt.Errorf("write columns: a directory of %d bytes", len(head))
	}
	buf := binary.LittleEndian.AppendUint32([]byte(fileMagic), uint32(len(head)))
	buf = append(binary.LittleEndian.AppendUint32(buf, crc32.Checksum(head, castagnoli())), head...)
	if _, err := w.Write(buf); err != nil {
		return fmt.Errorf("write columns: %w", err)
	}
	block := make([]byte, fileBlock)
	for i := range im.runs {
		r := &im.runs[i]
		check := uint32(0)
		for from, step := 0, fileBlock/r.Width; from < r.Count; from += step {
			part := block[:min(step, r.Count-from)*r.Width]
			if err := hold(func() { im.put[i](part, from) }); err != nil {
				return fmt.Errorf("write columns: %w", err)
			}
			check = crc32.Update(check, castagnoli(), part)
			if _, err := w.Write(part); err != nil {
				return fmt.Errorf("write columns: %w", err)
			}
		}
		if _, err := w.Write(binary.LittleEndian.AppendUint32(nil, check)); err != nil {
			return fmt.Errorf("write columns: %w", err)
		}
	}
	return nil
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) } // made once by the library

// File is columns in a file.
type File struct {
	About json.RawMessage // what was said about them
	from  io.ReaderAt
	runs  map[string]*placed
}

// placed is a run and where it begins.
type placed struct {
	run
	at int64
}

// OpenFile reads the directory of a file of that many bytes. Errors: another format or version of it, a directory that is damaged or does
// not fit the file.
func OpenFile(from io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, fileHead)
	if err := readAt(from, head, 0); err != nil {
		return nil, fmt.Errorf("open columns: %w", err)
	}
	if !bytes.HasPrefix(head, []byte(fileMagic)) {
		return nil, fmt.Errorf("open columns: not a file of columns of this version")
	}
	n := int64(binary.LittleEndian.Uint32(head[len(fileMagic):]))
	if n > fileLimit || n > size-int64(fileHead) {
		return nil, fmt.Errorf("open columns: a directory of %d bytes in a file of %d", n, size)
	}
	text := make([]byte, n)
	if err := readAt(from, text, int64(fileHead)); err != nil {
		return nil, fmt.Errorf("open columns: %w", err)
	}
	if crc32.Checksum(text, castagnoli()) != binary.LittleEndian.Uint32(head[len(fileMagic)+4:]) {
		return nil, fmt.Errorf("open columns: the directory is damaged")
	}
	var d directory
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("open columns: %w", err)
	}
	f := &File{About: d.About, from: from, runs: map[string]*placed{}}
	at := int64(fileHead) + n
	for _, r := range d.Runs {
		if r.Count < 0 || !slices.Contains([]int{1, 2, 4, 8}, r.Width) || r.Count > mostBytes/r.Width || f.runs[r.Name] != nil {
			return nil, fmt.Errorf("open columns: run %q of %d numbers of %d bytes", r.Name, r.Count, r.Width)
		}
		f.runs[r.Name] = &placed{r, at}
		if at += r.bytes() + checkBytes; at > size {
			break
		}
	}
	if at != size {
		return nil, fmt.Errorf("open columns: a file of %d bytes, its directory says %d", size, at)
	}
	return f, nil
}

// Has reports whether there is a column of that name.
func (f *File) Has(name string) bool { return f.runs[name] != nil }

// Get reads a column of so many numbers, −1 for any. Errors: there is none of this name, number and width, or it is damaged.
func Get[T Number](f *File, name string, count int) ([]T, error) {
	r := f.runs[name]
	if r == nil || r.Width != width[T]() || count >= 0 && r.Count != count {
		return nil, fmt.Errorf("read columns: no run %q of %d numbers of %d bytes", name, count, width[T]())
	}
	out := roomFor[T](r.Count)
	block := make([]byte, min(fileBlock, r.bytes()))
	check := uint32(0)
	for from, step := 0, fileBlock/r.Width; from < r.Count; from += step {
		values := out[from:min(from+step, r.Count)]
		part := block[:len(values)*r.Width]
		whole, direct := any(values).([]uint8)
		if direct {
			part = whole
		}
		if err := readAt(f.from, part, r.at+int64(from*r.Width)); err != nil {
			return nil, fmt.Errorf("read columns: run %q: %w", name, err)
		}
		check = crc32.Update(check, castagnoli(), part)
		if !direct {
			decode(values, part)
		}
	}
	var stored [checkBytes]byte
	if err := readAt(f.from, stored[:], r.at+r.bytes()); err != nil {
		return nil, fmt.Errorf("read columns: run %q: %w", name, err)
	}
	if check != binary.LittleEndian.Uint32(stored[:]) {
		return nil, fmt.Errorf("read columns: run %q is damaged", name)
	}
	return out, nil
}

// readAt fills dst.
func readAt(from io.ReaderAt, dst []byte, at int64) error {
	if n, err := from.ReadAt(dst, at); n < len(dst) {
		return fmt.Errorf("at byte %d: %w", at, err)
	}
	return nil
}

// width is the number of bytes of a T.
func width[T Number]() int {
	var v T
	return binary.Size(v)
}

// encode fills dst with the first numbers.
func encode[T Number](dst []byte, values []T) {
	order := binary.LittleEndian
	switch v := any(values).(type) {
	case []uint8:
		copy(dst, v)
	case []uint16:
		for i := range len(dst) / 2 {
			order.PutUint16(dst[2*i:], v[i])
		}
	case []uint32:
		for i := range len(dst) / 4 {
			order.PutUint32(dst[4*i:], v[i])
		}
	case []uint64:
		for i := range len(dst) / 8 {
			order.PutUint64(dst[8*i:], v[i])
		}
	case []int64:
		for i := range len(dst) / 8 {
			order.PutUint64(dst[8*i:], uint64(v[i]))
		}
	case []Respondent:
		for i := range len(dst) / 8 {
			order.PutUint64(dst[8*i:], uint64(v[i]))
		}
	case []float64:
		for i := range len(dst) / 8 {
			order.PutUint64(dst[8*i:], math.Float64bits(v[i]))
		}
	}
}

// decode fills values from src.
func decode[T Number](values []T, src []byte) {
	order := binary.LittleEndian
	switch v := any(values).(type) {
	case []uint16:
		for i := range v {
			v[i] = order.Uint16(src[2*i:])
		}
	case []uint32:
		for i := range v {
			v[i] = order.Uint32(src[4*i:])
		}
	case []uint64:
		for i := range v {
			v[i] = order.Uint64(src[8*i:])
		}
	case []int64:
		for i := range v {
			v[i] = int64(order.Uint64(src[8*i:]))
		}
	case []Respondent:
		for i := range v {
			v[i] = Respondent(order.Uint64(src[8*i:]))
		}
	case []float64:
		for i := range v {
			v[i] = math.Float64frombits(order.Uint64(src[8*i:]))
		}
	}
}
