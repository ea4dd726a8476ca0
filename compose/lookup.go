package compose

import (
	"sync"

	"nonroot/compose/tree"
)

// places are where a service has its attributes: 0 for one that it lacks, 1 and so on
// for the pair of its mapping, elsewhere for one that is merged into it or stands
// further back. Most of what is asked of most services is not there.
type places [attributes]uint8

const elsewhere = 255

// byKey are the attributes by their keys.
var byKey = sync.OnceValue(func() map[string]attribute {
	out := make(map[string]attribute, attributes)
	for a := range attributes {
		out[shapes[a].key] = a
	}
	return out
})

// place notes where the service has its attributes.
func (s *Service) place() {
	merging, byKey := false, byKey()
	for i, p := range s.Value.Pairs {
		if p.Merge {
			merging = true
			continue
		}
		if p.Key.Kind > tree.Scalar {
			continue
		}
		if a, ok := byKey[p.Key.Text]; ok {
			s.places[a] = uint8(min(i+1, elsewhere))
		}
	}
	if !merging {
		return
	}
	for a := range shapes {
		if s.places[a] == 0 && s.Value.Lookup(shapes[a].key).Found() {
			s.places[a] = elsewhere
		}
	}
}

// lookup is the entry of an attribute, own or merged: see tree.Value.Lookup.
func (s *Service) lookup(a attribute) tree.Entry {
	switch at := s.places[a]; at {
	case 0:
		return tree.Entry{}
	case elsewhere:
		return s.Value.Lookup(shapes[a].key)
	default:
		return tree.Entry{Pair: s.Value.Pairs[at-1], In: s.Value}
	}
}
