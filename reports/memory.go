package reports

import "paxscore/scoring"

// Memory is the columns of the responses as they lie in memory, for measurements: all of them, or with attributes those of the items and
// of these attributes. It may be read as long as nothing is appended. An attribute that the survey does not have is left out.
func (d *Dataset) Memory(attributes ...string) (columns [][]byte) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if len(attributes) == 0 {
		return d.table.Memory()
	}
	for i := range d.layout.rated {
		columns = append(columns, d.table.Item(i))
	}
	for _, key := range attributes {
		if at := d.layout.attributeAt(key); at != scoring.None {
			columns = append(columns, d.table.Attribute(at).Memory())
		}
	}
	return columns
}

// Forget drops whatever earlier questions left, the verdicts of screening too, so that the next question finds nothing but the responses and what is
// made of each as it comes in. Answers do not change by it; it is for measurements.
func (d *Dataset) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cached, d.kept = cache{}, kept{}
	d.screen = d.layout.screen(d.table)
	d.screen.Update()
	d.screen.Settle()
}
