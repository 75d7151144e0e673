package web

import (
	"html/template"
	"time"
)

// functions are what templates need beyond the standard ones: joining values for a nested template, which takes one.
func functions() template.FuncMap {
	return template.FuncMap{
		"pair":  func(of any, w *words) pair { return pair{of, w} },
		"place": func(a axis, d dot) placed { return placed{a, d} },
		"columns": func(of segmentation, names []string, confidence string) columns {
			return columns{of, names, confidence}
		},
		"dateType": func(value string) string {
			if _, err := time.Parse(time.DateOnly, value); value == "" || err == nil {
				return "date"
			}
			return "text"
		},
		"code": inlineCode,
	}
}

// pair is a part of a form with the words around it.
type pair struct {
	Of    any
	Words *words
}

// placed is a dot on its axis.
type placed struct {
	Axis axis
	Dot  dot
}

// columns is a table of groups with the heads of its columns.
type columns struct {
	Of         segmentation
	Names      []string
	Confidence string
}
