package browser

import (
	_ "embed"
)

//go:embed check.js
var checks string

// Problems returns what would keep people from using the page as it stands now: no language or title; not exactly one
// first heading, or a level left out; an id used twice; a field without a label, a group without a legend, a link,
// button or picture without words; a reference to nothing; a positive tabindex; a table without headed columns; a
// control under 24 by 24 pixels; text with a contrast under 4.5 to 1 (3 to 1 for large text), WCAG 2.2 AA; and content
// wider than the screen.
func (p *Page) Problems() []string {
	p.t.Helper()
	return Eval[[]string](p, checks)
}

// MustBeReadable reports every problem of the page as an error of the test.
func (p *Page) MustBeReadable(name string) {
	p.t.Helper()
	for _, problem := range p.Problems() {
		p.t.Errorf("%s at %d pixels: %s", name, p.size.Width, problem)
	}
}
