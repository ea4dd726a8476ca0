package fixer

// disjoint is a union of names; the smallest name of a set stands for it.
type disjoint struct{ parent map[string]string }

func newDisjoint() *disjoint { return &disjoint{map[string]string{}} }

func (d *disjoint) top(name string) string {
	up, ok := d.parent[name]
	if !ok || up == name {
		d.parent[name] = name
		return name
	}
	root := d.top(up)
	d.parent[name] = root
	return root
}

func (d *disjoint) join(a, b string) {
	x, y := d.top(a), d.top(b)
	if y < x {
		x, y = y, x
	}
	d.parent[y] = x
}

// all maps every name to the one that stands for its set.
func (d *disjoint) all() map[string]string {
	out := map[string]string{}
	for name := range d.parent {
		out[name] = d.top(name)
	}
	return out
}
