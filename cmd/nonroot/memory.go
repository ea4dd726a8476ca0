package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapBudget is to how many bytes the heap may grow before it is collected, as far
	// as what is in use leaves room; beyond, memory is worth more than time.
	heapBudget = 128 << 20
	// leastGrowth is how far the heap may grow in any case over what is in use, in percent.
	leastGrowth = 75
	// mostGrowth has the first collection begin at the budget: the runtime lets the heap
	// grow to its growth in percent of 4 MiB where less is in use.
	mostGrowth = 100 * heapBudget / (4 << 20)
)

// spareMemory has the garbage collector run where the heap has grown to the budget, and
// more often where a repository is large. It decides anew after each collection.
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
	return min(max(int(100*heapBudget/max(live, 1))-100, leastGrowth), mostGrowth)
}

// afterCollection calls do after each collection, one call at a time.
func afterCollection(do func()) {
	type sentinel struct{ _ *int } // with a pointer, it has a collection of its own
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		do()
		afterCollection(do)
	})
}
