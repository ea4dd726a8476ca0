// Package inspect looks into images: what their configuration and their files
// say about accounts, account tools, owners and how they start. An image is a
// stranger's: it is read within limits, its links are followed inside of it
// alone, and no part of it is ever run.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"nonroot/dockerfile/base"
)

// Source is where images are.
type Source interface {
	// Find finds an image by its reference. A platform is "os/architecture", with
	// a variant where it has one; empty is what the source takes unasked. An
	// *Unavailable error says that the source cannot be asked at all.
	Find(ctx context.Context, ref name.Reference, platform string) (Found, error)
	// String is the name of the source in messages.
	String() string
}

// Found is an image that can be looked into.
type Found struct {
	Digest string // names the content for ever, with the platform
	Look   func(context.Context) (*Seen, error)
}

// Unavailable says that a source cannot be asked for any image.
type Unavailable struct{ Reason string }

func (u *Unavailable) Error() string { return u.Reason }

// Inspector asks a source for images, each once, and remembers what it saw.
type Inspector struct {
	source  Source
	cache   cache
	timeout time.Duration // for one image

	mu   sync.Mutex
	asks map[question]*answer
}

type question struct{ ref, platform string }

type answer struct {
	once  sync.Once
	image *base.Image
	err   error
}

// Timeout is how long one image may take.
const Timeout = 5 * time.Minute

// New is an inspector that keeps what it saw in a folder; empty: nowhere.
func New(source Source, folder string) *Inspector {
	return &Inspector{source: source, cache: cache{folder}, timeout: Timeout, asks: map[question]*answer{}}
}

// String is the name of the source.
func (i *Inspector) String() string { return i.source.String() }

// Image is what the source has under a reference. The error is a clause for a
// message that names the image, and says what would settle it.
func (i *Inspector) Image(ctx context.Context, ref, platform string) (*base.Image, error) {
	i.mu.Lock()
	a := i.asks[question{ref, platform}]
	if a == nil {
		a = &answer{}
		i.asks[question{ref, platform}] = a
	}
	i.mu.Unlock()
	a.once.Do(func() { a.image, a.err = i.ask(ctx, ref, platform) })
	return a.image, a.err
}

func (i *Inspector) ask(ctx context.Context, written, platform string) (*base.Image, error) {
	ref, err := name.ParseReference(written)
	if err != nil || strings.HasPrefix(written, "-") { // which a command would take for a flag
		return nil, fmt.Errorf("%q is not the name of an image", written)
	}
	if err := checkPlatform(platform); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, i.timeout)
	defer cancel()
	seen, digest, err := i.look(limited, ref, platform)
	if err == nil {
		image, err := seen.image(fmt.Sprintf("%s, %s", i.source, digest))
		if err != nil {
			return nil, fmt.Errorf("%s has %s, but %w", i.source, written, err)
		}
		return image, nil
	}
	var unavailable *Unavailable
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("%s took longer than %s for the image %s", i.source, i.timeout, written)
	case errors.As(err, &unavailable):
		return nil, unavailable
	}
	return nil, err
}

// look finds the image, and looks into it where it was not seen before.
func (i *Inspector) look(ctx context.Context, ref name.Reference, platform string) (*Seen, string, error) {
	found, err := i.source.Find(ctx, ref, platform)
	if err != nil {
		return nil, "", err
	}
	if seen := i.cache.load(found.Digest, platform); seen != nil {
		return seen, found.Digest, nil
	}
	seen, err := found.Look(ctx)
	if err != nil {
		return nil, "", err
	}
	i.cache.store(found.Digest, platform, seen)
	return seen, found.Digest, nil
}
