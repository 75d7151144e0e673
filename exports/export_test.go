package exports

// Exposed to tests.
var (
	Clean = clean
	Cut   = cut
)

// WithSheetRows lets a sheet hold only n rows, header included.
func (o Options) WithSheetRows(n int) Options {
	o.sheetRows = n
	return o
}
