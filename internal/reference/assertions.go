package reference

import (
	"fmt"
	"math"
)

// Asserted notes that the leaf at path was compared, with the relative difference met.
func (f *File) Asserted(path string, tolerance, difference float64) {
	f.T.Helper()
	f.take(path)
	if old, again := f.asserted[path]; again {
		difference = math.Max(difference, old.difference)
	}
	f.asserted[path] = check{tolerance, difference}
}

// Equal asserts a number to a relative tolerance. A want of 0 is met within the tolerance itself, null by NaN.
func (f *File) Equal(path string, got, tolerance float64) {
	f.T.Helper()
	want := f.Number(path)
	difference := Relative(got, want)
	f.Asserted(path, tolerance, difference)
	if !(difference <= tolerance) {
		f.T.Errorf("%s: %s = %.17g, want %.17g (relative %.2g > %.0e)", f.Name, path, got, want, difference, tolerance)
	}
}

// Near asserts a number that may be the rounding of 0: to a tolerance relative to the leaf or, when that is larger, to scale.
func (f *File) Near(path string, got, tolerance, scale float64) {
	f.T.Helper()
	if want := f.Number(path); math.Abs(want) < scale && math.Abs(got-want) <= tolerance*scale {
		f.Asserted(path, tolerance, 0)
		return
	}
	f.Equal(path, got, tolerance)
}

// Within asserts a number to an absolute distance.
func (f *File) Within(path string, got, distance float64) {
	f.T.Helper()
	want := f.Number(path)
	f.Asserted(path, distance, math.Abs(got-want))
	if !(math.Abs(got-want) <= distance) {
		f.T.Errorf("%s: %s = %.17g, want %.17g within %g", f.Name, path, got, want, distance)
	}
}

// Count asserts a whole number.
func (f *File) Count(path string, got int) {
	f.T.Helper()
	f.Equal(path, float64(got), 0)
}

// Pair asserts the two ends of an interval.
func (f *File) Pair(path string, low, high, tolerance float64) {
	f.T.Helper()
	f.Equal(path+".0", low, tolerance)
	f.Equal(path+".1", high, tolerance)
}

// Slice asserts a list of numbers, which may be empty.
func (f *File) Slice(path string, got []float64, tolerance float64) {
	f.T.Helper()
	if n := f.Length(path); n != len(got) {
		f.T.Errorf("%s: %d values at %s, want %d", f.Name, len(got), path, n)
		return
	}
	if len(got) == 0 {
		f.Asserted(path, 0, 0)
	}
	for i, v := range got {
		f.Equal(fmt.Sprintf("%s.%d", path, i), v, tolerance)
	}
}

// Counts asserts a list of whole numbers, which may be empty.
func (f *File) Counts(path string, got []int) {
	f.T.Helper()
	values := make([]float64, len(got))
	for i, v := range got {
		values[i] = float64(v)
	}
	f.Slice(path, values, 0)
}

// Matrix asserts a list of lists.
func (f *File) Matrix(path string, got [][]float64, tolerance float64) {
	f.T.Helper()
	for i, row := range got {
		f.Slice(fmt.Sprintf("%s.%d", path, i), row, tolerance)
	}
}

// EqualText asserts a text.
func (f *File) EqualText(path, got string) {
	f.T.Helper()
	if want := f.Text(path); got != want {
		f.T.Errorf("%s: %s = %q, want %q", f.Name, path, got, want)
	}
	f.Asserted(path, 0, 0)
}

// Texts asserts a list of texts.
func (f *File) Texts(path string, got []string) {
	f.T.Helper()
	if n := f.Length(path); n != len(got) {
		f.T.Errorf("%s: %d texts at %s, want %d", f.Name, len(got), path, n)
		return
	}
	for i, v := range got {
		f.EqualText(fmt.Sprintf("%s.%d", path, i), v)
	}
}

// Bool asserts a truth value.
func (f *File) Bool(path string, got bool) {
	f.T.Helper()
	if want := f.take(path); want != got {
		f.T.Errorf("%s: %s = %t, want %v", f.Name, path, got, want)
	}
	f.Asserted(path, 0, 0)
}

// Printed asserts a figure that was published with so many decimals: to half a unit of the last.
func (f *File) Printed(path string, got float64, decimals int) {
	f.T.Helper()
	unit := math.Pow(10, -float64(decimals))
	want := f.Number(path)
	f.Asserted(path, unit, Relative(got, want))
	if !(math.Abs(got-want) <= 0.5*unit*(1+1e-9)) {
		f.T.Errorf("%s: %s = %.17g, printed %v", f.Name, path, got, want)
	}
}

// Relative is |got−want|/|want|, |got| where want is 0, 0 where both are NaN and +Inf where one is.
func Relative(got, want float64) float64 {
	if got == want || (math.IsNaN(got) && math.IsNaN(want)) {
		return 0
	}
	if want == 0 {
		return math.Abs(got)
	}
	d := math.Abs(got-want) / math.Abs(want)
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}
