// Package stats is the numeric kernel: distributions, compensated sums, the variance of linear statistics under a sample
// design, intervals, quantiles and comparisons. Every function takes and returns plain numbers, keeps no state, never
// changes its input and answers NaN, never a panic, for arguments outside its domain.
package stats
