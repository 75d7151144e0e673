package scoring

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// scoresModel has dimensions whose codes take half a byte, one, and two or four, the last of more combinations than are counted.
func scoresModel() *Model {
	m := &Model{Overall: None, Recommend: None, Policy: Policy{MinItemShare: .5}}
	dimension := func(items, high int) {
		var d Dimension
		for range items {
			d.Items = append(d.Items, ItemWeight{Item: len(m.Items), ItemWeight: float64(1 + len(m.Items)%3)})
			m.Items = append(m.Items, Item{Low: 0, High: high, Scores: LinearScores(0, high, false)})
		}
		m.Dimensions = append(m.Dimensions, d)
	}
	dimension(1, 4)
	dimension(3, 10)
	dimension(7, 10)
	return m
}

func newScores(tb rapid.TB, t *columns.Table) *Scores {
	tb.Helper()
	s, err := NewScores(t, scoresModel())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// byRow are the bits and the status of every score found, by dimension and row, and the scores in the order in which they were met.
func (s *Scores) byRow() (rows, met [][][2]uint64) {
	for _, c := range s.dimensions {
		var all [][2]uint64
		for _, m := range c.met {
			all = append(all, [2]uint64{math.Float64bits(m.score), uint64(m.status)})
		}
		var of [][2]uint64
		for row := range uint32(c.codes.Len()) {
			of = append(of, all[c.codes.At(row)])
		}
		rows, met = append(rows, of), append(met, all)
	}
	return rows, met
}

func appendRandom(tb rapid.TB, t *columns.Table, r *rand.Rand, n int) {
	tb.Helper()
	row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, t.Items())}
	for range n {
		for k, it := range scoresModel().Items {
			row.Ratings[k] = byte(r.IntN(len(it.Scores)))
			if r.IntN(8) == 0 {
				row.Ratings[k] = []byte{columns.NotRouted, columns.NotApplicable, columns.Skipped}[r.IntN(3)]
			}
		}
		if err := t.Append(&row); err != nil {
			tb.Fatal(err)
		}
	}
}

// writtenScores is a file of a table and its scores; meanwhile is called while it is written.
func writtenScores(tb rapid.TB, t *columns.Table, s *Scores, meanwhile func()) []byte {
	tb.Helper()
	var im columns.Image
	t.Put(&im)
	s.Put(&im)
	var out bytes.Buffer
	if err := im.Write(&out, nil, func(read func()) error { meanwhile(); read(); return nil }); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func readScores(tb rapid.TB, file []byte, rows int) (*columns.Table, *Scores) {
	tb.Helper()
	f, err := columns.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		tb.Fatal(err)
	}
	t, err := columns.ReadTable(f, len(scoresModel().Items), 0, rows)
	if err != nil {
		tb.Fatal(err)
	}
	s := newScores(tb, t)
	if err := s.Read(f); err != nil {
		tb.Fatal(err)
	}
	return t, s
}

// However rows came, one by one or many at a time, went, and were written to a file and read from it, their scores are those found afresh, numbered
// in the same order.
func TestScoresFollow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 4))
		table := columns.New(len(scoresModel().Items), 0)
		scores := newScores(rt, table)
		add := func() {
			at := rapid.SampledFrom([]int{1, 1, fewRows - 1, fewRows, fewRows, blockRows + 3}).Draw(rt, "rows at a time")
			for range rapid.IntRange(0, max(1, 60/at)).Draw(rt, "times") {
				appendRandom(rt, table, r, at)
				if r.IntN(4) > 0 {
					scores.Update()
				}
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			switch rapid.IntRange(0, 2).Draw(rt, "step") {
			case 0:
				add()
			case 1:
				appendRandom(rt, table, r, rapid.IntRange(0, 2).Draw(rt, "not yet scored"))
				often := rapid.SampledFrom([]int{1, 5, 20}).Draw(rt, "removals of 20")
				var gone []uint32
				for row := range uint32(table.Len()) {
					if r.IntN(20) < often {
						gone = append(gone, row)
					}
				}
				scores.Remove(gone)
				table.Remove(gone)
			case 2:
				scores.Update()
				n, added := table.Len(), false
				file := writtenScores(rt, table, scores, func() {
					if !added {
						added = true
						add()
					}
				})
				table, scores = readScores(rt, file, n)
			}
			fresh := newScores(rt, table)
			fresh.Update()
			scores.Update()
			want, wantMet := fresh.byRow()
			got, gotMet := scores.byRow()
			if d := cmp.Diff(want, got); d != "" {
				rt.Fatalf("scores (-fresh +followed):\n%s", d)
			}
			if d := cmp.Diff(wantMet, gotMet); d != "" {
				rt.Fatalf("scores in the order met (-fresh +followed):\n%s", d)
			}
		}
	})
}

