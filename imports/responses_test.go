package imports_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"paxscore/imports"
	"paxscore/internal/study"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// clone copies a response that is valid until the next iteration.
func clone(r *surveys.Response) surveys.Response {
	c := *r
	c.Ratings, c.Attributes, c.Comments = slices.Clone(r.Ratings), slices.Clone(r.Attributes), maps.Clone(r.Comments)
	return c
}

// openText opens a file of that name and text.
func openText(t testing.TB, name, text string) (*imports.File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return imports.Open(path)
}

// read reads a whole file.
func read(t testing.TB, s *surveys.Survey, m *imports.Mapping, name, data string) ([]surveys.Response, *imports.Result, error) {
	t.Helper()
	res := &imports.Result{}
	f, err := openText(t, name, data)
	if err != nil {
		return nil, res, err
	}
	defer f.Close()
	var out []surveys.Response
	for r, err := range f.Responses(context.Background(), s, m, res) {
		if err != nil {
			return out, res, err
		}
		out = append(out, clone(r))
	}
	return out, res, nil
}

func gz(data string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(data))
	w.Close()
	return b.String()
}

const smallMapping = `
not_applicable: ["9"]
skipped: ["0", Blank]
items:
  crew: Crew
  seat: {column: Seat, values: {good: 5, bad: 1}}
  overall: {column: Satisfied, values: {"yes": 1, "no": 0}, skipped: []}
  recommend: {column: NPS, not_applicable: [], skipped: ["11"], not_asked: ["99"]}
  comment: Text
attributes:
  cabin: {column: Class, values: {1: economy, 2: business}, unknown: ["8"]}
  flight: {template: "{Airline}-{No}"}
  age: {column: Age, bands: [{from: 0, below: 40, level: young}, {from: 40, below: 130, level: old}]}
respondent: Person
seconds: Secs
submitted_at: {template: "2017-05-{Day}", layout: YYYY-MM-D, zone: America/Los_Angeles}
response_weight: Wt
mode: {column: How, values: {1: interview}}
language: {value: en}
wave: {value: spring}
`

const smallHeader = "Crew,Seat,Satisfied,NPS,Text,Class,Airline,No,Age,Person,Secs,Day,Wt,How,Unused\n"

