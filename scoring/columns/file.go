package columns

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"

	"paxscore/scoring/lanes"
)

// Put adds the rows as they are to an image. Rows appended later do not change it; Remove does.
func (t *Table) Put(im *Image) {
	for i, column := range t.items {
		Put(im, numbered("item", i), column)
	}
	for i, a := range t.attributes {
		name := numbered("attribute", i)
		a.codes.Put(im, name)
		Put(im, name+" levels", joined(a.levels))
	}
	putUnlessNil(im, "weights", t.weights)
	putUnlessNil(im, "milliseconds", t.milliseconds)
	putUnlessNil(im, "submitted", t.submitted)
	putUnlessNil(im, "respondents", t.respondents)
	t.seqs.steps.Put(im, "seq steps")
	far := make([]int64, 0, 2*len(t.seqs.far))
	for _, f := range t.seqs.far {
		far = append(far, int64(f.row), f.step)
	}
	Put(im, "seq far steps", far)
}

func numbered(name string, i int) string { return name + " " + strconv.Itoa(i) }

func putUnlessNil[T Number](im *Image, name string, column []T) {
	if column != nil {
		Put(im, name, column)
	}
}

// Put adds the rows as they are to an image. Rows appended later do not change it; Remove does.
func (c *Codes) Put(im *Image, name string) {
	putUnlessNil(im, name+" halves", c.half)
	putUnlessNil(im, name, c.narrow)
	putUnlessNil(im, name, c.middle)
	putUnlessNil(im, name, c.wide)
}

// joined are texts in one: of each its length as uvarint, then its bytes.
func joined(texts []string) []byte {
	out := []byte{}
	for _, s := range texts {
		out = append(binary.AppendUvarint(out, uint64(len(s))), s...)
	}
	return out
}

// ReadTable reads a table of so many items, at least one, attributes and rows from a file. Errors: the file has not these columns, or is damaged. What a
// column holds is checked as far as it is used as a number of something; the rest is as good as its checksum.
func ReadTable(f *File, items, attributes, rows int) (*Table, error) {
	if first := f.runs[numbered("item", 0)]; items < 1 || first == nil || first.Count != rows || rows > math.MaxInt32 {
		return nil, fmt.Errorf("read columns: not %d rows of %d items", rows, items)
	}
	t := New(items, attributes)
	t.rows = rows
	var jobs []func() error
	for i := range t.items {
		jobs = append(jobs, func() (err error) {
			t.items[i], err = Get[uint8](f, numbered("item", i), rows)
			return err
		})
	}
	for i, a := range t.attributes {
		jobs = append(jobs, func() error { return a.read(f, numbered("attribute", i), rows) })
	}
	jobs = append(jobs,
		func() error { return getIfThere(f, "weights", rows, &t.weights) },
		func() error { return getIfThere(f, "milliseconds", rows, &t.milliseconds) },
		func() error { return getIfThere(f, "submitted", rows, &t.submitted) },
		func() error { return t.readRespondents(f) },
		func() error { return t.seqs.read(f, rows) })
	if err := inParallel(jobs); err != nil {
		return nil, err
	}
	for row, w := range t.weights {
		if !(w > 0 && w <= math.MaxFloat64) {
			return nil, fmt.Errorf("read columns: response weight %v of row %d", w, row)
		}
	}
	t.weightLevels.follow(t.weights)
	return t, nil
}

// inParallel does jobs on all cores and returns the error of the first that has one.
func inParallel(jobs []func() error) error {
	errs := make([]error, len(jobs))
	next := make(chan int, len(jobs))
	for i := range jobs {
		next <- i
	}
	close(next)
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		all.Go(func() {
			for i := range next {
				errs[i] = jobs[i]()
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func getIfThere[T Number](f *File, name string, rows int, to *[]T) (err error) {
	if f.Has(name) {
		*to, err = Get[T](f, name, rows)
	}
	return err
}

func (t *Table) readRespondents(f *File) error {
	if err := getIfThere(f, "respondents", t.rows, &t.respondents); err != nil {
		return err
	}
	for row, who := range t.respondents {
		if group := who & (1<<groupBits - 1); who != 0 && (group == 0 || group > Replicates) {
			return fmt.Errorf("read columns: row %d is in jackknife group %d", row, group)
		}
	}
	return nil
}

func (a *Attribute) read(f *File, name string, rows int) error {
	text, err := Get[uint8](f, name+" levels", -1)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		length, n := binary.Uvarint(text)
		if n <= 0 || length > uint64(len(text)-n) {
			return fmt.Errorf("read columns: %s: the texts of the levels do not end where they should", name)
		}
		level := string(text[n : n+int(length)])
		text = text[n+int(length):]
		if _, again := a.number[level]; again {
			return fmt.Errorf("read columns: %s: a level is there twice", name)
		}
		a.find(level)
	}
	return a.codes.Read(f, name, rows, len(a.levels))
}

// Read reads a column of so many rows with codes below that number. Errors: the file has not such a column, or is damaged.
func (c *Codes) Read(f *File, name string, rows, codes int) (err error) {
	*c = Codes{rows: rows}
	switch r := f.runs[name]; {
	case f.Has(name + " halves"):
		c.top = topHalf
		if c.half, err = Get[uint8](f, name+" halves", (rows+1)/2); err == nil && rows&1 == 1 {
			c.putHalf(uint32(rows), 0) // that of a row which came while the column was written
		}
	case r == nil:
	case r.Width == 1:
		c.top = math.MaxUint8
		c.narrow, err = Get[uint8](f, name, rows)
	case r.Width == 2:
		c.top = math.MaxUint16
		c.middle, err = Get[uint16](f, name, rows)
	default:
		c.top = math.MaxUint32
		c.wide, err = Get[uint32](f, name, rows)
	}
	if err != nil {
		return err
	}
	if top := c.highest(); rows > 0 && int64(top) >= int64(codes) {
		return fmt.Errorf("read columns: %s: code %d of %d", name, top, codes)
	}
	return nil
}

// highest is the highest code, 0 of none.
func (c *Codes) highest() uint32 {
	return max(uint32(lanes.HighestHalf(c.half)), uint32(lanes.Highest(c.narrow)), uint32(lanes.Highest(c.middle)), lanes.Highest(c.wide))
}

func (s *seqs) read(f *File, rows int) error {
	far, err := Get[int64](f, "seq far steps", -1)
	if err != nil {
		return err
	}
	if err := s.steps.Read(f, "seq steps", rows, farCode+1); err != nil {
		return err
	}
	wrong := fmt.Errorf("read columns: steps of the numbers of commits that do not fit")
	if len(far)%2 != 0 {
		return wrong
	}
	for i := 0; i < len(far); i += 2 {
		row, step := far[i], far[i+1]
		if row < 0 || row >= int64(rows) || i > 0 && row <= far[i-2] || step < farCode || s.steps.At(uint32(row)) != farCode {
			return wrong
		}
		s.far = append(s.far, farStep{uint32(row), step})
	}
	var codes [markRows]uint32
	left := s.far
	for from := 0; from < rows; from += markRows {
		block := codes[:min(markRows, rows-from)]
		s.steps.Range(from, block)
		for i, code := range block {
			step := int64(code)
			switch code {
			case 0:
				step = 1
			case 1:
				step = 0
			case farCode:
				if len(left) == 0 || left[0].row != uint32(from+i) {
					return wrong
				}
				step, left = left[0].step, left[1:]
			}
			if s.last > math.MaxInt64-step {
				return wrong
			}
			s.last += step
			if i == 0 {
				s.marks = append(s.marks, s.last)
			}
		}
	}
	return nil
}
