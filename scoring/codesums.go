package scoring

import (
	"math"
	"math/bits"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// codeSums are n, Σx and Σxx′ of the codes of some items, by class, over the rows that answer all of them: whole numbers, which are the same in
// any order. Several codes lie side by side in one word, so that one multiplication gives several products.
type codeSums struct {
	top   []byte // highest code of each item that is an answer
	lanes int    // codes in a word
	width uint   // bits of each
	words int
	sums  [][]int64 // by class: n, Σx, Σxx′ packed by rows

	above   []above    // by item: codes that are no answer
	counted [][]uint64 // of the block, by class: n, then Σ of the words, then of their products with each code
	used    []bool
	word    []uint64
	code    []uint64
}

func newCodeSums(top []byte, classes int) *codeSums {
	s := &codeSums{top: top, lanes: 4, width: 16, sums: make([][]int64, classes), counted: make([][]uint64, classes), used: make([]bool, classes),
		code: make([]uint64, len(top))}
	for _, t := range top {
		s.above = append(s.above, newAbove(t))
		if codeRows*int(t)*int(t) > math.MaxUint16 {
			s.lanes, s.width = 2, 32
		}
	}
	s.words = (len(top) + s.lanes - 1) / s.lanes
	s.word = make([]uint64, s.words)
	return s
}

// like is room for the sums of the same items.
func (s *codeSums) like() *codeSums { return newCodeSums(s.top, len(s.sums)) }

// add takes the rows of a block in, by the codes of each item and the class of each row.
func (s *codeSums) add(b *codeBlock, codes [][]byte, class []uint32) {
	for from := 0; from < b.n; from += 8 {
		missing := b.outside(from)
		for k, column := range codes {
			missing |= s.above[k].of(eight(column, from))
		}
		for left := missing ^ highBits; left != 0; left &= left - 1 {
			i := from + bits.TrailingZeros64(left)/8
			h := class[i]
			if !s.used[h] {
				s.use(h)
			}
			s.addRow(s.counted[h], codes, i)
		}
	}
	for h, used := range s.used {
		if used {
			s.empty(h)
		}
	}
}

// addRow takes one row in.
func (s *codeSums) addRow(into []uint64, codes [][]byte, i int) {
	word, code, words := s.word, s.code, s.words
	into[0]++
	into = into[1:]
	k := 0
	for q := range word {
		w := uint64(0)
		for shift := uint(0); shift < 64 && k < len(codes); shift += s.width {
			c := uint64(codes[k][i])
			code[k] = c
			w |= c << shift
			k++
		}
		word[q] = w
		into[q] += w
	}
	if words == 1 {
		w, into := word[0], into[1:]
		into = into[:len(code)]
		for k, c := range code {
			into[k] += c * w
		}
		return
	}
	for k, c := range code {
		into = into[words:]
		q := k / s.lanes
		sums, words := into[q:words], word[q:]
		words = words[:len(sums)]
		for q, w := range words {
			sums[q] += c * w
		}
	}
}

func (s *codeSums) use(class uint32) {
	s.used[class] = true
	if s.counted[class] == nil {
		p := len(s.top)
		s.counted[class], s.sums[class] = make([]uint64, 1+(1+p)*s.words), make([]int64, 1+p+p*(p+1)/2)
	}
}

// empty moves what was counted of a class to its sums, before a part of a word runs over.
func (s *codeSums) empty(class int) {
	from, to := s.counted[class], s.sums[class]
	to[0] += int64(from[0])
	lane := func(words []uint64, k int) int64 {
		return int64(words[k/s.lanes] >> (uint(k%s.lanes) * s.width) & (1<<s.width - 1))
	}
	p := len(s.top)
	at := 1 + p
	for k := range p {
		to[1+k] += lane(from[1:], k)
		for j := range k + 1 {
			to[at] += lane(from[1+(1+j)*s.words:], k)
			at++
		}
	}
	clear(from)
	s.used[class] = false
}

// merge takes the rows of other sums of the same items.
func (s *codeSums) merge(o *codeSums) {
	for h, sums := range o.sums {
		switch {
		case sums == nil:
		case s.sums[h] == nil:
			s.sums[h] = sums
		default:
			plus(s.sums[h], sums)
		}
	}
}

// codeLine is what a code stands for: middle at the middle of the scale, and step from one code to the next.
type codeLine struct{ middle, step float64 }

// crossed are the sums of a class as those of the values that the codes stand for.
func (s *codeSums) crossed(class int, lines []codeLine) Crossed {
	p, x := len(s.top), s.sums[class]
	c := Crossed{sums: stats.CrossSums{Shift: make([]float64, p)}}
	for k, l := range lines {
		c.sums.Shift[k] = l.middle
	}
	if x == nil {
		return c
	}
	n := x[0]
	c.sums.N = int(n)
	c.sums.W.Add(float64(n))
	c.Base = Base{N: int(n), W: float64(n), W2: float64(n)}
	c.sums.WZ, c.sums.WZZ = make([]stats.Sum, p), make([]stats.Sum, p*(p+1)/2)
	// Of twice the distance from the middle code, which is a whole number.
	at := 0
	for k := range p {
		top := int64(s.top[k])
		c.sums.WZ[k].Add(float64(2*x[1+k]-n*top) * lines[k].step / 2)
		for j := range k + 1 {
			other := int64(s.top[j])
			product := 4*x[1+p+at] - 2*other*x[1+k] - 2*top*x[1+j] + n*top*other
			c.sums.WZZ[at].Add(float64(product) * (lines[k].step * lines[j].step) / 4)
			at++
		}
	}
	return c
}

// scoreLine is the line of an item's scores; ok is false where they are not on one.
func (it *Item) scoreLine() (l codeLine, ok bool) {
	_, step, ok := it.line()
	return codeLine{middle: middle(it.Scores), step: step}, ok
}

// CrossedItems are Crossed of the 0..100 scores of each set of items, over those of the given rows that answer all of the set, each row
// counting once: of all rows, and by number of the level of an attribute, empty where by is None. ok is false where the scores of an item
// do not rise, or fall, evenly with its ratings; then the sums are to be taken score by score.
func (m *Model) CrossedItems(t *columns.Table, rows RowSet, sets [][]int, by int) (all []Crossed, levels [][]Crossed, ok bool) {
	classes := 1
	if by != None {
		classes = max(1, len(t.Attribute(by).Levels()))
	}
	lines := make([][]codeLine, len(sets))
	sums := make([]*codeSums, len(sets))
	for k, items := range sets {
		top := make([]byte, len(items))
		for i, item := range items {
			l, even := m.Items[item].scoreLine()
			if !even {
				return nil, nil, false
			}
			lines[k], top[i] = append(lines[k], l), byte(len(m.Items[item].Scores)-1)
		}
		sums[k] = newCodeSums(top, classes)
	}
	scan(t.Len(), func() (func(from, to int), func()) {
		widest := 0
		own := make([]*codeSums, len(sets))
		for k := range own {
			own[k] = sums[k].like()
			widest = max(widest, len(sets[k]))
		}
		b := newCodeBlock(rows, widest)
		class, codes := make([]uint32, codeRows), make([][]byte, widest)
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if !b.take(from, min(from+codeRows, to)) {
					continue
				}
				if by != None {
					b.levels(t.Attribute(by), class)
				}
				for k, items := range sets {
					for i, item := range items {
						codes[i] = b.of(i, t.Item(item))
					}
					own[k].add(b, codes[:len(items)], class)
				}
			}
		}
		return chunk, func() {
			for k := range sums {
				sums[k].merge(own[k])
			}
		}
	})
	for k := range sums {
		whole := sums[k].like()
		var of []Crossed
		for h := range classes {
			of = append(of, sums[k].crossed(h, lines[k]))
			if sums[k].sums[h] != nil {
				if whole.sums[0] == nil {
					whole.sums[0] = make([]int64, len(sums[k].sums[h]))
				}
				plus(whole.sums[0], sums[k].sums[h])
			}
		}
		all = append(all, whole.crossed(0, lines[k]))
		if by == None {
			of = nil
		}
		levels = append(levels, of)
	}
	return all, levels, true
}