func TestResponsesThroughAMapping(t *testing.T) {
	s := small()
	m := mapping(t, s, smallMapping)
	const skipped, na, nr = surveys.Skipped, surveys.NotApplicable, surveys.NotRouted
	los, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	may := func(day int) time.Time { return time.Date(2017, 5, day, 0, 0, 0, 0, los).UTC() }
	base := surveys.Response{Survey: "small", Version: 2, Wave: "spring", Language: "en", Mode: surveys.ModeImport, ResponseWeight: 1}
	for _, c := range []struct {
		name, line string
		want       func(r *surveys.Response)
		repairs    []string
	}{
		{"all well", "3,good,yes,10,\"fine, \"\"really\"\"\",2,LX,16,39,p1,61.5,7,0.25,1,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{2, 4, 1, 10}, []string{"business", "LX-16", "young"}
			r.Comments = map[surveys.ItemKey]string{"comment": `fine, "really"`}
			r.Respondent, r.Seconds, r.SubmittedAt, r.ResponseWeight, r.Mode = "p1", 61.5, may(7), .25, surveys.ModeInterview
		}, nil},
		{"codes", "9,bad,no,11,,8,LX,,40,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{na, 0, 0, skipped}, []string{"", "", "old"}
		}, nil},
		{"more codes, with white space and decimals", " Blank ,,,99,,1.0,,5,,,,,1.0,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{skipped, skipped, skipped, nr}, []string{"economy", "", ""}
		}, nil},
		{"decimal ratings and codes", "9.0,,,7.0,,,,,39.5,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{na, skipped, skipped, 7}, []string{"", "", "young"}
		}, nil},
		{"repaired ratings", "6,5,maybe,-1,,,,,,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{skipped, skipped, skipped, skipped}, []string{"", "", ""}
		}, []string{"crew: outside the scale 1 to 5: counted as skipped: 6", "seat: not a rating and no known code: counted as skipped: 5",
			"overall: not a rating and no known code: counted as skipped: maybe", "recommend: outside the scale 0 to 10: counted as skipped: -1"}},
		{"no numbers", "NaN,good,yes,Inf,,,,,,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{skipped, 4, 1, skipped}, []string{"", "", ""}
		}, []string{"crew: not a rating and no known code: counted as skipped: NaN", "recommend: not a rating and no known code: counted as skipped: Inf"}},
		{"fraction, and a code that the item does not offer", "3.5,9,yes,1,,,,,,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{skipped, skipped, 1, 1}, []string{"", "", ""}
		}, []string{"crew: not a whole number: counted as skipped: 3.5", `seat: the item does not offer "not applicable": counted as skipped: 9`}},
		{"repaired attributes", "1,good,yes,1,,3,,,130,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{0, 4, 1, 1}, []string{"", "", ""}
		}, []string{"cabin: a code that the mapping does not know: counted as unknown: 3", "age: in no band: counted as unknown: 130"}},
		{"repaired fields", "1,good,yes,1,,,,,old," + strings.Repeat("p", 101) + ",-5,32,1,7,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{0, 4, 1, 1}, []string{"", "", ""}
		}, []string{"age: not a number: counted as unknown: old", "respondent: not a respondent: counted as unknown: " + strings.Repeat("p", 60) + "…",
			"seconds: not a number of seconds: counted as unknown: -5", "submitted_at: not a time in the layout: counted as unknown: 2017-05-32",
			"mode: a code that the mapping does not know: counted as unknown: 7"}},
		{"long comment", "1,good,yes,1,\"much too long, this\r\ncomment\",,,,,,,,1,,x", func(r *surveys.Response) {
			r.Ratings, r.Attributes = []byte{0, 4, 1, 1}, []string{"", "", ""}
			r.Comments = map[surveys.ItemKey]string{"comment": "much too long, this\n"}
		}, []string{"comment: cut to 20 characters: much too long, this\r\ncomment"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, res, err := read(t, s, m, "data.csv", smallHeader+c.line+"\n")
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 {
				t.Fatalf("%d responses: %v", len(got), res.Reasons)
			}
			want := clone(&base)
			c.want(&want)
			if d := cmp.Diff(want, got[0], cmpopts.IgnoreFields(surveys.Response{}, "ID", "Digest"), cmpopts.EquateEmpty()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			var repairs []string
			for _, r := range res.Repairs {
				repairs = append(repairs, r.Field+": "+r.Reason+": "+r.Places[0].Value)
				if r.Count != 1 || len(r.Places) != 1 || r.Places[0].Line != 2 || r.File != "data.csv" {
					t.Errorf("repair %+v", r)
				}
			}
			if d := cmp.Diff(c.repairs, repairs); d != "" {
				t.Errorf("repairs (-want +got):\n%s", d)
			}
			if d := cmp.Diff([]string{"Unused"}, res.Ignored); d != "" {
				t.Errorf("ignored columns (-want +got):\n%s", d)
			}
		})
	}
}

