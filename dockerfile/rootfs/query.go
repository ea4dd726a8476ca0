package rootfs

import "strings"

// maxWork bounds one question: how many times an event is looked at. A file
// that moves between a hundred places and back is not followed to the end.
const maxWork = 1 << 14

// maxAllWork bounds the same over all questions about a file. What is asked behind
// that is not known: each of ten thousand steps may ask what those before it did.
const maxAllWork = 1 << 26

// query is one question; what copies and moves ask in turn counts too.
type query struct{ work int }

// view is one path as a query follows it through the events of a stage.
type view struct {
	query *query
	stage *Stage
	path  string
	above []Owner // the directories above it, from the root, before the event at hand; nil: none of them is setgid
}

// owner is what is known of p behind the first n events of the stage.
func (s *Stage) owner(p string, n int) Owner {
	if s.work.Load() > maxAllWork {
		return Owner{}
	}
	q := &query{}
	o := q.owner(s, p, n)
	s.work.Add(int64(q.work))
	if q.work > maxWork {
		return Owner{}
	}
	return o
}

func (q *query) owner(s *Stage, p string, n int) Owner {
	if s.maySetgid(p, n) {
		return q.withParents(s, p, n)
	}
	v := view{query: q, stage: s, path: p}
	o := initial(s, p)
	for i := range n {
		if q.work++; q.work > maxWork {
			return Owner{}
		}
		o = v.apply(i, o)
	}
	return o
}

// withParents follows a path together with all directories above it, of which a
// setgid one gives its group to what is made in it.
func (q *query) withParents(s *Stage, p string, n int) Owner {
	views := []view{{query: q, stage: s, path: "/"}}
	for at := 1; p != "/" && at <= len(p); at++ {
		if at == len(p) || p[at] == '/' {
			views = append(views, view{query: q, stage: s, path: p[:at]})
		}
	}
	now, next := make([]Owner, len(views)), make([]Owner, len(views))
	for k := range views {
		now[k] = initial(s, views[k].path)
	}
	for i := range n {
		if q.work += len(views); q.work > maxWork {
			return Owner{}
		}
		for k := range views {
			views[k].above = now[:k]
			next[k] = views[k].apply(i, now[k])
		}
		now, next = next, now
	}
	return now[len(now)-1]
}

// maySetgid reports whether the base image or one of the first n events made a
// directory above p setgid.
func (s *Stage) maySetgid(p string, n int) bool {
	if s.Base != nil {
		for j := range s.Base.Paths {
			if b := &s.Base.Paths[j]; b.Mode&0o2000 != 0 && strings.HasPrefix(p, b.Path) {
				return true
			}
		}
	}
	for j := range n {
		if e := &s.events[j]; e.setgid() {
			if _, under := relative(p, e.path); under {
				return true
			}
		}
	}
	return false
}
