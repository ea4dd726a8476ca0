package compose

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

func TestMain(m *testing.M) {
	logrus.SetOutput(io.Discard) // compose-go warns of files that are old
	os.Exit(m.Run())
}

// model is what compose-go makes of files, lowest precedence first, without
// interpolation and without touching paths. It panics on some input where it
// counts on interpolation.
func model(dir string, names ...string) (m map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	details := types.ConfigDetails{WorkingDir: dir, Environment: types.Mapping{}}
	for _, name := range names {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(dir, name)})
	}
	return loader.LoadModelWithContext(context.Background(), details, func(o *loader.Options) {
		o.SetProjectName("p", true)
		o.SkipInterpolation = true
		o.SkipNormalization = true
		o.SkipConsistencyCheck = true
		o.SkipResolveEnvironment = true
		o.SkipDefaultValues = true
		o.ResolvePaths = false
	})
}

// write puts files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// load parses a file below dir; its path is relative to it.
func load(dir, name string) (*File, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	return Parse(&edit.Source{Path: filepath.ToSlash(name), Text: string(text)})
}

// merge is our own reading of files below dir.
func merge(dir string, names ...string) (*Model, error) {
	var files []*File
	for _, name := range names {
		f, err := load(dir, name)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return Merge(func(from, name string) (*File, error) {
		return load(dir, filepath.Join(from, name))
	}, files...)
}

// seen is a service in plain data, from either side.
type seen struct {
	Scalars                       map[string]string
	Tmpfs, SecurityOpt, Drop, Add []string
	Volumes                       []string
	Environment, Args, Contexts   map[string]string
	EnvFiles                      []string
	Command, Entrypoint           string
	Context, Dockerfile, Target   string
	Profiles                      []string
}

const unset = "<unset>"

func ours(m *Merged) seen {
	text := func(i *Item) string {
		if i == nil {
			return ""
		}
		return i.Text
	}
	all := func(items []Item) []string {
		var out []string
		for _, i := range items {
			out = append(out, i.Text)
		}
		return out
	}
	pairs := func(kvs []KeyValue) map[string]string {
		out := map[string]string{}
		for _, kv := range kvs {
			out[kv.Key] = kv.Value
			if !kv.Set {
				out[kv.Key] = unset
			}
		}
		return out
	}
	s := seen{Scalars: map[string]string{}}
	for key, item := range map[string]*Item{"user": m.User(), "image": m.Image(), "read_only": m.ReadOnly(), "privileged": m.Privileged(), "network_mode": m.NetworkMode(), "working_dir": m.WorkingDir()} {
		if item != nil {
			s.Scalars[key] = item.Text
		}
	}
	for _, t := range m.Tmpfs() {
		s.Tmpfs = append(s.Tmpfs, t.Text)
	}
	s.SecurityOpt, s.Drop, s.Add, s.Profiles = all(m.SecurityOpt()), all(m.CapDrop()), all(m.CapAdd()), all(m.Profiles())
	for _, v := range m.Volumes() {
		if v.Type == "bind" {
			v.Source = at(v.Dir, v.Source)
		}
		s.Volumes = append(s.Volumes, fmt.Sprint(v.Type, " ", v.Source, " ", v.Target, " ", v.ReadOnly))
	}
	s.Environment = pairs(m.Environment())
	for _, f := range m.EnvFiles() {
		s.EnvFiles = append(s.EnvFiles, at(f.Dir, f.Path))
	}
	s.Command, s.Entrypoint = words(m.Command()), words(m.Entrypoint())
	if b := m.Build(); b != nil {
		s.Context, s.Dockerfile, s.Target = text(b.Context()), text(b.Dockerfile()), text(b.Target())
		if c := b.Context(); c != nil {
			s.Context = at(c.Dir, c.Text)
		}
		s.Args, s.Contexts = pairs(b.Args()), pairs(b.AdditionalContexts())
	}
	return s
}

// at is a path as it is from the folder of the project.
func at(dir, file string) string {
	if file == "" || path.IsAbs(file) || strings.ContainsAny(file, "~$:\\") {
		return file
	}
	return path.Join(dir, file)
}

func words(i *Item) string {
	if i == nil {
		return ""
	}
	if i.Kind != tree.Sequence {
		return i.Text
	}
	var out []string
	for _, item := range i.Items {
		out = append(out, item.Text)
	}
	return strings.Join(out, "\x00")
}

func theirs(service map[string]any) seen {
	s := seen{Scalars: map[string]string{}}
	for _, key := range []string{"user", "image", "read_only", "privileged", "network_mode", "working_dir"} {
		if v := service[key]; v != nil {
			s.Scalars[key] = fmt.Sprint(v)
		}
	}
	s.Tmpfs, s.SecurityOpt, s.Drop, s.Add = strs(service["tmpfs"]), strs(service["security_opt"]), strs(service["cap_drop"]), strs(service["cap_add"])
	s.Profiles = strs(service["profiles"])
	volumes, _ := service["volumes"].([]any)
	for _, v := range volumes {
		m := v.(map[string]any)
		str := func(key string) string {
			if m[key] == nil {
				return ""
			}
			return fmt.Sprint(m[key])
		}
		source := str("source")
		if str("type") == "bind" {
			source = at("", source)
		}
		s.Volumes = append(s.Volumes, fmt.Sprint(str("type"), " ", source, " ", str("target"), " ", str("read_only") == "true"))
	}
	s.Environment = pairsOf(service["environment"])
	files, _ := service["env_file"].([]any)
	for _, f := range files {
		if m, ok := f.(map[string]any); ok {
			f = m["path"]
		}
		s.EnvFiles = append(s.EnvFiles, at("", fmt.Sprint(f)))
	}
	s.Command, s.Entrypoint = strings.Join(strs(service["command"]), "\x00"), strings.Join(strs(service["entrypoint"]), "\x00")
	if b, ok := service["build"].(map[string]any); ok {
		str := func(key string) string {
			if b[key] == nil {
				return ""
			}
			return fmt.Sprint(b[key])
		}
		s.Context, s.Dockerfile, s.Target = at("", str("context")), str("dockerfile"), str("target")
		s.Args, s.Contexts = pairsOf(b["args"]), pairsOf(b["additional_contexts"])
	}
	return s
}

func strs(v any) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, fmt.Sprint(e))
		}
		return out
	case nil:
		return nil
	}
	return []string{fmt.Sprint(v)}
}

