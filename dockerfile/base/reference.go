package base

import (
	"math"
	"strings"
)

// reference is an image reference in parts. A digest alone says nothing about
// the variant, so tagged is false for it; without tag and digest the tag is latest.
type reference struct {
	repo   string // without docker.io/ and library/
	tag    string
	tagged bool
}

// parseReference cuts a reference into its parts: [host[:port]/]path[:tag][@digest].
func parseReference(ref string) (reference, bool) {
	name, digest, _ := strings.Cut(ref, "@")
	tag := ""
	if at := strings.LastIndexByte(name, ':'); at > strings.LastIndexByte(name, '/') {
		name, tag = name[:at], name[at+1:]
		if tag == "" {
			return reference{}, false
		}
	}
	for _, hub := range [...]string{"docker.io/", "index.docker.io/", "registry-1.docker.io/", "registry.hub.docker.com/", "registry.docker.com/", "mirror.gcr.io/"} {
		name = strings.TrimPrefix(name, hub)
	}
	name = strings.TrimPrefix(withoutArchitecture(name), "library/")
	name = strings.TrimPrefix(name, "public.ecr.aws/docker/library/")
	if name == "" || strings.ContainsAny(name, " $") {
		return reference{}, false
	}
	if tag == "" && digest == "" {
		tag = "latest"
	}
	return reference{name, tag, tag != ""}, true
}

// architectures are the accounts of Docker Hub that have the official images of one
// architecture each, the same that docker.io/library has for all of them; armel,
// armhf and aarch64 were such ones before arm32v5, arm32v7 and arm64v8
// (https://github.com/docker-library/official-images#architectures-other-than-amd64).
var architectures = map[string]bool{
	"amd64": true, "arm32v5": true, "arm32v6": true, "arm32v7": true, "arm64v8": true, "i386": true, "mips64le": true,
	"ppc64le": true, "riscv64": true, "s390x": true, "armel": true, "armhf": true, "aarch64": true,
}

// withoutArchitecture is the official image that an image of one architecture is.
func withoutArchitecture(name string) string {
	if account, image, ok := strings.Cut(name, "/"); ok && architectures[account] && !strings.Contains(image, "/") {
		return image
	}
	return name
}

// version is the number that a tag starts with; ok is false for a tag that starts
// with a word, such as latest or lts. A major version alone is its newest minor one.
func version(tag string) (r release, ok bool) {
	rest := strings.TrimPrefix(tag, "v")
	r.major, rest, ok = number(rest)
	if !ok {
		return release{}, false
	}
	r.minor = math.MaxInt
	if strings.HasPrefix(rest, ".") {
		r.minor, _, _ = number(rest[1:])
	}
	return r, true
}

func number(s string) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < 8 && '0' <= s[i] && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0
}

// hasPart reports whether one of the parts of a tag, which dashes separate,
// is word, or word with a version behind it: alpine3.20, noble, slim.
func hasPart(tag, word string) bool {
	for tag != "" {
		part, rest, _ := strings.Cut(tag, "-")
		if after, ok := strings.CutPrefix(part, word); ok && !startsWithLetter(after) {
			return true
		}
		tag = rest
	}
	return false
}

func startsWithLetter(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}
