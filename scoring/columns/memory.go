package columns

import "unsafe"

// Memory is every column as it lies in memory, in the byte order of the machine: items, attributes, then what rows have of response
// weight, time taken, time of submission, respondent and commit. The caller does not change them.
func (t *Table) Memory() (columns [][]byte) {
	columns = append(columns, t.items...)
	for _, a := range t.attributes {
		columns = append(columns, a.Memory())
	}
	columns = append(columns, bytesOf(t.weights), bytesOf(t.milliseconds), bytesOf(t.submitted), bytesOf(t.respondents), t.seqs.steps.memory())
	return columns
}

// Memory is the column as it lies in memory, as Table.Memory gives it.
func (a *Attribute) Memory() []byte { return a.codes.memory() }

func (c *Codes) memory() []byte {
	switch {
	case c.half != nil:
		return c.half
	case c.narrow != nil:
		return c.narrow
	case c.middle != nil:
		return bytesOf(c.middle)
	}
	return bytesOf(c.wide)
}

// bytesOf is the memory of a column.
func bytesOf[T uint16 | uint32 | float64 | Respondent](column []T) []byte {
	var v T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(column))), len(column)*int(unsafe.Sizeof(v)))
}
