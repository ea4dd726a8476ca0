package rules_test

import (
	"math/rand"
	"testing"
)

// FuzzFix fixes projects that are put together as the bytes say, and asserts of
// each what must hold of any fix, for the project and for its twins.
func FuzzFix(f *testing.F) {
	for seed := range int64(40) {
		choices := make([]byte, 120)
		rand.New(rand.NewSource(seed)).Read(choices)
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		fixGenerated(t, rand.New(&given{choices}))
	})
}

// given is a source of numbers that are given: one byte decides each choice among
// up to 256, and behind the last one every choice is the first.
type given struct{ bytes []byte }

func (g *given) Int63() int64 {
	if len(g.bytes) == 0 {
		return 0
	}
	b := g.bytes[0]
	g.bytes = g.bytes[1:]
	return int64(b) << 32 // rand.Intn takes the upper half
}

func (*given) Seed(int64) {}