func TestRefusedRows(t *testing.T) {
	s := small()
	m := mapping(t, s, "items: {crew: Crew, comment: Text}\nresponse_weight: Wt\n")
	data := "Crew,Text,Wt\n1,a,1\n2,b\n3,c,1,x\n4,d,\n5,e,0\n1,f,-2\n2,g,NaN\n3,h,Inf\n4,\"i\"x,1\n5,j\x00,1\n1,k\xff,1\n\n,,\n2," +
		strings.Repeat("l", 70000) + ",1\n3,\"m\nm\",1\n4,n,heavy\n"
	var refused bytes.Buffer
	f, err := openText(t, "data.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	res := &imports.Result{RefusedTo: &refused}
	taken := 0
	for _, err := range f.Responses(context.Background(), s, m, res) {
		if err != nil {
			t.Fatal(err)
		}
		taken++
	}
	var got []string
	for _, r := range res.Reasons {
		got = append(got, r.String())
	}
	want := []string{
		"data.csv, line 3: the row has 2 cells, the header 3",
		"data.csv, line 4: the row has 4 cells, the header 3",
		"data.csv, line 5, cell 3 (Wt): the response weight is missing",
		"data.csv, line 6, cell 3 (Wt): the response weight is not a number above 0",
		"data.csv, line 7, cell 3 (Wt): the response weight is not a number above 0",
		"data.csv, line 8, cell 3 (Wt): the response weight is not a number above 0",
		"data.csv, line 9, cell 3 (Wt): the response weight is not a number above 0",
		"data.csv, line 10, cell 2 (Text): text follows the closing quote of a cell",
		"data.csv, line 11, cell 2 (Text): the cell holds a NUL byte: this is not text, or the file is in another encoding (state encoding: in the mapping file)",
		"data.csv, line 12, cell 2 (Text): the cell is not UTF-8; if the file is in another encoding, state it with encoding: in the mapping file",
		"data.csv, line 15, cell 2 (Text): the cell has 70000 bytes; at most 65536 are read",
		"data.csv, line 18, cell 3 (Wt): the response weight is not a number above 0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if taken != 2 || res.Taken != 2 || res.Rows != 14 || res.Refused != 12 || res.Blank != 1 || res.Bytes != int64(len(data)) {
		t.Errorf("%d responses; %+v", taken, res)
	}

	// The refused rows stand in a file of their own, and once mended can be read with the same mapping.
	c := csv.NewReader(bytes.NewReader(refused.Bytes()))
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 13 || !slices.Equal(rows[0], []string{"refused_line", "refused_cell", "refused_reason", "Crew", "Text", "Wt"}) ||
		!slices.Equal(rows[1], []string{"3", "0", "the row has 2 cells, the header 3", "2", "b"}) {
		t.Errorf("refused rows: %.600q", rows)
	}
	mended := strings.Join([]string{strings.Join(rows[0], ","), strings.Join(rows[1], `","`)}, "\n\"") + "\",7\n"
	if again, res, err := read(t, s, m, "mended.csv", mended); err != nil || len(again) != 1 || again[0].ResponseWeight != 7 {
		t.Errorf("mended: %v, %v, %v", again, res.Reasons, err)
	}
}

func TestManyRepairsAreCounted(t *testing.T) {
	s := small()
	m := mapping(t, s, "items: {crew: Crew}\n")
	_, res, err := read(t, s, m, "data.csv", "Crew\n"+strings.Repeat("7\n", 500)+strings.Repeat("x\n", 3))
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Repairs) != 2 || res.Repairs[0].Count != 500 || len(res.Repairs[0].Places) != imports.MaxPlaces || res.Repairs[1].Count != 3 || res.Repaired() != 503 {
		t.Errorf("%+v", res.Repairs)
	}
	if p := res.Repairs[1].Places[0]; p != (imports.Place{Line: 502, Cell: 1, Value: "x", Header: "Crew"}) {
		t.Errorf("place %+v", p)
	}
}

// Our own CSV of the reference study gives what the study itself gives.
func TestOwnCSV(t *testing.T) {
	s := surveyfile.Default()
	var b bytes.Buffer
	if err := study.WriteCSV(context.Background(), &b, 1000, 42); err != nil {
		t.Fatal(err)
	}
	got, res, err := read(t, s, imports.OwnMapping(s), "study.csv", b.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Repairs)+len(res.Ignored)+res.Refused > 0 {
		t.Errorf("%+v", res)
	}
	i := 0
	for want, err := range study.Responses(s, 1000, 42) {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(*want, got[i], cmpopts.IgnoreFields(surveys.Response{}, "ID", "Digest", "SubmittedAt"), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("row %d (-want +got):\n%s", i+1, d)
		}
		i++
	}
	if i != len(got) {
		t.Errorf("%d responses, want %d", len(got), i)
	}
}

