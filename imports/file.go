package imports

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Error is what is wrong with a file as a whole. Reading ends with it.
type Error struct {
	File   string
	Line   int // 1-based; 0 where no line is meant
	Column int // 1-based number of the cell, or of the byte for a quote that is never closed; 0 for none
	Text   string
	Err    error // cause, if another package found it
}

func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s, line %d", place, e.Line)
	}
	if e.Column > 0 {
		place = fmt.Sprintf("%s, column %d", place, e.Column)
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", place, e.Text, e.Err)
	}
	return place + ": " + e.Text
}

func (e *Error) Unwrap() error { return e.Err }

// Kind is the form of a file.
type Kind string

const (
	KindCSV      Kind = "csv"
	KindGzip     Kind = "gzipped csv"
	KindWorkbook Kind = "xlsx"
)

// File is an open file of responses. It is read once.
type File struct {
	Name string
	Kind Kind
	Size int64 // bytes as stored; -1 if unknown

	// NoIDs leaves responses without id and digest, unless the file has the ids. Scoring needs none, and their making takes
	// a third of the time and all of the memory that grows with the file.
	NoIDs bool

	path    string // of a workbook
	spooled bool   // the workbook is a temporary copy
	src     *counter
	in      *bufio.Reader
	file    *os.File
	read    bool
}

// counter counts the bytes that pass.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// BytesRead returns how many bytes of the stored file have been read, for progress.
func (f *File) BytesRead() int64 { return f.src.n }

// Open opens a file and tells its kind by its content. Errors: *Error if it is empty or of no kind that can be read, those
// of the operating system.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open file of responses: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = &Error{File: path, Text: "this is a folder"}
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open file of responses: %w", err)
	}
	f := &File{Name: filepath.Base(path), Size: info.Size(), file: file}
	if !info.Mode().IsRegular() {
		f.Size = -1
	} else {
		f.path = path
	}
	if err := f.detect(file); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close releases the file.
func (f *File) Close() error {
	var err error
	if f.spooled {
		err = os.Remove(f.path)
		f.spooled = false
	}
	if f.file != nil {
		err = errors.Join(err, f.file.Close())
		f.file = nil
	}
	return err
}

func (f *File) errorf(line int, cause error, format string, args ...any) *Error {
	return &Error{File: f.Name, Line: line, Text: fmt.Sprintf(format, args...), Err: cause}
}

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zipMagic  = []byte("PK")
	oleMagic  = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}
)

// detect tells the kind of the file.
func (f *File) detect(r io.Reader) error {
	f.src = &counter{r: r}
	f.in = bufio.NewReaderSize(f.src, 64<<10)
	head, err := f.in.Peek(8)
	if len(head) == 0 {
		if err != nil && err != io.EOF {
			return f.errorf(0, err, "cannot be read")
		}
		return f.errorf(0, nil, "the file is empty")
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		f.Kind = KindGzip
	case bytes.HasPrefix(head, oleMagic):
		return f.errorf(0, nil, "this is an encrypted workbook or one of the old .xls form; save it as .xlsx without a password")
	case bytes.HasPrefix(head, zipMagic) && len(head) > 3 && head[2] < 9:
		f.Kind = KindWorkbook
		if f.path == "" {
			return f.spool()
		}
	default:
		f.Kind = KindCSV
	}
	return nil
}

// spool copies a workbook that is not a file on disk into a temporary one.
func (f *File) spool() error {
	tmp, err := os.CreateTemp("", "paxscore-*.xlsx")
	if err != nil {
		return fmt.Errorf("keep workbook %s: %w", f.Name, err)
	}
	f.path, f.spooled = tmp.Name(), true
	n, err := io.Copy(tmp, io.LimitReader(f.in, maxWorkbook+1))
	if err := errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("keep workbook %s: %w", f.Name, err)
	}
	f.Size = n
	return nil
}

