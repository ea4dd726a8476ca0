package rules

import "nonroot/fixer"

// WrittenDirs are the directories of an image that its program writes by all
// evidence: those that the build makes under a name that says so.
func WrittenDirs(t *fixer.Target) []string { return madeToBeWritten(t) }