func TestOwnCSVColumns(t *testing.T) {
	s := small()
	data := "response_id,id,survey_version,wave,submitted_at,received_at,mode,language,seconds,response_weight,verdict,cabin,flight,crew,seat,comment,extra\n" +
		"01980000-0000-7000-8000-0000000000aa,'=x,2,spring,2025-03-01T10:00:00Z,2025-03-01T10:00:01Z,kiosk,zh-Hans,12.5,0.5,valid,business,'-A1,NA,NR,'=1+1,z\n" +
		",,,,,,,,,1,,,,5,NA,,\n"
	got, res, err := read(t, s, imports.OwnMapping(s), "own.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	want := []surveys.Response{{
		ID: surveys.ResponseID{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xaa}, Survey: "small", Version: 2, Wave: "spring", SubmittedAt: time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC),
		Mode: surveys.ModeKiosk, Language: "zh-Hans", Seconds: 12.5, Respondent: "=x", ResponseWeight: .5,
		Ratings: []byte{surveys.NotApplicable, surveys.NotRouted, surveys.NotRouted, surveys.NotRouted}, Attributes: []string{"business", "-A1", ""},
		Comments: map[surveys.ItemKey]string{"comment": "=1+1"},
	}, {
		Survey: "small", Version: 2, Mode: surveys.ModeImport, ResponseWeight: 1,
		Ratings: []byte{4, surveys.Skipped, surveys.NotRouted, surveys.NotRouted}, Attributes: []string{"", "", ""},
	}}
	if got[1].ID.IsZero() {
		t.Error("a row without an id has got none")
	}
	got[1].ID = surveys.ResponseID{}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(surveys.Response{}, "Digest"), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !slices.Equal(res.Ignored, []string{"extra"}) || res.Repaired() != 1 {
		t.Errorf("ignored %v, repairs %+v", res.Ignored, res.Repairs[0])
	}
	if got, _, err := read(t, s, imports.OwnMapping(s), "own.csv", "crew,weight,respondent\n1,2.5,p\n"); err != nil || got[0].ResponseWeight != 2.5 || got[0].Respondent != "p" {
		t.Errorf("other names: %+v, %v", got, err)
	}
	if _, res, err := read(t, s, imports.OwnMapping(s), "own.csv", "crew,response_id\n1,12\n"); err != nil || res.Refused != 1 {
		t.Errorf("a response id that is none: %+v, %v", res, err)
	}
}

