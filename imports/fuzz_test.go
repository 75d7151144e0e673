package imports_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"paxscore/imports"
	"paxscore/surveys"
)

// badInputs are files as they come: cut off, wrongly encoded, ragged, out of range.
func badInputs() []string {
	return []string{
		"", "\n", "crew\n", "crew\n5\n", "\ufeffcrew,seat\r\n5,4\r\n", "\xff\xfec\x00r\x00e\x00w\x00\n\x005\x00\n\x00", "\xfe\xff\x00c\x00r", "c\x00r\x00e\x00w\x00",
		"crew,seat\n1\n1,2,3\n", "crew\nNaN\nInf\n-Inf\n1e400\n6\n-1\n5.5\n0x5\n", "crew,crew\n1,2\n", "crew,comment\n1,\"a\"\"b\nc\"\n", "crew,comment\n1,\"never closed\n2,b\n",
		"crew,comment\n1,\"a\"b\n", "crew,comment\n1,\x00\n2,\xff\xfe\n", "crew\tseat\n1\t2\n", "crew;seat\n1;2\n", "a,b\n1,2\n", "crew\rseat\r1\r",
		"crew,comment\n1," + strings.Repeat("x", 1<<16+1) + "\n2,y\n", "crew,comment\n\"" + strings.Repeat("x\n", 1<<19+1),
		"response_id,crew\n01980000-0000-7000-8000-0000000000aa,5\nnone,4\n", "crew,submitted_at,seconds,mode,language,wave,response_weight,id\n5,2025-01-01,1,web,en,w,1,'x\n5,9999-01-01,-1,x,!,W,0,\x01\n",
		"\xb2\xd5\xce\xbb,crew\n\xb2\xd5,5\n", "\x1f\x8b", "\x1f\x8b\x08\x00", "PK\x03\x04", "PK\x05\x06", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	}
}

// consume reads a file with our own mapping and with a mapping file, and checks what always holds.
func consume(t *testing.T, data []byte) {
	s := small()
	for _, m := range []*imports.Mapping{imports.OwnMapping(s), mapping(t, s, "skipped: [\"0\"]\nitems: {crew: crew, comment: comment}\nattributes: {flight: {template: \"{crew}-{seat}\"}}\nencoding: gb18030\n")} {
		rows, res, err := read(t, s, m, "data", string(data))
		var bad *imports.Error
		var invalid *surveys.InvalidError
		if err != nil && (!errors.As(err, &bad) && !errors.As(err, &invalid) || bad != nil && bad.File != "data") {
			t.Fatalf("error %v", err)
		}
		if res.Taken != len(rows) || res.Rows != res.Taken+res.Refused {
			t.Fatalf("%d responses, %+v", len(rows), res)
		}
		if err == nil && res.Rows == 0 {
			t.Fatal("no rows and no error")
		}
		for _, r := range rows {
			if len(r.Ratings) != 4 || len(r.Attributes) != 3 || r.ID.IsZero() || !(r.ResponseWeight > 0) || r.Seconds < 0 {
				t.Fatalf("response %+v", r)
			}
			for i, top := range []byte{4, 4, 1, 10} {
				if c := r.Ratings[i]; c > top && c < surveys.NotRouted {
					t.Fatalf("code %d", c)
				}
			}
			for i, a := range s.Questionnaire.Attributes {
				if v := r.Attributes[i]; v != "" && !a.Has(v) {
					t.Fatalf("attribute %q", v)
				}
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range badInputs() {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1 && data[0] == 'P' && data[1] == 'K' {
			return // of FuzzWorkbook
		}
		consume(t, data)
	})
}

func FuzzGzip(f *testing.F) {
	for _, s := range badInputs() {
		z := gz(s)
		f.Add([]byte(z))
		f.Add([]byte(z[:len(z)*2/3]))
		f.Add([]byte(z + z))
		f.Add([]byte(z + "rubbish"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil || tooLarge(z) {
			return
		}
		consume(t, data)
	})
}

// tooLarge keeps the fuzzer from spending its time on files that unpack to gigabytes.
func tooLarge(r io.Reader) bool {
	n, _ := io.Copy(io.Discard, io.LimitReader(r, 8<<20))
	return n == 8<<20
}

func FuzzWorkbook(f *testing.F) {
	book := workbook(f, [][]any{{"crew", "comment", "seconds"}, {5, "x", 1.5}, nil, {"NA", nil, "2"}, {7, "y", "NaN"}})
	f.Add([]byte(book), "", "")
	f.Add([]byte(book[:len(book)/2]), "", "")
	f.Add([]byte("PK\x05\x06"+strings.Repeat("\x00", 18)), "", "")
	for _, sheet := range []string{
		`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>crew</t></is></c></row><row r="2"><c r="A2"><v>5</v></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row><row r="5"><c r="XFD5"><v>5</v></c>`,
		`<worksheet><sheetData><row r="-1"><c r="1A" t="b"><v>1</v></c></row></sheetData>`, `<sheetData/>`, "",
	} {
		f.Add([]byte(book), "xl/worksheets/sheet1.xml", sheet)
	}
	f.Add([]byte(book), "xl/sharedStrings.xml", `<sst><si><t>crew</t></si></sst>`)
	f.Add([]byte(book), "xl/workbook.xml", `<workbook><sheets/></workbook>`)
	f.Fuzz(func(t *testing.T, data []byte, part, text string) {
		if part != "" && string(data) != book {
			return
		}
		if part != "" {
			data = []byte(repacked(t, book, func(name, old string) string {
				if name == part {
					return text
				}
				return old
			}))
		}
		if len(data) < 2 || data[0] != 'P' || data[1] != 'K' {
			return
		}
		consume(t, data)
	})
}
