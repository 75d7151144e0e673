package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// positive draws a symmetric positive definite matrix X′X + ridge·I.
func positiveMatrix(t *rapid.T) [][]float64 {
	n := rapid.IntRange(1, 8).Draw(t, "size")
	x := make([][]float64, n+3)
	for i := range x {
		x[i] = rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "row")
	}
	a := emptySquare(n)
	for i := range n {
		for j := range n {
			for _, row := range x {
				a[i][j] += row[i] * row[j]
			}
		}
		a[i][i] += 0.1
	}
	return a
}

func emptySquare(n int) [][]float64 {
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
	}
	return a
}

func matrixProduct(a, b [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = make([]float64, len(b[0]))
		for j := range out[i] {
			for k := range b {
				out[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return out
}

func matrixTransposed(a [][]float64) [][]float64 {
	out := make([][]float64, len(a[0]))
	for j := range out {
		for i := range a {
			out[j] = append(out[j], a[i][j])
		}
	}
	return out
}

// Each decomposition gives its matrix back, and solving agrees with the inverse and with the eigenvalues.
func TestMatrixDecompositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := positiveMatrix(t)
		n := len(a)
		scale := 0.0
		for i := range a {
			scale = max(scale, a[i][i])
		}
		l, ok := stats.Cholesky(a)
		if !ok {
			t.Fatal("positive definite matrix refused")
		}
		back := matrixProduct(l, matrixTransposed(l))
		values, vectors := stats.SymmetricEigen(a)
		scaled := emptySquare(n)
		for i := range n {
			for j := range n {
				scaled[i][j] = vectors[i][j] * values[j]
			}
		}
		spectral := matrixProduct(scaled, matrixTransposed(vectors))
		orthogonal := matrixProduct(matrixTransposed(vectors), vectors)
		inverse, ok := stats.Inverse(a)
		if !ok {
			t.Fatal("no inverse")
		}
		unit := matrixProduct(a, inverse)
		b := rapid.SliceOfN(rapid.Float64Range(-5, 5), n, n).Draw(t, "b")
		x, ok := stats.CholeskySolve(a, b)
		if !ok {
			t.Fatal("not solved")
		}
		logs, previous := 0.0, math.Inf(1)
		for i := range n {
			sum := 0.0
			for j := range n {
				same(t, "Cholesky", back[i][j], a[i][j], scale)
				same(t, "spectral", spectral[i][j], a[i][j], scale)
				identity := 0.0
				if i == j {
					identity = 1
				}
				same(t, "orthogonal", orthogonal[i][j], identity, 1)
				same(t, "inverse", unit[i][j], identity, scale)
				sum += a[i][j] * x[j]
			}
			same(t, "solution", sum, b[i], scale)
			logs += math.Log(values[i])
			if values[i] > previous {
				t.Errorf("eigenvalues not descending: %v", values)
			}
			previous = values[i]
		}
		logDet, ok := stats.LogDet(a)
		if !ok {
			t.Fatal("no determinant")
		}
		same(t, "determinant", logDet, logs, 1)
	})
}

// The n×n matrix of r off a diagonal of 1 has one eigenvalue 1+(n−1)r and n−1 of 1−r, and inverse (1/(1−r))(I − rJ/(1+(n−1)r)).
func TestMatrixEqualCorrelation(t *testing.T) {
	const n, r = 6, 0.999
	a := emptySquare(n)
	for i := range a {
		for j := range a {
			a[i][j] = r
		}
		a[i][i] = 1
	}
	values, _ := stats.SymmetricEigen(a)
	for i, v := range values {
		want := 1 - r
		if i == 0 {
			want = 1 + (n-1)*r
		}
		if relative(v, want) > 1e-12 {
			t.Errorf("eigenvalue %d = %.17g, want %.17g", i, v, want)
		}
	}
	inverse, _ := stats.Inverse(a)
	if want := (1 - r/(1+(n-1)*r)) / (1 - r); relative(inverse[2][2], want) > 1e-11 {
		t.Errorf("inverse %.17g, want %.17g", inverse[2][2], want)
	}
}

func TestMatrixRefusals(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, a := range map[string][][]float64{
		"empty":        nil,
		"ragged":       {{1, 0}, {0}},
		"wide":         {{1, 0}},
		"singular":     {{1, 1}, {1, 1}},
		"nearly":       {{1, 1 - 1e-15}, {1 - 1e-15, 1}},
		"indefinite":   {{1, 2}, {2, 1}},
		"zero":         {{0}},
		"missing":      {{1, 0}, {nan, 1}},
		"infinite":     {{inf, 0}, {0, 1}},
		"off infinite": {{1, 0}, {inf, 1}},
	} {
		if _, ok := stats.Cholesky(a); ok {
			t.Errorf("Cholesky of %s", name)
		}
		if _, ok := stats.Inverse(a); ok {
			t.Errorf("inverse of %s", name)
		}
		if _, ok := stats.LogDet(a); ok {
			t.Errorf("determinant of %s", name)
		}
		if _, ok := stats.CholeskySolve(a, []float64{1, 1}); ok {
			t.Errorf("solution of %s", name)
		}
	}
	if _, ok := stats.CholeskySolve([][]float64{{1}}, []float64{1, 2}); ok {
		t.Error("right side of another length")
	}
	if values, vectors := stats.SymmetricEigen([][]float64{{1, 0}, {nan, 1}}); values != nil || vectors != nil {
		t.Error("eigenvalues of a missing entry")
	}
}

// Any entries are answered: finite ones by orthonormal vectors and values that sum to the trace.
func FuzzEigen(f *testing.F) {
	f.Add(1.0, 0.5, 1.0, 0.2, 0.1, 1.0)
	f.Add(1e300, -1e300, 1e-300, 0.0, 1e308, 5e-324)
	f.Add(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
	f.Add(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g float64) {
		m := [][]float64{{a, 0, 0}, {b, c, 0}, {d, e, g}}
		values, vectors := stats.SymmetricEigen(m)
		if values == nil {
			return
		}
		largest := 0.0
		for _, x := range []float64{a, b, c, d, e, g} {
			largest = max(largest, math.Abs(x))
		}
		if largest == 0 || largest > 1e307 || largest < 1e-300 {
			return
		}
		if got, want := (values[0]/largest + values[1]/largest + values[2]/largest), a/largest+c/largest+g/largest; math.Abs(got-want) > 1e-13 {
			t.Errorf("values of %v sum to %g, want %g", m, got, want)
		}
		gram := matrixProduct(matrixTransposed(vectors), vectors)
		for i := range gram {
			for j := range gram {
				want := 0.0
				if i == j {
					want = 1
				}
				if math.Abs(gram[i][j]-want) > 1e-13 {
					t.Errorf("vectors of %v are not orthonormal: %v", m, gram)
				}
			}
		}
	})
}
