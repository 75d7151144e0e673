package stats

import (
	"cmp"
	"math"
	"slices"
)

// Small dense matrices are rows of equal length, [][]float64. Those called symmetric are read in their lower triangle only.
// Inputs are never changed.

// Cholesky is the lower triangular L with a = LL′ of a symmetric positive definite matrix. It is false for a matrix that is
// empty, not square, not finite or not positive definite to working accuracy: a pivot below 16·n·2⁻⁵² of its diagonal entry,
// whatever the scale of the rows.
func Cholesky(a [][]float64) ([][]float64, bool) {
	n := len(a)
	if !square(a) {
		return nil, false
	}
	l := zeros(n, n)
	least := 16 * float64(n) * 0x1p-52
	for j := range n {
		d := a[j][j]
		for _, v := range l[j][:j] {
			d -= v * v
		}
		if !(a[j][j] > 0) || !(d > least*a[j][j]) || math.IsInf(d, 0) {
			return nil, false
		}
		l[j][j] = math.Sqrt(d)
		for i := j + 1; i < n; i++ {
			s := a[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			l[i][j] = s / l[j][j]
			if math.IsNaN(l[i][j]) || math.IsInf(l[i][j], 0) {
				return nil, false
			}
		}
	}
	return l, true
}

// CholeskySolve is the x with ax = b for a symmetric positive definite a. It is false where Cholesky is and when b has
// another length.
func CholeskySolve(a [][]float64, b []float64) ([]float64, bool) {
	l, ok := Cholesky(a)
	if !ok || len(b) != len(l) {
		return nil, false
	}
	x := slices.Clone(b)
	forward(l, x)
	backward(l, x)
	return x, true
}

// forward replaces x by L⁻¹x.
func forward(l [][]float64, x []float64) {
	for i, row := range l {
		for k, v := range row[:i] {
			x[i] -= v * x[k]
		}
		x[i] /= row[i]
	}
}

// backward replaces x by L′⁻¹x.
func backward(l [][]float64, x []float64) {
	for i := len(l) - 1; i >= 0; i-- {
		for k := i + 1; k < len(l); k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
}

// Inverse is the inverse of a symmetric positive definite matrix, exactly symmetric. It is false where Cholesky is.
func Inverse(a [][]float64) ([][]float64, bool) {
	l, ok := Cholesky(a)
	if !ok {
		return nil, false
	}
	n := len(l)
	out := zeros(n, n)
	for j := range n {
		e := make([]float64, n)
		e[j] = 1
		forward(l, e)
		backward(l, e)
		for i := j; i < n; i++ {
			out[i][j], out[j][i] = e[i], e[i]
		}
	}
	return out, true
}

// LogDet is ln|a| of a symmetric positive definite matrix. It is false where Cholesky is.
func LogDet(a [][]float64) (float64, bool) {
	l, ok := Cholesky(a)
	if !ok {
		return math.NaN(), false
	}
	var s Sum
	for i := range l {
		s.Add(2 * math.Log(l[i][i]))
	}
	return s.Value(), true
}

// SymmetricEigen gives the eigenvalues of a symmetric matrix, descending, and its orthonormal eigenvectors in the columns of
// vectors, each with its entry of largest magnitude positive. It rotates off-diagonal entries away in sweeps (Jacobi 1846, in
// the cyclic form of Rutishauser 1966), which keeps every digit of the small eigenvalues that the entries carry. Both are nil
// for a matrix that is empty, not square or not finite.
func SymmetricEigen(a [][]float64) (values []float64, vectors [][]float64) {
	n := len(a)
	if !square(a) {
		return nil, nil
	}
	m, v := zeros(n, n), zeros(n, n)
	largest := 0.0
	for i := range n {
		v[i][i] = 1
		for j := range i + 1 {
			m[i][j], m[j][i] = a[i][j], a[i][j]
			largest = max(largest, math.Abs(a[i][j]))
		}
	}
	if math.IsNaN(largest) || math.IsInf(largest, 0) {
		return nil, nil
	}
	// A power of two brings the entries near 1, so that squares neither overflow nor vanish, and takes no digit.
	_, exponent := math.Frexp(largest)
	for i := range m {
		for j := range m[i] {
			m[i][j] = math.Ldexp(m[i][j], -exponent)
		}
	}
	const sweeps = 60
	for range sweeps {
		if !jacobiSweep(m, v) {
			break
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(m[j][j], m[i][i]) })
	vectors = zeros(n, n)
	for k, from := range order {
		values = append(values, math.Ldexp(m[from][from], exponent))
		sign, top := 1.0, 0.0
		for i := range n {
			if x := v[i][from]; math.Abs(x) > top {
				top, sign = math.Abs(x), math.Copysign(1, x)
			}
		}
		for i := range n {
			vectors[i][k] = sign * v[i][from]
		}
	}
	return values, vectors
}

// jacobiSweep rotates every off-diagonal entry of m to zero once and v with it; false when all were negligible.
func jacobiSweep(m, v [][]float64) bool {
	rotated := false
	for p := range m {
		for q := p + 1; q < len(m); q++ {
			if math.Abs(m[p][q]) <= 0x1p-54*math.Sqrt(math.Abs(m[p][p]))*math.Sqrt(math.Abs(m[q][q])) || math.Abs(m[p][q]) < 0x1p-600 {
				continue
			}
			rotated = true
			theta := (m[q][q] - m[p][p]) / (2 * m[p][q])
			t := 1 / (math.Abs(theta) + math.Hypot(theta, 1))
			if theta < 0 {
				t = -t
			}
			c := 1 / math.Sqrt(t*t+1)
			s := t * c
			m[p][p] -= t * m[p][q]
			m[q][q] += t * m[p][q]
			m[p][q], m[q][p] = 0, 0
			for i := range m {
				if i != p && i != q {
					x, y := m[i][p], m[i][q]
					m[i][p], m[i][q] = c*x-s*y, s*x+c*y
					m[p][i], m[q][i] = m[i][p], m[i][q]
				}
				x, y := v[i][p], v[i][q]
				v[i][p], v[i][q] = c*x-s*y, s*x+c*y
			}
		}
	}
	return rotated
}

// square says that a has as many columns as rows, and at least one.
func square(a [][]float64) bool {
	for _, row := range a {
		if len(row) != len(a) {
			return false
		}
	}
	return len(a) > 0
}

// zeros is a matrix of zeros on one backing array.
func zeros(rows, columns int) [][]float64 {
	flat := make([]float64, rows*columns)
	out := make([][]float64, rows)
	for i := range out {
		out[i] = flat[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return out
}