// The parts of a dimension are the same after scores were read from a file, which says nothing of combinations of answers, and of as many responses
// as are found one by one.
func TestPartsOfScoresRead(t *testing.T) {
	table := columns.New(len(scoresModel().Items), 0)
	appendRandom(t, table, rand.New(rand.NewPCG(5, 5)), leastChunk+100)
	scores := newScores(t, table)
	scores.Update()
	_, again := readScores(t, writtenScores(t, table, scores, func() {}), table.Len())
	sampleBy := func(s *Scores) *Sample {
		sample, err := NewScoredSample(s, rowsUpTo(table.Len()), Plan{Cluster: None, Stratum: None})
		if err != nil {
			t.Fatal(err)
		}
		return sample
	}
	before, after := sampleBy(scores), sampleBy(again)
	for d := range 2 {
		got := after.DimensionParts(d, after.All())
		if diff := cmp.Diff(before.DimensionParts(d, before.All()), got); diff != "" {
			t.Errorf("dimension %d (-scored +read):\n%s", d, diff)
		}
		single := after.partsByResponse(d, after.model.Dimensions[d].Items, after.All())
		for j, part := range got {
			if one := single.of[j]; part.Base.N != one.n || math.Abs(part.Share-one.share.Value()/single.whole.Value()) > 1e-12 {
				t.Errorf("dimension %d: %+v, one by one %+v", d, part, one)
			}
		}
	}
}

func rowsUpTo(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}

// Scores that do not fit the rows or each other are refused.
func TestUnfitScores(t *testing.T) {
	table := columns.New(1, 0)
	for range 3 {
		if err := table.Append(&columns.Row{ResponseWeight: 1, Ratings: []byte{4}}); err != nil {
			t.Fatal(err)
		}
	}
	m := scoresModel()
	m.Items, m.Dimensions = m.Items[:1], m.Dimensions[:1]
	nan, ok, none := math.NaN(), uint8(ScoreOK), uint8(ScoreInsufficient)
	for name, tt := range map[string]struct {
		codes    []uint8
		scores   []float64
		statuses []uint8
		fit      bool
	}{
		"fit":                       {[]uint8{0, 1, 0}, []float64{100, nan}, []uint8{ok, none}, true},
		"a row too few":             {[]uint8{0, 1}, []float64{100, nan}, []uint8{ok, none}, false},
		"a row too many":            {[]uint8{0, 1, 0, 0}, []float64{100, nan}, []uint8{ok, none}, false},
		"a code that is not met":    {[]uint8{0, 1, 2}, []float64{100, nan}, []uint8{ok, none}, false},
		"nothing met":               {[]uint8{0, 0, 0}, nil, nil, false},
		"a status too few":          {[]uint8{0, 0, 0}, []float64{100, nan}, []uint8{ok}, false},
		"a status too many":         {[]uint8{0, 1, 0}, []float64{100, nan}, []uint8{ok, none, none}, false},
		"an unknown status":         {[]uint8{0, 1, 0}, []float64{100, nan}, []uint8{ok, none + 1}, false},
		"ok without a score":        {[]uint8{0, 1, 0}, []float64{100, nan}, []uint8{ok, ok}, false},
		"a score that is not valid": {[]uint8{0, 1, 0}, []float64{100, 50}, []uint8{ok, none}, false},
		"a score met twice":         {[]uint8{0, 1, 0}, []float64{100, 100, 50}, []uint8{ok, ok, ok}, false},
		"no scores":                 {nil, nil, nil, false},
	} {
		var im columns.Image
		if tt.codes != nil {
			bits := make([]uint64, len(tt.scores))
			for code, x := range tt.scores {
				bits[code] = math.Float64bits(x)
			}
			columns.Put(&im, "scores 0", tt.codes)
			columns.Put(&im, "scores 0 bits", bits)
			columns.Put(&im, "scores 0 statuses", tt.statuses)
		}
		var file bytes.Buffer
		if err := im.Write(&file, nil, func(read func()) error { read(); return nil }); err != nil {
			t.Fatal(err)
		}
		f, err := columns.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewScores(table, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Read(f); (err == nil) != tt.fit {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
