package main

import (
	"runtime"
	"testing"
	"time"
)

// TestGrowth asserts how far the heap may grow by what is in use.
func TestGrowth(t *testing.T) {
	const mega = 1 << 20
	for live, want := range map[uint64]int{0: 3200, 2 * mega: 3200, 8 * mega: 1600, 64 * mega: 200, 200 * mega: 75, 4000 * mega: 75} {
		if got := growthFor(live); got != want {
			t.Errorf("with %d MB in use the heap may grow by %d %%, not %d %%", live/mega, got, want)
		}
	}
}

// TestAfterCollection asserts that each collection is noticed, not only the first.
func TestAfterCollection(t *testing.T) {
	calls := make(chan bool)
	go afterCollection(func() { calls <- true })
	for range 3 {
		deadline := time.After(20 * time.Second)
		for noticed := false; !noticed; {
			runtime.GC()
			select {
			case <-calls:
				noticed = true
			case <-time.After(10 * time.Millisecond):
			case <-deadline:
				t.Fatal("a collection was not noticed")
			}
		}
	}
	go func() { // what still comes must not wait for ever
		for range calls {
		}
	}()
}
