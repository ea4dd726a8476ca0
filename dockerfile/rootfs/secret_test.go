package rootfs_test

import (
	"testing"

	"nonroot/dockerfile/rootfs"
)

// TestSecret asserts that the value of a secret argument finds the image, and is else
// not known, by whatever way it comes to a path.
func TestSecret(t *testing.T) {
	for _, text := range []string{
		"FROM alpine:3.20\nARG P\nWORKDIR /$P\n",
		"ARG P\nFROM alpine:3.20\nARG P\nWORKDIR /$P\n",
		"ARG P\nARG Q=$P\nFROM alpine:3.20\nARG Q\nWORKDIR /$Q\n",
		"FROM alpine:3.20\nARG P\nARG Q=a$P\nWORKDIR /$Q\n",
		"FROM alpine:3.20\nARG P\nENV Q=$P\nWORKDIR /$Q\n",
		"FROM alpine:3.20 AS a\nARG P\nENV Q=$P\nFROM a\nWORKDIR /$Q\n",
	} {
		for _, secret := range []bool{true, false} {
			a := analyze(t, text, rootfs.Options{Args: map[string]string{"P": "word"}, Secret: map[string]bool{"P": secret}})
			if dir, known := a.Stages[len(a.Stages)-1].End().Dir(); known == secret {
				t.Errorf("%q, secret %t: the directory is %q, known %t", text, secret, dir, known)
			}
		}
	}
	a := analyze(t, "ARG P\nFROM alpine:$P\n", rootfs.Options{Args: map[string]string{"P": "3.20"}, Secret: map[string]bool{"P": true}})
	if s := a.Stages[0]; s.Base == nil || s.Ref != "" {
		t.Errorf("the image is known as %v, by the name %q", s.Base, s.Ref)
	}
}
