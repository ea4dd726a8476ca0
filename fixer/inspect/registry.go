package inspect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Registry asks the registry that a reference names, with the credentials that
// docker login has stored for it, or none.
type Registry struct {
	options []remote.Option
	limits  limits
}

// NewRegistry is a source that asks registries.
func NewRegistry() *Registry {
	carrier := remote.DefaultTransport.(*http.Transport).Clone()
	carrier.ResponseHeaderTimeout = 30 * time.Second
	return &Registry{limits: standard, options: []remote.Option{
		remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithTransport(carrier), remote.WithUserAgent("nonroot"),
		remote.WithRetryBackoff(remote.Backoff{Duration: 500 * time.Millisecond, Factor: 2, Steps: 2}),
	}}
}

func (r *Registry) String() string { return "the registry" }

// Find asks for the digest of a tag; a reference with a digest is found without
// asking.
func (r *Registry) Find(ctx context.Context, ref name.Reference, platform string) (Found, error) {
	if platform == "" {
		platform = usualPlatform
	}
	digest, ok := ref.(name.Digest)
	if !ok {
		head, err := remote.Head(ref, r.with(ctx)...)
		if err != nil && ctx.Err() == nil { // some registries answer to GET alone
			var got *remote.Descriptor
			if got, err = remote.Get(ref, r.with(ctx)...); err == nil {
				head = &got.Descriptor
			}
		}
		if err != nil {
			return Found{}, refusal(ref, err)
		}
		digest = ref.Context().Digest(head.Digest.String())
	}
	return Found{Digest: digest.DigestStr(), Look: func(ctx context.Context) (*Seen, error) {
		seen, err := r.look(ctx, digest, platform)
		if err != nil {
			return nil, refusal(ref, err)
		}
		return seen, nil
	}}, nil
}

func (r *Registry) with(ctx context.Context) []remote.Option {
	return append([]remote.Option{remote.WithContext(ctx)}, r.options...)
}

// look reads the configuration and the layers, from the topmost down.
func (r *Registry) look(ctx context.Context, digest name.Digest, platform string) (*Seen, error) {
	image, config, err := r.image(ctx, digest, platform)
	if err != nil {
		return nil, err
	}
	c := configOf(&config.Config)
	if config.OS == "windows" {
		return &Seen{OS: config.OS, Architecture: config.Architecture, Config: c}, nil
	}
	layers, err := r.layers(image)
	if err != nil {
		return nil, err
	}
	files, left := newTree(r.limits, c.wanted()), r.limits.Compressed
	for i := len(layers) - 1; i >= 0; i-- {
		if err := addLayer(ctx, files, layers[i]); err != nil {
			return nil, err
		}
		size, err := layers[i].Size()
		if left -= size; err != nil || left < 0 {
			return nil, errors.Join(err, tooMany(r.limits.Compressed, "bytes"))
		}
	}
	return look(c, config.OS, config.Architecture, files)
}

// image is the manifest of a platform and its configuration.
func (r *Registry) image(ctx context.Context, digest name.Digest, platform string) (v1.Image, *v1.ConfigFile, error) {
	wanted, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, nil, err
	}
	wanted.Architecture = architecture(wanted.Architecture)
	got, err := remote.Get(digest, append(r.with(ctx), remote.WithPlatform(*wanted))...)
	if err != nil {
		return nil, nil, err
	}
	image, err := got.Image()
	if err != nil {
		if got.MediaType.IsIndex() && strings.Contains(err.Error(), "no child with platform") {
			err = notRead("index has no image for " + platform)
		}
		return nil, nil, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return nil, nil, err
	}
	if manifest.Config.Size < 0 || manifest.Config.Size > maxConfig { // -1 would be read without an end
		return nil, nil, tooMany(maxConfig, "bytes of configuration")
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, nil, err
	}
	if is := config.Platform(); is != nil && !fits(is, platform) {
		return nil, nil, notRead(fmt.Sprintf("platform is %.80q, not %s", is.String(), platform))
	}
	return image, config, nil
}

// layers are those of an image, of which the manifest says that they are not too large.
func (r *Registry) layers(image v1.Image) ([]v1.Layer, error) {
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	var sum int64
	for _, l := range layers {
		size, err := l.Size()
		if err != nil {
			return nil, err
		}
		if size < 0 || size > r.limits.Compressed-sum {
			return nil, tooMany(r.limits.Compressed, "bytes")
		}
		sum += size
	}
	return layers, nil
}

// addLayer streams one layer into the tree. Its size and digest are compared with
// those of the manifest on the way.
func addLayer(ctx context.Context, files *tree, layer v1.Layer) error {
	unpacked, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer unpacked.Close()
	return files.add(ctx, unpacked)
}

func configOf(c *v1.Config) Config {
	return Config{
		User: c.User, WorkingDir: c.WorkingDir, Env: c.Env, Entrypoint: c.Entrypoint, Cmd: c.Cmd,
		Volumes: c.Volumes, Shell: c.Shell, OnBuild: c.OnBuild,
	}
}

// refusal is an error as a clause about an image.
func refusal(ref name.Reference, err error) error {
	host := ref.Context().RegistryStr()
	var answer *transport.Error
	var large tooLarge
	var not notRead
	var network net.Error
	var link *url.Error
	switch {
	case errors.As(err, &large), errors.As(err, &not):
		return fmt.Errorf("the registry has %s, but %w", ref, err)
	case errors.As(err, &answer) && answer.StatusCode == http.StatusUnauthorized, errors.As(err, &answer) && answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the registry %s does not show %s to everyone: docker login %s, if you have an account there", host, ref, host)
	case errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound:
		return fmt.Errorf("the registry %s has no image %s", host, ref)
	case errors.As(err, &answer) && answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("the registry %s answers no more requests for now: try again later, or docker login %s", host, host)
	case errors.As(err, &answer):
		return fmt.Errorf("the registry %s answers %d %s for %s", host, answer.StatusCode, http.StatusText(answer.StatusCode), ref)
	case errors.As(err, &link):
		return fmt.Errorf("the registry %s cannot be reached: %w", host, link.Err)
	case errors.As(err, &network):
		return fmt.Errorf("the registry %s cannot be reached: %w", host, network)
	}
	return fmt.Errorf("the registry %s has %s, but it cannot be read: %w", host, ref, err)
}
