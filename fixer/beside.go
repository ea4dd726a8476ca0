package fixer

import (
	"errors"
	"io/fs"
	"path"

	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
	"nonroot/fixer/makefile"
)

// addBeside adds the .env files and Makefiles beside the compose files: as they
// are, or as absent ones that a fix may make. One that cannot be read is a
// Problem, and is left alone.
func (p *Project) addBeside() {
	seen := map[string]bool{}
	add := func(name string, parse func(*edit.Source) (*parsed, error)) {
		if seen[name] || p.in.leftAlone(name) {
			return
		}
		seen[name] = true
		src, err := p.in.readOrAbsent(name)
		var f *parsed
		if err == nil {
			f, err = parse(src)
		}
		if err != nil {
			p.Problems = append(p.Problems, Problem{name, err})
			return
		}
		p.files = append(p.files, f)
	}
	for _, load := range p.loads {
		dir := path.Dir(load[0])
		add(p.in.envPath(dir), parseEnv)
		if own := path.Join(dir, ".env"); p.in.stands(own) {
			add(own, parseEnv)
		}
		add(p.in.makefilePath(dir), func(src *edit.Source) (*parsed, error) {
			f, err := makefile.Parse(src)
			return &parsed{src: src, makefile: f}, err
		})
	}
}

func parseEnv(src *edit.Source) (*parsed, error) {
	src.Secret = path.Base(src.Path) == ".env" // what the repository ships in its place is none
	f, err := envfile.Parse(src)
	return &parsed{src: src, env: f}, err
}

// readOrAbsent reads a .env or Makefile, which may not be there.
func (in *input) readOrAbsent(name string) (*edit.Source, error) {
	absent := &edit.Source{Path: name, Absent: true}
	if !in.stands(name) {
		return absent, nil
	}
	src, err := in.readAtMost(name, maxBeside)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	return src, err
}

// stands reports whether there is a .env or Makefile of that path: the walk has
// seen them all, so that nothing has to be asked of the disk.
func (in *input) stands(name string) bool {
	if in.listed == nil {
		return in.isFile(name)
	}
	return in.listed[name] || in.links[name] != ""
}

// envPath is the file of a project directory that the ids belong into: .env, or
// where git ignores that, what the repository ships in its place.
func (in *input) envPath(dir string) string {
	name := path.Join(dir, ".env")
	if in.ignored(name) {
		for _, suffix := range []string{".example", ".dist", ".sample"} {
			if in.stands(name + suffix) {
				return name + suffix
			}
		}
	}
	return name
}

// makefilePath is the Makefile that make reads in the nearest folder that has
// one, from a project directory up to the root. Where none has one, or one above
// stands above other projects too, which have ids and data of their own, it is that
// of the project directory.
func (in *input) makefilePath(dir string) string {
	own := path.Join(dir, "Makefile")
	for at := dir; ; at = path.Dir(at) {
		for _, name := range []string{"GNUmakefile", "makefile", "Makefile"} {
			switch file := below(at, name); {
			case !in.stands(file):
			case at != dir && in.othersBelow(at, dir):
				return own
			default:
				return file
			}
		}
		if at == "." {
			return own
		}
	}
}

// below is the path of what has a name in a folder: path.Join where both are clean.
func below(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}

// othersBelow reports whether a folder holds a project besides that of a directory.
func (in *input) othersBelow(at, dir string) bool {
	for other, project := range in.homes {
		if project != in.homes[dir] && within(other, []string{at}) {
			return true
		}
	}
	return false
}
