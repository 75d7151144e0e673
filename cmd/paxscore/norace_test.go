//go:build !race

package main_test

// buildFlags: the program is built as its tests are.
func buildFlags() []string { return nil }
