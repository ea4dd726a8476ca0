package fixer

import (
	"path"

	"nonroot/compose"
	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
)

// whenAsked is the lookup of variables that are worked out when the first one is asked
// for: most projects have none.
func whenAsked(vars func() map[string]string) func(string) (string, bool) {
	var known map[string]string
	return func(name string) (string, bool) {
		if vars != nil {
			known, vars = vars(), nil
		}
		value, ok := known[name]
		return value, ok
	}
}

// env looks a variable up in the .env of a project directory. The environment
// of whoever runs us is left out: the result must not depend on it.
func (in *input) env(dir string) func(string) (string, bool) {
	return whenAsked(func() map[string]string { return in.variables(dir) })
}

// variables are those of the .env of a project directory.
func (in *input) variables(dir string) map[string]string {
	in.mu.Lock()
	defer in.mu.Unlock()
	vars, ok := in.envs[dir]
	if !ok {
		if name := path.Join(dir, ".env"); !in.lacks(name) {
			if text, err := in.text(name, maxBeside); err == nil {
				vars = variables(text)
			}
		}
		if in.envs == nil {
			in.envs = map[string]map[string]string{}
		}
		in.envs[dir] = vars
	}
	return vars
}

// env is the same with what fixes have made of the file.
func (p *Project) env(dir string) func(string) (string, bool) {
	return whenAsked(func() map[string]string {
		if f := p.file(path.Join(dir, ".env")); f != nil && f.env != nil {
			return valuesOf(f.env)
		}
		return p.in.variables(dir)
	})
}

// maxValues bounds the bytes of the values of a .env that name other variables.
const maxValues = 4 << 20

// variables reads a .env as compose does; what cannot be read sets nothing, and
// neither does a value that needs a variable which the file does not set.
func variables(text string) map[string]string {
	f, err := envfile.Parse(&edit.Source{Path: ".env", Text: text, Secret: true})
	if err != nil {
		return nil
	}
	return valuesOf(f)
}

// valuesOf are the variables of a .env with what they expand to.
func valuesOf(f *envfile.File) map[string]string {
	vars := map[string]string{}
	left := maxValues
	for _, v := range f.Vars {
		value, known := v.Value, !v.Inherited
		if v.Expands {
			value, known = compose.Interpolate(v.Value, lookup(vars))
			left -= len(value)
		}
		if known && left >= 0 {
			vars[v.Name] = value
		} else {
			delete(vars, v.Name)
		}
	}
	return vars
}

func lookup(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}