// Encodings lists the text encodings that a mapping file may state.
func Encodings() []string {
	return []string{"utf-8", "utf-16", "utf-16le", "utf-16be", "gb18030", "big5", "windows-1251", "windows-1252"}
}

// encodingOf returns the decoder of an encoding; nil for UTF-8.
func encodingOf(name string) encoding.Encoding {
	switch name {
	case "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "gb18030":
		return simplifiedchinese.GB18030
	case "big5":
		return traditionalchinese.Big5
	case "windows-1251":
		return charmap.Windows1251
	case "windows-1252":
		return charmap.Windows1252
	}
	return nil
}

// rows begins to read the records of the file as the mapping says.
func (f *File) rows(m *Mapping) (rowReader, error) {
	if f.read {
		return nil, f.errorf(0, nil, "the file has been read already")
	}
	f.read = true
	if f.Kind == KindWorkbook {
		return f.workbook(m.sheet)
	}
	in := f.in
	if f.Kind == KindGzip {
		z, err := gzip.NewReader(f.in)
		if err != nil {
			return nil, f.errorf(0, err, "the gzip header cannot be read")
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	return f.text(in, m)
}

// text decodes a text file and finds its delimiter.
func (f *File) text(in *bufio.Reader, m *Mapping) (rowReader, error) {
	head, err := in.Peek(4)
	if len(head) == 0 {
		if err != io.EOF {
			return nil, f.broken(err, 0, 0)
		}
		return nil, f.errorf(0, nil, "the file is empty")
	}
	enc := encodingOf(m.encoding)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		in.Discard(3)
		enc = nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		enc = encodingOf("utf-16")
	case f.Kind == KindGzip && bytes.HasPrefix(head, zipMagic) && len(head) > 3 && head[2] < 9:
		return nil, f.errorf(0, nil, "this is a gzipped workbook; unpack it first")
	case enc == nil && len(head) > 3 && (head[0] == 0) != (head[1] == 0) && (head[0] == 0) == (head[2] == 0) && (head[1] == 0) == (head[3] == 0):
		return nil, f.errorf(1, nil, "the text looks like UTF-16; state encoding: utf-16le or utf-16be in the mapping file")
	}
	if enc != nil {
		in = bufio.NewReaderSize(enc.NewDecoder().Reader(in), 64<<10)
	}
	delimiter := m.delimiter
	if delimiter == 0 {
		front, _ := in.Peek(64 << 10)
		delimiter = likelyDelimiter(front)
	}
	c := newCSVReader(in, delimiter)
	c.replaced = enc != nil
	return c, nil
}

// likelyDelimiter returns the one of comma, semicolon, tab and bar that stands most often in the first line outside
// quotes.
func likelyDelimiter(front []byte) byte {
	var count [256]int
	quoted := false
	for _, b := range bytes.TrimLeft(front, "\r\n") {
		if b == '"' {
			quoted = !quoted
		}
		if b == '\n' && !quoted {
			break
		}
		if !quoted {
			count[b]++
		}
	}
	best := byte(',')
	for _, b := range []byte(";\t|") {
		if count[b] > count[best] {
			best = b
		}
	}
	return best
}

// broken says in words why reading ended after the given number of rows, at the given line.
func (f *File) broken(err error, rows, line int) error {
	var known *Error
	var quote quoteError
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &quote):
		return &Error{File: f.Name, Line: quote.line, Column: quote.column, Text: fmt.Sprintf("%v; nothing from here on is read, %d rows were", quote, rows)}
	case f.Kind == KindGzip && errors.Is(err, io.ErrUnexpectedEOF):
		return f.errorf(line, nil, "the file ends early after row %d: the gzip data is cut off", rows)
	case f.Kind == KindGzip && (errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.As(err, new(flate.CorruptInputError))):
		return f.errorf(line, err, "the gzip data is damaged; %d rows were read", rows)
	}
	return f.errorf(line, err, "cannot be read further; %d rows were", rows)
}
