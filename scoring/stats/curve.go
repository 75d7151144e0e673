package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxOperationalShare is the largest part that operational indicators may have in a blended index.
const MaxOperationalShare = 0.3

// Anchor is a declared point of a curve: a measured value and its score.
type Anchor struct {
	Value, Score float64
}

// Curve scores a measured value by straight lines between declared anchors.
type Curve struct {
	anchors []Anchor
}

// NewCurve makes a curve through anchors, whose values must rise from one to the next. It is an error when there are none, values
// do not rise, or a number is not finite.
func NewCurve(anchors []Anchor) (Curve, error) {
	if len(anchors) == 0 {
		return Curve{}, errors.New("curve: no anchors")
	}
	for i, a := range anchors {
		if math.IsNaN(a.Value-a.Value) || math.IsNaN(a.Score-a.Score) {
			return Curve{}, fmt.Errorf("curve: anchor %v at %v is not finite", a.Score, a.Value)
		}
		if i > 0 && !(a.Value > anchors[i-1].Value) {
			return Curve{}, fmt.Errorf("curve: anchor at %v comes after %v", a.Value, anchors[i-1].Value)
		}
	}
	return Curve{anchors: slices.Clone(anchors)}, nil
}

// Score is the score of a value, held to that of the first anchor below it and to that of the last above. NaN for NaN and for the
// zero Curve.
func (c Curve) Score(value float64) float64 {
	if len(c.anchors) == 0 || math.IsNaN(value) {
		return math.NaN()
	}
	i, found := slices.BinarySearchFunc(c.anchors, value, func(a Anchor, v float64) int {
		switch {
		case a.Value < v:
			return -1
		case a.Value > v:
			return 1
		}
		return 0
	})
	switch {
	case found:
		return c.anchors[i].Score
	case i == 0:
		return c.anchors[0].Score
	case i == len(c.anchors):
		return c.anchors[i-1].Score
	}
	a, b := c.anchors[i-1], c.anchors[i]
	part := partOfWay(value, a.Value, b.Value)
	return min(max(a.Score*(1-part)+b.Score*part, min(a.Score, b.Score)), max(a.Score, b.Score))
}

// partOfWay is (x−a)/(b−a); halves keep the differences of the largest numbers finite.
func partOfWay(x, a, b float64) float64 {
	if math.IsInf(b-a, 0) {
		return (x/2 - a/2) / (b/2 - a/2)
	}
	return (x - a) / (b - a)
}

// MinMaxScores are 100·(x−min)/(max−min), for ranking peers only: they change with the set. Give −x where lower is better. Missing values
// (NaN) stay so; everything is NaN when values do not differ or one is infinite.
func MinMaxScores(x []float64) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.NaN()
		if high > low && !math.IsInf(high, 0) && !math.IsInf(low, 0) {
			out[i] = 100 * partOfWay(v, low, high)
		}
	}
	return out
}

// ZScores are (x−x̄)/s with n−1 in the variance, over values that are known. Give −x where lower is better. Missing values (NaN) stay
// so; everything is NaN when fewer than two are known, they do not differ or one is infinite.
func ZScores(x []float64) []float64 {
	var known []float64
	for _, v := range x {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	mean := sumOf(known) / float64(len(known))
	var squares Sum
	for _, v := range known {
		squares.Add((v - mean) * (v - mean))
	}
	sd := math.Sqrt(squares.Value() / float64(len(known)-1))
	differ := len(known) > 1 && slices.Min(known) < slices.Max(known) && sd > 0 && !math.IsInf(sd, 0)
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.NaN()
		if differ {
			out[i] = (v - mean) / sd
		}
	}
	return out
}

// TScores are 50 + 10·z; see ZScores.
func TScores(x []float64) []float64 {
	out := ZScores(x)
	for i := range out {
		out[i] = 50 + 10*out[i]
	}
	return out
}

// Blend is (1−λ)·index + λ·operational, an index with a part λ of operational indicators in it. NaN unless 0 ≤ λ ≤ MaxOperationalShare.
func Blend(index, operational, lambda float64) float64 {
	if !(lambda >= 0 && lambda <= MaxOperationalShare) {
		return math.NaN()
	}
	return (1-lambda)*index + lambda*operational
}

// GeometricBlend is index^(1−λ)·operational^λ, which a weak part pulls down more than Blend. NaN where that is, or when one is negative.
func GeometricBlend(index, operational, lambda float64) float64 {
	if !(lambda >= 0 && lambda <= MaxOperationalShare) || !(index >= 0) || !(operational >= 0) {
		return math.NaN()
	}
	return math.Pow(index, 1-lambda) * math.Pow(operational, lambda)
}
