package fixer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
)

// Inspector looks into an image. A platform is as in FROM --platform, empty where
// nothing is said. The error is a clause that names the image and says what
// would settle it.
type Inspector interface {
	Image(ctx context.Context, ref, platform string) (*base.Image, error)
}

// Uninspected is an image that could not be looked into.
type Uninspected struct {
	Ref string
	Err error
}

// looked is what came of looking into an image.
type looked struct {
	image *base.Image
	err   error
}

// asking is an image that is to be looked into, with the platforms that FROMs and
// services ask for.
type asking struct {
	ref       string // as it is written where it is secret
	secret    bool
	platforms []string
}

// atOnce is how many images are looked into at a time.
const atOnce = 4

// Inspect looks into the images of which neither the settings nor the table say
// what is in them, before the projects are worked on. step is told, one call at a
// time, how many are done. What could not be looked into stays unknown, and is
// returned; the error is the end of ctx.
func (ws *Workspace) Inspect(ctx context.Context, with Inspector, step func(done, total int)) ([]Uninspected, error) {
	asked, err := ws.unknownImages(ctx)
	if err != nil {
		return nil, err
	}
	results := make([]looked, len(asked))
	var mu sync.Mutex
	done := 0
	step(done, len(asked))
	var workers errgroup.Group
	workers.SetLimit(atOnce)
	for i, a := range asked {
		workers.Go(func() error {
			if ctx.Err() == nil {
				results[i] = a.ask(ctx, with)
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			step(done, len(asked))
			return nil
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ws.in.looked = map[string]looked{}
	var failed []Uninspected
	for i, a := range asked {
		ws.in.looked[a.ref] = looked{completed(results[i].image, a.ref), results[i].err}
		if results[i].err != nil {
			failed = append(failed, Uninspected{a.ref, results[i].err})
		}
	}
	return failed, nil
}

// unknownImages are those of all projects, by name.
func (ws *Workspace) unknownImages(ctx context.Context) ([]*asking, error) {
	var mu sync.Mutex
	byRef := map[string]*asking{}
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for _, g := range ws.groups {
		workers.Go(func() error {
			_, found, _ := one(ws.in, &g, func(p *Project) ([]asking, error) { return p.unknownImages(), nil })
			mu.Lock()
			defer mu.Unlock()
			for _, wants := range found {
				a := byRef[wants.ref]
				if a == nil {
					a = &asking{ref: wants.ref, secret: wants.secret}
					byRef[wants.ref] = a
				}
				a.platforms = append(a.platforms, wants.platforms...)
			}
			return ctx.Err()
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	var out []*asking
	for _, a := range byRef {
		slices.Sort(a.platforms)
		a.platforms = slices.Compact(a.platforms)
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *asking) int { return cmp.Compare(a.ref, b.ref) })
	return out, nil
}

// unknownImages are the images that what runs in the project is made of, where
// it is not known what is in them.
func (p *Project) unknownImages() []asking {
	var out []asking
	add := func(ref, platform string) {
		if strings.Contains(platform, "$") {
			platform = "" // BuildKit's own variables: what is built for by default
		}
		if facts, ok := p.base(ref); !ok || facts.Unlisted {
			out = append(out, asking{ref: ref, platforms: []string{platform}})
		}
	}
	for _, t := range p.Targets {
		if first := t.Chain()[0]; first.Ref != "" {
			add(first.Ref, first.Syntax.Platform)
		}
	}
	for _, s := range p.Services {
		v := s.Image()
		if v == nil || s.Build() != nil {
			continue
		}
		ref, known := s.Value(v.Text)
		if !known || ref == "" {
			continue
		}
		platform, secret := "", s.Shown(v.Text) != ref
		if item := s.Raw("platform"); item != nil {
			platform, _ = s.Value(item.Text)
			secret = secret || s.Shown(item.Text) != platform
		}
		if facts, ok := p.base(ref); secret && (!ok || facts.Unlisted) {
			out = append(out, asking{ref: s.Shown(v.Text), secret: true})
		} else {
			add(ref, platform)
		}
	}
	return out
}

// errSecretName is why nobody is asked about an image: whoever wrote the compose file
// chose the host that would be told the name.
var errSecretName = errors.New("its name has a value of .env, which may be a secret: write the name in the compose file")

// ask looks into an image for each of its platforms, which must have the same to say.
func (a *asking) ask(ctx context.Context, with Inspector) looked {
	if a.secret {
		return looked{err: errSecretName}
	}
	var first looked
	for i, platform := range a.platforms {
		image, err := with.Image(ctx, a.ref, platform)
		switch {
		case err != nil:
			return looked{err: err}
		case i == 0:
			first = looked{image: image}
		case !alike(first.image, image):
			return looked{err: fmt.Errorf("the image %s is not the same for %s", a.ref, strings.Join(a.platforms, " and "))}
		}
	}
	return first
}

// alike compares what is known of two images, but for where it is from.
func alike(a, b *base.Image) bool {
	x, y := *a, *b
	x.Source, y.Source = "", ""
	return reflect.DeepEqual(x, y)
}

// found is what is known of an image: the settings come before the table, and
// the table before what was seen in the image.
func (in *input) found(ref string) (*base.Image, bool) {
	if family, ok := in.settings.Family(ref); ok {
		return familyBase(family)
	}
	known, ok := in.table(ref)
	if seen := in.looked[ref].image; seen != nil && (!ok || known.Unlisted) {
		return seen, true
	}
	return known, ok
}

// table is base.Lookup, asked once for each name: every service and stage asks, and
// most repositories use few images.
func (in *input) table(ref string) (*base.Image, bool) {
	if image, asked := in.bases.Load(ref); asked {
		return image.(*base.Image), image != (*base.Image)(nil)
	}
	image, ok := base.Lookup(ref)
	in.bases.Store(ref, image)
	return image, ok
}

// completed is what was seen in an image, with what the table knows of it that no
// image tells.
func completed(seen *base.Image, ref string) *base.Image {
	known, ok := base.Lookup(ref)
	if !ok || seen == nil {
		return seen
	}
	m := *seen
	m.Service, m.Drops, m.DropsTo = cmp.Or(m.Service, known.Service), cmp.Or(m.Drops, known.Drops), cmp.Or(m.DropsTo, known.DropsTo)
	m.Writable = known.Writable
	if len(m.IDs) == 0 {
		m.IDs = known.IDs
	}
	return &m
}

// unseen says why an image could not be looked into; empty where nobody tried.
func (in *input) unseen(ref string) string {
	if err := in.looked[ref].err; err != nil {
		return err.Error()
	}
	return ""
}

// explain puts into the stages of which the image is not known why it could not
// be looked into.
func (in *input) explain(a *rootfs.Analysis) {
	for _, s := range a.Stages {
		if why := in.unseen(s.Ref); why != "" && s.Base == nil {
			s.Why += " (" + why + ")"
			s.Asked = true
		}
	}
}
