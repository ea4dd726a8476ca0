package base

import "sync"

var merged sync.Map // key → *Image

type key struct {
	variant  *variant
	platform *document
}

// Lookup finds what is known of an image by its reference: name, tag and
// variant. Names of Docker Hub are normalised; a digest beside a tag is ignored,
// a digest alone is not found where what is known depends on the tag. It may be
// called at the same time from several goroutines; what it decodes it keeps.
func Lookup(ref string) (*Image, bool) {
	r, ok := parseReference(ref)
	if !ok {
		return nil, false
	}
	x := documents()
	d := x.find(r.repo)
	if d == nil {
		return nil, false
	}
	variants := d.whole().Variants
	if !r.tagged {
		if v := variants[0]; len(variants) == 1 && v.Tags == nil && v.On != "" {
			return x.merge(v, x.platforms[v.On]), true
		}
		return nil, false
	}
	if hasPart(r.tag, "onbuild") {
		return nil, false // it has instructions of its own
	}
	named := x.named(r.tag)
	if named != nil && x.familyOf(named) == Windows {
		return x.merge(nil, named), true
	}
	for _, v := range variants {
		if !x.fits(v, r.tag, named) {
			continue
		}
		if named == nil || v.Only {
			named = x.platforms[v.On]
		}
		return x.merge(v, named), true
	}
	return nil, false
}

// fits reports whether a tag, which names the platform or nil, is of the variant.
// A variant of no platform of its own is for the tags that name one.
func (x *index) fits(v *variant, tag string, named *document) bool {
	if v.On == "" && named == nil {
		return false
	}
	if at, ok := version(tag); ok && (at.less(v.From) || v.Below != release{} && !at.less(v.Below)) || !ok && v.Below != (release{}) {
		return false
	}
	if v.Tags == nil {
		return v.On == "" || named == nil || v.Only || x.familyOf(named) == x.familyOf(x.platforms[v.On])
	}
	for _, part := range v.Tags {
		if hasPart(tag, part) {
			return true
		}
	}
	return false
}

// merge is the image of a variant on a platform, or of the platform alone, made once.
func (x *index) merge(v *variant, platform *document) *Image {
	k := key{v, platform}
	if m, ok := merged.Load(k); ok {
		return m.(*Image)
	}
	m := x.standing(platform)
	if v != nil {
		m.add(&v.image)
	}
	stored, _ := merged.LoadOrStore(k, &m)
	return stored.(*Image)
}

// standing is a platform with what it is built on.
func (x *index) standing(platform *document) Image {
	own := &platform.whole().Variants[0].image
	if platform.of == "" {
		m := *own
		m.Family = platform.family
		return m
	}
	m := x.standing(x.platforms[platform.of])
	m.add(own)
	return m
}
