package fixer

import (
	"strings"

	"nonroot/fixer/edit"
)

const suppression = "nonroot: ignore="

// Ignored reports whether a comment switches the rule off at a place:
// "# nonroot: ignore=rule-id[,rule-id] reason" among the comment lines right
// above the line where the range starts.
func Ignored(rule string, at edit.Range) bool {
	src := at.Src
	for start := src.LineStart(at.Start); start > 0; {
		start = src.LineStart(start - 1)
		text, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(src.Line(start), edit.BOM)), "#")
		if !ok {
			return false
		}
		if ids, ok := strings.CutPrefix(strings.TrimSpace(text), suppression); ok && lists(ids, rule) {
			return true
		}
	}
	return false
}

// lists reports whether the comma-separated ids at the start of text hold rule.
func lists(text, rule string) bool {
	ids, _, _ := strings.Cut(text, " ")
	for id := range strings.SplitSeq(ids, ",") {
		if id == rule {
			return true
		}
	}
	return false
}
