package base

import (
	"strings"
	"sync"
)

// entry is one or more repositories whose images are alike.
type entry struct {
	repos []string // normalised; a final "*" stands for any rest
	on    []variant
}

// variant is what tags of an entry are. The first one that fits is taken.
type variant struct {
	parts []string  // one of them must be a part of the tag; nil: any tag
	from  int       // the tag's first number is at least this; a tag without one counts as the newest
	below int       // the tag's first number is below this; 0: no bound
	on    *platform // where the tag names none; nil: only tags that name one
	only  bool      // on, also where the tag names another of its family
	Image *Image    // what it has beside the platform; nil: nothing
}

var merged sync.Map // key → *Image

type key struct {
	variant  *variant
	platform *platform
}

// Lookup finds what is known of an image by its reference: name, tag and
// variant. Names of Docker Hub are normalised; a digest beside a tag is ignored,
// a digest alone is not found where the entry depends on the tag.
func Lookup(ref string) (*Image, bool) {
	r, ok := parseReference(ref)
	if !ok {
		return nil, false
	}
	e := find(r.repo)
	if e == nil {
		return nil, false
	}
	if !r.tagged {
		if len(e.on) != 1 || e.on[0].parts != nil || e.on[0].on == nil {
			return nil, false
		}
		return merge(&e.on[0], e.on[0].on), true
	}
	if hasPart(r.tag, "onbuild") {
		return nil, false // it has instructions of its own
	}
	named := platformOf(r.tag)
	for i := range e.on {
		if v := &e.on[i]; v.fits(r.tag, named) {
			if named == nil || v.only {
				return merge(v, v.on), true
			}
			return merge(v, named), true
		}
	}
	return nil, false
}

// names reports whether the entry is that of a repository.
func (e *entry) names(repo string) bool {
	for _, name := range e.repos {
		if prefix, ok := strings.CutSuffix(name, "*"); name == repo || ok && strings.HasPrefix(repo, prefix) {
			return true
		}
	}
	return false
}

// fits reports whether a tag, which names the platform or nil, is of the variant.
// A variant of no platform of its own is for the tags that name one.
func (v *variant) fits(tag string, named *platform) bool {
	if v.on == nil && named == nil {
		return false
	}
	if major, _, ok := version(tag); ok && (major < v.from || v.below != 0 && major >= v.below) || !ok && v.below != 0 {
		return false
	}
	if v.parts == nil {
		return v.on == nil || named == nil || v.only || named.family() == v.on.family()
	}
	for _, p := range v.parts {
		if hasPart(tag, p) {
			return true
		}
	}
	return false
}

// platformOf is the platform that a part of the tag names, or nil.
func platformOf(tag string) *platform {
	for _, p := range platforms {
		for _, w := range p.words {
			if hasPart(tag, w) {
				return p
			}
		}
	}
	return nil
}

// merge is the image of a variant on a platform, made once.
func merge(v *variant, p *platform) *Image {
	k := key{v, p}
	if m, ok := merged.Load(k); ok {
		return m.(*Image)
	}
	m := p.whole()
	if v.Image != nil {
		m.add(v.Image)
	}
	stored, _ := merged.LoadOrStore(k, &m)
	return stored.(*Image)
}

func (p *platform) family() Family {
	for p.of != nil {
		p = p.of
	}
	return p.Family
}

// whole is the platform with what it is built on.
func (p *platform) whole() Image {
	if p.of == nil {
		return p.Image
	}
	m := p.of.whole()
	m.add(&p.Image)
	return m
}

// add puts on top of m what another layer of facts says.
func (m *Image) add(o *Image) {
	m.Accounts = join(m.Accounts, o.Accounts)
	m.Groups = join(m.Groups, o.Groups)
	m.Maybe = join(m.Maybe, o.Maybe)
	m.Paths = join(m.Paths, o.Paths)
	m.Env = join(m.Env, o.Env)
	m.Volumes = join(m.Volumes, o.Volumes)
	m.Writable = join(m.Writable, o.Writable)
	m.Setuid = join(m.Setuid, o.Setuid)
	m.Loose = m.Loose || o.Loose
	m.Unlisted = m.Unlisted || o.Unlisted
	m.Shell = m.Shell || o.Shell
	m.Adduser = m.Adduser || o.Adduser
	m.Tools = max(m.Tools, o.Tools)
	for _, f := range [...]struct{ to, from *string }{
		{&m.User, &o.User}, {&m.Workdir, &o.Workdir}, {&m.Service, &o.Service}, {&m.Manager, &o.Manager},
		{&m.Drops, &o.Drops}, {&m.DropsTo, &o.DropsTo},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if o.Started {
		m.Started, m.Entrypoint, m.Cmd = true, o.Entrypoint, o.Cmd
	}
	switch {
	case m.Source == "":
		m.Source = o.Source
	case o.Source != "":
		m.Source = o.Source + "; " + m.Source
	}
}

func join[T any](a, b []T) []T {
	if len(b) == 0 {
		return a[:len(a):len(a)]
	}
	return append(a[:len(a):len(a)], b...) // a copy: the platforms are shared
}
