package exports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// look is one of the appearances a cell can have.
type look int

const (
	plainText look = iota
	title
	subtitle
	sectionHead
	header // over figures
	headerLeft
	headerMiddle
	body // text, at the top of its cell
	wrapped
	keyText // a machine's key
	muted   // a figure that is not shown
	mutedHeadline
	mutedTotal
	centred
	note
	whole // n, with thousands separators
	one   // decimals
	two
	three
	exact // as many decimals as there are, for the Checks sheet
	share // percent, one decimal
	headlineText
	headlineMiddle
	headlineOne
	headlineTwo
	headlineThree
	headlineWhole
	totalText
	totalTwo
	totalThree
	totalShare
	totalWhole
	good
	bad
	warn
	care     // a status that is not ok
	dateTime // in the columns of the Responses sheets, as plain as they are
	plainCentre
	comment
	leftWhole // numbers under texts
	leftOne
	leftTwo
	leftThree
	looks
)

const (
	navy  = "1F3A5F"
	pale  = "EAF0F7"
	faint = "D5DBE3"
	grey  = "7A828C"
	black = "1B2430"
)

// hiddenLook is the look of a text in place of a figure of look l.
func hiddenLook(l look) look {
	switch l {
	case headlineOne, headlineTwo, headlineThree, headlineWhole:
		return mutedHeadline
	case totalTwo, totalThree, totalShare, totalWhole:
		return mutedTotal
	}
	return muted
}

// styles makes every look once and returns their numbers in the file.
func styles(f *excelize.File) ([looks]int, error) {
	var ids [looks]int
	for l := range looks {
		id, err := f.NewStyle(style(l))
		if err != nil {
			return ids, fmt.Errorf("make style %d: %w", l, err)
		}
		ids[l] = id
	}
	return ids, nil
}

func style(l look) *excelize.Style {
	font := &excelize.Font{Family: "Calibri", Size: 10, Color: black}
	at := &excelize.Alignment{Vertical: "top"}
	s := &excelize.Style{Font: font, Alignment: at}
	line := func(kind, colour string, sides ...string) {
		s.Border = nil
		for _, side := range sides {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: colour, Style: map[string]int{"thin": 1, "medium": 2}[kind]})
		}
	}
	fill := func(colour string) { s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}} }
	number := func(format string) {
		s.CustomNumFmt = &format
		at.Horizontal = "right"
	}
	switch l {
	case body, wrapped, keyText, muted, centred, whole, one, two, three, exact, share, good, bad, warn, care, leftWhole, leftOne, leftTwo, leftThree:
		line("thin", faint, "bottom")
	case headlineText, headlineMiddle, mutedHeadline, headlineOne, headlineTwo, headlineThree, headlineWhole:
		line("medium", navy, "bottom")
		fill(pale)
		font.Size, font.Bold, at.Vertical = 14, true, "center"
	case totalText, mutedTotal, totalTwo, totalThree, totalShare, totalWhole:
		line("thin", navy, "top", "bottom")
		fill(pale)
		font.Bold = true
	}
	switch l {
	case title:
		font.Size, font.Bold, font.Color, at.Vertical = 18, true, navy, "center"
	case subtitle:
		font.Color = grey
	case sectionHead:
		font.Size, font.Bold, font.Color, at.Vertical = 12, true, navy, "bottom"
	case header, headerLeft, headerMiddle:
		fill(navy)
		font.Bold, font.Color = true, "FFFFFF"
		at.Vertical, at.WrapText = "center", true
		at.Horizontal = map[look]string{header: "right", headerLeft: "left", headerMiddle: "center"}[l]
	case wrapped:
		at.WrapText = true
	case keyText:
		font.Color = grey
	case muted, mutedHeadline, mutedTotal:
		font.Bold = false
		font.Color, font.Italic, at.Horizontal = grey, true, "right"
	case centred:
		at.Horizontal = "center"
	case note:
		font.Color, font.Italic, at.WrapText = grey, true, true
	case whole, headlineWhole, totalWhole, leftWhole:
		number("#,##0")
	case one, headlineOne, leftOne:
		number("0.0")
	case two, headlineTwo, totalTwo, leftTwo:
		number("0.00")
	case three, headlineThree, totalThree, leftThree:
		number("0.000")
	case exact:
		number("#,##0.##########")
	case share, totalShare:
		number("0.0%")
	case good:
		font.Bold, font.Color, at.Horizontal = true, "1D6F42", "center"
		fill("E3F3E9")
	case bad:
		font.Bold, font.Color, at.Horizontal = true, "A61B1B", "center"
		fill("FBE3E3")
	case warn:
		font.Color, at.WrapText = "8A5A00", true
	case care:
		font.Color, at.Horizontal = "8A5A00", "center"
	case dateTime:
		number("yyyy-mm-dd hh:mm:ss")
		at.Vertical = ""
	case comment: // wrapped in a row of one line: else it would run over the edge of the sheet
		at.WrapText = true
	case plainCentre:
		at.Horizontal, at.Vertical = "center", ""
	}
	if l == headlineMiddle {
		font.Size, at.Horizontal = 10, "center"
	}
	if l >= leftWhole && l <= leftThree {
		at.Horizontal = "left"
	}
	return s
}