func pairsOf(v any) map[string]string {
	out := map[string]string{}
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			out[k] = unset
			if e != nil {
				out[k] = fmt.Sprint(e)
			}
		}
	case []any:
		for _, e := range v {
			k, value, ok := strings.Cut(fmt.Sprint(e), "=")
			if !ok {
				value = unset
			}
			out[k] = value
		}
	}
	return out
}

// compare sees that we and compose-go read the files alike.
func compare(t *testing.T, dir string, names ...string) {
	t.Helper()
	want, err := model(dir, names...)
	if err != nil {
		t.Fatalf("compose-go: %v", err)
	}
	got, err := merge(dir, names...)
	if err != nil {
		t.Fatalf("we: %v", err)
	}
	for _, d := range differences(want, got) {
		t.Errorf("%v: %s", names, d)
	}
}

func differences(want map[string]any, got *Model) []string {
	services, _ := want["services"].(map[string]any)
	var out []string
	for _, m := range got.Services {
		service, ok := services[m.Name].(map[string]any)
		if !ok {
			out = append(out, m.Name+" is not there")
			continue
		}
		a, b := reflect.ValueOf(theirs(service)), reflect.ValueOf(ours(m))
		for i := range a.NumField() {
			x, y := fmt.Sprintf("%q", a.Field(i).Interface()), fmt.Sprintf("%q", b.Field(i).Interface())
			if x != y && !(a.Field(i).Kind() == reflect.Map && a.Field(i).Len() == 0 && b.Field(i).Len() == 0) {
				out = append(out, fmt.Sprintf("%s.%s: compose-go %s, we %s", m.Name, a.Type().Field(i).Name, x, y))
			}
		}
	}
	if len(services) != len(got.Services) {
		out = append(out, fmt.Sprintf("%d services, we %d", len(services), len(got.Services)))
	}
	slices.Sort(out)
	return out
}
