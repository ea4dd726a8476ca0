package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapBudget is to how many bytes the heap may grow before it is collected, as far
	// as what is in use leaves room; beyond, memory is worth more than time.
	heapBudget = 192 << 20
	// How far the heap may grow over what is in use, in percent of that.
	mostGrowth, leastGrowth = 400, 75
)

// spareMemory has the garbage collector run seldom while little memory is in use,
// and often where a repository is large. It decides anew after each collection.
func spareMemory() {
	growth := mostGrowth
	debug.SetGCPercent(growth)
	afterCollection(func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if now := growthFor(live[0].Value.Uint64()); now != growth {
			growth = now
			debug.SetGCPercent(growth)
		}
	})
}

// growthFor is the growth for so many bytes in use.
func growthFor(live uint64) int {
	return int(min(max(100*heapBudget/max(live, 1), 100+leastGrowth), 100+mostGrowth)) - 100
}

// afterCollection calls do after each collection, one call at a time.
func afterCollection(do func()) {
	type sentinel struct{ _ *int } // with a pointer, it has a collection of its own
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		do()
		afterCollection(do)
	})
}
