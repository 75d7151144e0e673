package scoring

import "math"

// effectCell is what responses alike but for their score have in common: their number, and Σ(y−shift) and its squares.
type effectCell struct {
	n     int
	y, yy float64
}

// maxEffectCells is the number of sampling units times domains times combinations of covariates up to which responses are summed up by them.
const maxEffectCells = 1 << 20

// cellRows are the responses by sampling unit, domain and levels of the covariates, which give a regression all that it needs of them: two rows
// for each cell whose scores have the mean and the spread of those in it. ok is false where responses are weighted or units of their own, or
// cells are too many.
func (s *Sample) cellRows(v Values, p EffectPlan, width int, out *EffectRegression) (rows effectRows, ok bool) {
	combinations := 1
	for _, c := range p.Covariates {
		combinations = min(combinations*c.Levels, maxEffectCells+1)
	}
	if !s.Even() || s.units == nil || p.Panel != nil || combinations == 0 || s.n*len(p.Domains)*combinations > maxEffectCells {
		return nil, false
	}
	count := s.n * combinations
	of := make([][]effectCell, len(p.Domains)) // by unit and combination
	for d, domain := range p.Domains {
		of[d] = make([]effectCell, count)
		type part struct {
			cells   []effectCell
			unknown int
		}
		for _, part := range inChunks(domain, max(leastChunk, 8*count), func(domain []uint32) part {
			out := part{cells: make([]effectCell, count)}
			r, key := newReading(len(domain)), make([]int, min(len(domain), readBlock))
			eachBlock(domain, func(positions []uint32) {
				key := key[:len(positions)]
				for i, u := range s.units.read(r, positions) {
					key[i] = int(u)
				}
				rows := r.rowsAt(s.rows, positions)
				for k := range p.Covariates {
					c := &p.Covariates[k]
					code := r.code[:len(positions)]
					s.table.Attribute(c.Attribute).Of(rows, code)
					for i, level := range code {
						if n := c.Number[level]; n == None || key[i] < 0 {
							key[i] = -1
						} else {
							key[i] = key[i]*c.Levels + n
						}
					}
				}
				for i, x := range v.read(r, positions) {
					switch {
					case x != x:
					case key[i] < 0:
						out.unknown++
					default:
						x -= v.shift
						cell := &out.cells[key[i]]
						cell.n++
						cell.y += x
						cell.yy += x * x
					}
				}
			})
			return out
		}) {
			out.Unknown += part.unknown
			for k, c := range part.cells {
				into := &of[d][k]
				into.n += c.n
				into.y += c.y
				into.yy += c.yy
				out.Rows[d] += c.n
				out.Responses[d] += c.n
			}
		}
	}
	return func(row func(effectRow), done func()) {
		x := make([]float64, width)
		for at := range count {
			for d := range of {
				c := of[d][at]
				if c.n == 0 {
					continue
				}
				clear(x)
				for k, left, last := len(p.Covariates)-1, at%combinations, width; k >= 0; k-- {
					levels := p.Covariates[k].Levels
					last -= levels
					x[last+left%levels] = 1
					left /= levels
				}
				n := float64(c.n)
				mean := c.y / n
				spread := math.Sqrt(max(0, c.yy/n-mean*mean))
				r := effectRow{y: v.shift + mean, n: c.n, w: n, x: x}
				r.treated, r.after = sides(len(of), d)
				if spread*spread <= 1e-12*(c.yy/n) {
					row(r)
					continue
				}
				r.y, r.n, r.w = v.shift+mean-spread, c.n/2, n/2
				row(r)
				r.y, r.n = v.shift+mean+spread, c.n-c.n/2
				row(r)
			}
			if done != nil && (at+1)%combinations == 0 {
				done()
			}
		}
	}, true
}
