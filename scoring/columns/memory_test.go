package columns_test

import (
	"encoding/binary"
	"strconv"
	"testing"

	"paxscore/scoring/columns"
)

// The memory is that of the columns: as much as Bytes says, with what was appended in it.
func TestMemory(t *testing.T) {
	table := columns.New(2, 3)
	if n := length(table.Memory()); n != 0 {
		t.Errorf("an empty table has %d bytes", n)
	}
	for i := range 70_000 {
		row := columns.Row{Ratings: []byte{byte(i % 11), 7}, Attributes: []string{strconv.Itoa(i % 10), strconv.Itoa(i % 300), strconv.Itoa(i)},
			ResponseWeight: 2, Milliseconds: uint32(i), Submitted: 1, Respondent: strconv.Itoa(i)}
		if err := table.Append(&row); err != nil {
			t.Fatal(err)
		}
	}
	memory := table.Memory()
	if got, want := length(memory), table.Bytes(); got != want {
		t.Errorf("%d bytes, the table says %d", got, want)
	}
	if got := memory[0][12]; got != 1 {
		t.Errorf("item 0 of row 12: %d, want 1", got)
	}
	if got := table.Attribute(1).Memory(); binary.NativeEndian.Uint16(got[2*301:]) != 1 {
		t.Errorf("attribute 1 of row 301: %v, want level 1", got[2*301:2*302])
	}
	if got := binary.NativeEndian.Uint32(memory[6][4*69_999:]); got != 69_999 {
		t.Errorf("time of the last row: %d ms, want 69999", got)
	}
}

func length(columns [][]byte) (n int) {
	for _, c := range columns {
		n += len(c)
	}
	return n
}
