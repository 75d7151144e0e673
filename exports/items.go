package exports

import (
	"fmt"
	"strconv"

	"paxscore/reports"
)

// itemsLeft and itemsRight are the columns of the Items sheet before and after the counts of each value.
func itemsLeft() []string {
	return []string{"<Key", "<Question", "<Dimension", "<Touchpoint", "<Owner", "Weight", "|Scale", "Mean", "SE of mean", "Index", "Standard error", "from", "to", "n",
		"Top box", "Top box from", "Top box to"}
}

func itemsRight() []string {
	return []string{"Not applic.", "Skipped", "Not asked", "|Status", "<Remarks"}
}

// itemRows is what the Items sheet lists: the items of the report and the single overall question.
func (d *document) itemRows() []*reports.ItemEstimate {
	var out []*reports.ItemEstimate
	overall := d.r.OverallItem
	for i := range d.r.Items {
		if overall != nil && d.r.Items[i].Key == overall.Key {
			overall = nil
		}
		out = append(out, &d.r.Items[i])
	}
	if overall != nil {
		out = append(out, overall)
	}
	return out
}

// values lists every value of the items' scales.
func (d *document) values() []int {
	low, high := 0, -1
	for i, it := range d.itemRows() {
		if i == 0 || it.Low < low {
			low = it.Low
		}
		if i == 0 || it.High > high {
			high = it.High
		}
	}
	var out []int
	for v := low; v <= high; v++ {
		out = append(out, v)
	}
	return out
}

func (d *document) itemsLayout() layout {
	w := []float64{19, 34, 11, 11, 13, 7.5, 7, 7, 7, 7.5, 9, 7.5, 7.5, 9, 8, 8, 8}
	for range d.values() {
		w = append(w, 6.8)
	}
	w = append(w, 8, 8.5, 8, 18, 40)
	return layout{widths: w, head: 4, left: 2, tab: "2E75B6"}
}

// items fills the sheet of the items.
func (d *document) items(s *sheet) {
	b, p := d.b, d.r.Policy
	values := d.values()
	columns := len(itemsLeft()) + len(values) + len(itemsRight())
	d.heading(s, "Items", columns, d.itemsLayout())
	names := itemsLeft()
	for _, v := range values {
		names = append(names, strconv.Itoa(v))
	}
	names = append(names, itemsRight()...)
	s.add(32, b.heads(names...)...)
	for _, x := range d.itemRows() {
		st := x.Status
		cells := []any{b.text(keyText, x.Key), b.text(wrapped, x.Label), b.text(body, x.Dimension), b.text(body, x.Touchpoint), b.text(body, x.Owner),
			d.weight(x), b.text(centred, fmt.Sprintf("%d–%d", x.Low, x.High)), b.figure(two, x.Mean, st, p), b.figure(three, x.MeanSE, st, p),
			b.figure(two, x.Estimate.Estimate, st, p), b.figure(three, x.SE, st, p), b.figure(two, x.Estimate.Low, st, p), b.figure(two, x.Estimate.High, st, p), b.count(whole, x.N, st, p)}
		top := reports.Proportion{Share: reports.None(), SE: reports.None(), Low: reports.None(), High: reports.None()}
		if x.TopBox != nil {
			top = *x.TopBox
		}
		cells = append(cells, b.figure(share, top.Share, st, p), b.figure(share, top.Low, st, p), b.figure(share, top.High, st, p))
		bars := map[int]int{}
		for _, bar := range x.Histogram {
			bars[bar.Value] = bar.N
		}
		for _, v := range values {
			n, ok := bars[v]
			switch {
			case hiddenAs(st, p) != "" && v >= x.Low && v <= x.High:
				cells = append(cells, b.text(muted, hiddenAs(st, p)))
			case ok:
				cells = append(cells, b.integer(whole, n))
			default:
				cells = append(cells, d.blank())
			}
		}
		cells = append(cells, b.count(whole, x.NotApplicable, st, p), b.count(whole, x.Skipped, st, p), b.count(whole, x.NotRouted, st, p), b.status(st, p), b.remarks(x.Warnings))
		s.add(high(x.Label, 34, x.Warnings, 40), cells...)
	}
	d.bars(s, 10, 5)
	s.filter(4, columns)
}

// weight is the item's share of its dimension; an item outside the model has none.
func (d *document) weight(x *reports.ItemEstimate) any {
	if x.Dimension == "" {
		return d.blank()
	}
	return d.b.number(share, x.ItemWeight)
}
