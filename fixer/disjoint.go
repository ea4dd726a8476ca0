package fixer

// disjoint is a union of names; the smallest name of a set stands for it.
type disjoint struct{ parent map[string]string }

func newDisjoint() *disjoint { return &disjoint{map[string]string{}} }

func (d *disjoint) top(name string) string {
	up, ok := d.parent[name]
	if !ok {
		d.parent[name] = name
		return name
	}
	if up == name {
		return name
	}
	root := d.top(up)
	if root != up {
		d.parent[name] = root
	}
	return root
}

func (d *disjoint) join(a, b string) {
	x, y := d.top(a), d.top(b)
	if x == y {
		return
	}
	if y < x {
		x, y = y, x
	}
	d.parent[y] = x
}

// all yields every name and the one that stands for its set.
func (d *disjoint) all(yield func(name, top string) bool) {
	for name := range d.parent {
		if !yield(name, d.top(name)) {
			return
		}
	}
}
