package inspect

import (
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// usualPlatform is what a registry is asked for unless a FROM says otherwise.
const usualPlatform = "linux/amd64"

func checkPlatform(platform string) error {
	if platform == "" {
		return nil
	}
	parts := strings.Split(platform, "/")
	if len(parts) < 2 || len(parts) > 3 || !only(platform, "/._-") {
		return fmt.Errorf("%.80q is not a platform: write it as in linux/arm64", platform)
	}
	return nil
}

// fits reports whether an image of one platform is one of another: where a
// variant is not said, any will do.
func fits(got *v1.Platform, wanted string) bool {
	parts := strings.Split(wanted, "/")
	return got.OS == parts[0] && got.Architecture == architecture(parts[1]) && (len(parts) < 3 || got.Variant == "" || got.Variant == parts[2])
}

// architecture is the name that images have, for another one in use.
func architecture(name string) string {
	switch name {
	case "x86_64", "x86-64":
		return "amd64"
	case "aarch64":
		return "arm64"
	}
	return name
}
