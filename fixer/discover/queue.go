package discover

import (
	"runtime"
	"sync"
)

// queue has the folders that are yet to be listed, the last found first, so that
// there are few of them at a time.
type queue struct {
	mu      sync.Mutex
	more    sync.Cond
	folders []*folder
	busy    int // workers that may add folders
	idle    int // workers that wait
}

// drain has list called for a folder, the folders that it returns, and so on, as
// many at a time as there are cores.
func drain(first *folder, list func(*folder) []*folder) {
	q := &queue{folders: []*folder{first}}
	q.more.L = &q.mu
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() { q.work(list) })
	}
	workers.Wait()
}

func (q *queue) work(list func(*folder) []*folder) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for len(q.folders) == 0 && q.busy > 0 {
			q.idle++
			q.more.Wait()
			q.idle--
		}
		if len(q.folders) == 0 {
			q.more.Broadcast() // there will be no more
			return
		}
		last := len(q.folders) - 1
		f := q.folders[last]
		q.folders = q.folders[:last]
		q.busy++
		q.mu.Unlock()
		found := list(f)
		q.mu.Lock()
		q.busy--
		q.folders = append(q.folders, found...)
		for range min(q.idle, len(q.folders)-1) { // this one takes one itself
			q.more.Signal()
		}
	}
}
