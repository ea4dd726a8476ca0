package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapGrowth is by how many bytes the heap may grow over what is in use before it is
	// collected.
	heapGrowth = 128 << 20
	// leastGrowth is how far it may grow in any case, in percent of what is in use.
	leastGrowth = 75
	// mostGrowth has the first collection begin there: the runtime lets the heap grow to
	// its growth in percent of 4 MiB where less is in use.
	mostGrowth = 100 * heapGrowth / (4 << 20)
)

// spareMemory has the garbage collector run where the heap has grown by heapGrowth. It
// decides anew after each collection.
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
	return min(max(int(100*heapGrowth/max(live, 1)), leastGrowth), mostGrowth)
}

// afterCollection calls do after each collection, one call at a time.
func afterCollection(do func()) {
	type sentinel struct{ _ *int } // with a pointer, it has a collection of its own
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		do()
		afterCollection(do)
	})
}