func TestEncodings(t *testing.T) {
	s := small()
	const text = "Crew;Flug\r\n4;北京é\r\n"
	utf16le, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	utf16be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	western, _ := charmap.Windows1252.NewEncoder().String("Crew;Flug\r\n4;é\r\n")
	for _, c := range []struct{ name, encoding, data, want string }{
		{"utf-8", "", text, "北京é"},
		{"utf-8 with mark", "", "\ufeff" + text, "北京é"},
		{"mark in quotes", "", "\ufeff\"Crew\";\"Flug\"\n4;x\n", "x"},
		{"utf-16 with mark", "", utf16be, "北京é"},
		{"utf-16 little endian", "utf-16le", utf16le, "北京é"},
		{"gb18030", "gb18030", gb, "北京é"},
		{"windows-1252", "windows-1252", western, "é"},
		{"gzip", "", gz(text), "北京é"},
		{"gzip of two members", "", gz(text[:9]) + gz(text[9:]), "北京é"},
		{"tab", "", strings.ReplaceAll(text, ";", "\t"), "北京é"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "items: {crew: Crew}\nattributes: {flight: Flug}\n"
			if c.encoding != "" {
				text += "encoding: " + c.encoding + "\n"
			}
			got, res, err := read(t, s, mapping(t, s, text), "data", c.data)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].Ratings[0] != 3 || got[0].Attributes[1] != c.want {
				t.Errorf("%+v, %+v", got, res)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	s := small()
	whole := gz("crew\n" + strings.Repeat("1\n2\n3\n", 20000))
	utf16le, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String("crew\n1\n")
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String("机舱,crew\n1,1\n")
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "data: the file is empty"},
		{"only blank lines", "\n\r\n\n", "data: the file is empty"},
		{"only a mark", "\ufeff", "data: the file is empty"},
		{"empty gzip", gz(""), "data: the file is empty"},
		{"header only", "crew,seat\n", "data, line 1: the file holds a header and no rows"},
		{"header and blank rows", "crew,seat\n,\n\n", "data, line 2: the file holds a header and no rows"},
		{"bare carriage returns", "crew\rseat\r1\r", "data, line 1: the lines end in bare carriage returns; save the file with line feeds"},
		{"no column of ours", "a,b\n1,2\n", `data, line 1: no column is an item of survey "small"; the columns are "a", "b". A file with other columns needs a mapping file`},
		{"doubled column", "crew,crew\n1,2\n", `data is not valid: 1:0: crew: column "crew" stands twice in the header, as cells 1 and 2`},
		{"no text", "crew\x00\x01\n1\n", "data, line 1, column 1: the header cannot be read: the cell holds a NUL byte: this is not text, or the file is in another encoding (state encoding: in the mapping file)"},
		{"other encoding", gb, "data, line 1, column 1: the header cannot be read: the cell is not UTF-8; if the file is in another encoding, state it with encoding: in the mapping file"},
		{"utf-16 without mark", utf16le, "data, line 1: the text looks like UTF-16; state encoding: utf-16le or utf-16be in the mapping file"},
		{"quote never closed", "crew,comment\n1,a\n2,\"b\n3,c\n", "data, line 3, column 3: a quote opens here and is never closed; nothing from here on is read, 1 rows were"},
		{"old or encrypted workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600), "data: this is an encrypted workbook or one of the old .xls form; save it as .xlsx without a password"},
		{"zip that is no workbook", "PK\x05\x06" + strings.Repeat("\x00", 18), "data: this is a zip archive, not a workbook (.xlsx), CSV or gzipped CSV"},
		{"damaged zip", "PK\x03\x04 no zip at all", "data: the workbook is damaged or cut off: zip: not a valid zip file"},
		{"gzip header cut off", whole[:5], "data: the gzip header cannot be read: unexpected EOF"},
		{"gzip of a zip", gz("PK\x03\x04....."), "data: this is a gzipped workbook; unpack it first"},
		{"gzip check sum", whole[:len(whole)-8] + "\x00\x00\x00\x00" + whole[len(whole)-4:], "data, line 60001: the gzip data is damaged; 60000 rows were read: gzip: invalid checksum"},
		{"rubbish after gzip", whole + "rubbish....", "data, line 60001: the gzip data is damaged; 60000 rows were read: gzip: invalid header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := read(t, s, imports.OwnMapping(s), "data", c.data)
			if err == nil || err.Error() != c.want {
				t.Errorf("%d responses, error\n     %v\nwant %s", len(got), err, c.want)
			}
		})
	}
	t.Run("gzip cut off", func(t *testing.T) {
		got, res, err := read(t, s, imports.OwnMapping(s), "data", whole[:len(whole)/2])
		want := fmt.Sprintf("data, line %d: the file ends early after row %d: the gzip data is cut off", len(got)+1, len(got))
		if err == nil || err.Error() != want || len(got) < 1000 || len(got) >= 60000 || res.Taken != len(got) {
			t.Errorf("%d responses, error %v, want %s", len(got), err, want)
		}
	})
	t.Run("gzip damaged in the middle", func(t *testing.T) {
		b := []byte(gz("crew,comment\n" + noise(20000)))
		for i := range 40 {
			b[len(b)/2+i] ^= 0x55
		}
		_, res, err := read(t, s, imports.OwnMapping(s), "data", string(b))
		var bad *imports.Error
		if !errors.As(err, &bad) || bad.Line == 0 {
			t.Errorf("%d rows, error %v", res.Rows, err)
		}
	})
}

// noise is rows that do not compress.
func noise(n int) string {
	var b strings.Builder
	x := uint64(1)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		fmt.Fprintf(&b, "%d,%x\n", 1+x%5, x)
	}
	return b.String()
}

func TestResponsesStop(t *testing.T) {
	s := small()
	data := "crew\n" + strings.Repeat("1\n", 5000)
	open := func() *imports.File {
		f, err := openText(t, "data", data)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f, n := open(), 0
	for range f.Responses(context.Background(), s, imports.OwnMapping(s), &imports.Result{}) {
		if n++; n == 10 {
			break
		}
	}
	for _, err := range f.Responses(context.Background(), s, imports.OwnMapping(s), &imports.Result{}) {
		if err == nil {
			t.Error("a file is read twice")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	n = 0
	for _, err := range open().Responses(ctx, s, imports.OwnMapping(s), &imports.Result{}) {
		if n++; n == 10 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || n > 1000 {
		t.Errorf("cancelled after %d rows: %v", n, last)
	}
	full := errors.New("disk full")
	for _, err := range open().Responses(context.Background(), s, mapping(t, s, "items: {crew: crew}\nresponse_weight: {column: crew, unknown: [\"1\"]}"), &imports.Result{RefusedTo: broken{full}}) {
		last = err
	}
	if !errors.Is(last, full) {
		t.Errorf("refused rows cannot be written: %v", last)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
