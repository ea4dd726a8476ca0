package diagnose

import "iter"

// Group is the same error many times: of one source, one kind and one path. The
// event is the first of them.
type Group struct {
	Event
	Count int
}

// maxGroups bounds the groups of one log, so that a path with a random name in
// every line does not fill the memory.
const maxGroups = 2000

// Collected is what a log holds.
type Collected struct {
	Groups []Group // by the line of their first event
	Events int     // all events
	// Rest is how many events are in no group, because there are 2,000 already.
	Rest int
}

// Collect groups events. It ends with the first error.
func Collect(events iter.Seq2[Event, error]) (*Collected, error) {
	type key struct {
		source, path string
		kind         Kind
		port         int
	}
	index := map[key]int{}
	c := &Collected{}
	for e, err := range events {
		if err != nil {
			return c, err
		}
		c.Events++
		k := key{e.Source, e.Path, e.Kind, e.Port}
		at, known := index[k]
		switch {
		case known:
			g := &c.Groups[at]
			g.Count++
			if g.Op == UnknownOp {
				g.Op = e.Op
			}
		case len(c.Groups) == maxGroups:
			c.Rest++
		default:
			index[k] = len(c.Groups)
			c.Groups = append(c.Groups, Group{e, 1})
		}
	}
	return c, nil
}
