package scoring_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// judgedRows is a screened table of drawn rows, some of them alike or in a line, and some of the rows.
func judgedRows(rt *rapid.T) (*columns.Table, *scoring.Screen, []uint32) {
	n := rapid.IntRange(0, 1200).Draw(rt, "rows")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
	table := columns.New(len(studyItems), len(sampleAttributes))
	var rows []uint32
	row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems)), Attributes: make([]string, len(sampleAttributes))}
	for i := range n {
		level := r.NormFloat64() * 2
		for k := range row.Ratings {
			switch x := r.IntN(60); {
			case i%7 == 3:
				row.Ratings[k] = byte(i % 11)
			case x == 0:
				row.Ratings[k] = na
			case x == 1:
				row.Ratings[k] = sk
			case x == 2:
				row.Ratings[k] = nr
			default:
				row.Ratings[k] = byte(min(max(math.Round(6+level+2*r.NormFloat64()), 0), 10))
			}
		}
		row.Milliseconds = uint32(r.IntN(3) * r.IntN(90_000))
		row.Attributes[1] = []string{"x", "y", ""}[r.IntN(3)]
		if err := table.Append(&row); err != nil {
			rt.Fatal(err)
		}
		if r.IntN(10) > 0 {
			rows = append(rows, uint32(i))
		}
	}
	s := scoring.NewScreen(table, studyModel(), scoring.None, scoring.Rules{Careless: true})
	s.Update()
	s.Settle()
	return table, s, rows
}

// answers are those of a row's 16 rating items, on 0..10 where scores are 0..100.
func answers(table *columns.Table, row uint32) []float64 {
	out := make([]float64, 16)
	for k := range out {
		out[k] = math.NaN()
		if code := table.Item(k)[row]; code <= columns.MaxCode {
			out[k] = float64(code)
		}
	}
	return out
}

// Flags are those that each row's own figures give: runs, even-odd consistency, and Mahalanobis' distance from the sums of all complete rows.
func TestFlagsFollowFromEachRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table, screen, rows := judgedRows(rt)
		m := studyModel()
		set := scoring.NewRowSet(table.Len(), rows...)
		got := screen.Flags(m, set, 1, 45_000)
		var sums stats.CrossSums
		for _, row := range rows {
			sums.Add(answers(table, row), 1)
		}
		near := stats.Mahalanobis{Means: sums.Means(), Covariance: sums.Covariance()}
		var scales [][]int
		for _, d := range m.Dimensions {
			var items []int
			for _, u := range d.Items {
				items = append(items, u.Item)
			}
			scales = append(scales, items)
		}
		valid := 0
		counts := make([]scoring.FlagCount, len(scoring.FlagKinds()))
		for _, row := range rows {
			x := answers(table, row)
			answered := stats.Answered(x)
			longest, _ := stats.Runs(x)
			want := map[scoring.FlagKind]bool{scoring.StraightLine: answered >= 8 && longest == answered, scoring.LongRun: longest >= 10}
			if ms := table.Milliseconds(row); ms > 0 {
				want[scoring.Speeding], want[scoring.Hasty] = ms < 15_000, float64(ms) < 2000*float64(max(answered, 1))
			}
			if sums.N >= 3*16 {
				if _, _, p := near.Distance(x); p == p {
					want[scoring.Outlying] = p < .001
				}
			}
			scores := make([]float64, len(x))
			for k := range x {
				scores[k] = 10 * x[k]
			}
			if r := stats.EvenOdd(scores, scales); r == r {
				want[scoring.Inconsistent] = r < .3
			}
			if answered >= 8 { // which rows are alike TestRowsRepeat tells
				want[scoring.Repeated] = got[row].Has(scoring.Repeated)
			}
			kept := screen.Fates()[row] == scoring.Kept
			if kept {
				valid++
			}
			for k := range counts {
				raised, judged := want[scoring.FlagKind(k)]
				if raised != got[row].Has(scoring.FlagKind(k)) || judged != got[row].CanHave(scoring.FlagKind(k)) {
					rt.Fatalf("row %d %v: flag %d raised %t of judged %t, want %t of %t", row, x, k, got[row].Has(scoring.FlagKind(k)), got[row].CanHave(scoring.FlagKind(k)), raised, judged)
				}
				for i, is := range []bool{judged, raised, judged && kept, raised && kept} {
					if is {
						*[]*int{&counts[k].Judged, &counts[k].Raised, &counts[k].JudgedValid, &counts[k].RaisedValid}[i]++
					}
				}
			}
		}
		all := scoring.NewSelection(table, screen, scoring.Filter{})
		all.Update()
		if found := got.Count(set, all.Set()); !slices.Equal(found, counts) {
			rt.Fatalf("counts %v, want %v", found, counts)
		}
		for kinds := range 1 << len(counts) {
			if kinds%9 != 0 {
				continue
			}
			with := got.With(set, uint8(kinds))
			n := 0
			for row := range got {
				in := set.Has(uint32(row)) && got[row].Raised&uint8(kinds) != 0
				if in != with.Has(uint32(row)) {
					rt.Fatalf("row %d with any of %b: %t", row, kinds, !in)
				}
				if in {
					n++
				}
			}
			if n != with.Len() {
				rt.Fatalf("%d rows with any of %b, want %d", with.Len(), kinds, n)
			}
		}
	})
}

// Quantiles of times are those of the sorted times.
func TestTimesAreThoseOfSortedOnes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table, screen, rows := judgedRows(rt)
		var seconds, perAnswer []float64
		for _, row := range rows {
			if ms := table.Milliseconds(row); ms > 0 {
				seconds = append(seconds, float64(ms)/1000)
				if n := stats.Answered(answers(table, row)); n > 0 {
					perAnswer = append(perAnswer, float64(ms)/1000/float64(n))
				}
			}
		}
		p := []float64{0, .01, .25, .5, .503, .99, 1}
		got := screen.Times(scoring.NewRowSet(table.Len(), rows...), p)
		if got.N != len(seconds) {
			rt.Fatalf("%d times, want %d", got.N, len(seconds))
		}
		for i, share := range p {
			for _, x := range [][2]float64{{got.Seconds[i], stats.Quantile(seconds, share)}, {got.PerAnswer[i], stats.Quantile(perAnswer, share)}} {
				if x[0] != x[1] && x[1] == x[1] {
					rt.Fatalf("quantile %v is %v, want %v", share, x[0], x[1])
				}
			}
		}
	})
}
