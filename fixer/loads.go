package fixer

import (
	"path"
	"slices"
	"strings"

	"nonroot/compose"
)

// loads are the sets of files that compose would load together, the base
// first: a base with its override, and each variant (compose.prod.yaml) behind
// its base, or alone where it is complete without one.
func loads(files map[string]*parsed) [][]string {
	byDir := map[string][]string{}
	for name := range files {
		byDir[path.Dir(name)] = append(byDir[path.Dir(name)], name)
	}
	var out [][]string
	for _, names := range byDir {
		slices.Sort(names)
		if len(names) == 1 {
			out = append(out, names)
			continue
		}
		var bases, overrides, variants []string
		for _, name := range names {
			switch base := path.Base(name); {
			case isBase(base):
				bases = append(bases, name)
			case isOverride(base):
				overrides = append(overrides, name)
			default:
				variants = append(variants, name)
			}
		}
		for i, base := range bases {
			load := []string{base}
			for _, o := range overrides {
				if sameStem(base, o) || i == 0 && !slices.ContainsFunc(bases, func(b string) bool { return sameStem(b, o) }) {
					load = append(load, o)
					break
				}
			}
			out = append(out, load)
		}
		if len(bases) == 0 {
			variants = append(variants, overrides...)
		}
		for _, v := range variants {
			if len(bases) == 0 || complete(files[v].compose) {
				out = append(out, []string{v})
				continue
			}
			base := bases[0]
			for _, b := range bases {
				if sameStem(b, v) {
					base = b
				}
			}
			out = append(out, []string{base, v})
		}
	}
	return out
}

// sameStem: both are compose.… or both docker-compose.….
func sameStem(a, b string) bool {
	return strings.HasPrefix(path.Base(a), "docker-") == strings.HasPrefix(path.Base(b), "docker-")
}

// complete reports whether every service of a file has an image or a build, so
// that the file loads alone.
func complete(f *compose.File) bool {
	for _, s := range f.Services {
		if s.Image() == nil && s.Build() == nil && s.Extends() == nil {
			return false
		}
	}
	return true
}

// isBase and isOverride know the names that compose reads without being told.
func isBase(name string) bool { return stem(name) == "compose" }

func isOverride(name string) bool { return stem(name) == "compose.override" }

// stem is a name without docker- and its ending.
func stem(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(name, "docker-"), path.Ext(name))
}

// Runs are those of Loads that compose runs when no file is named to it, those whose
// last file is among named, which are paths relative to the root, and an only one.
func (p *Project) Runs(named []string) [][]string {
	var out [][]string
	for _, load := range p.loads {
		last := path.Base(load[len(load)-1])
		wanted := isBase(last) || isOverride(last) || slices.Contains(named, load[len(load)-1])
		if wanted || len(p.loads) == 1 {
			out = append(out, load)
		}
	}
	return out
}
