package trial

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// object of JSON, as docker compose config prints a project.
type mapping = map[string]any

// model is a project as it is run: the services that were asked for and what they
// need, without anything that would touch what is not the trial's.
type model struct {
	mark     mark
	services []string          // that are looked at, in order
	needed   []string          // and what they depend on, in order
	refused  map[string]string // services that are not run, with the reason
	notes    map[string][]string
	built    map[string]string // the image of each service that is built
	compose  mapping           // what is run
	copies   *copies

	from mapping // what it is made of
}

// fileKind says what is at a path of the host: see the kinds of package seen.
type fileKind func(path string) string

// setting is what a model depends on besides the project.
type setting struct {
	mark  mark
	names []string // of the services that are asked for; none: all that build
	kind  fileKind
	dir   string // the trial's temporary directory
	// writable takes read_only away, to see what services write.
	writable bool
}

// transform makes the model of what docker compose config --format json printed.
// It is pure, but for kind.
func transform(from mapping, s setting) (*model, error) {
	t := &model{mark: s.mark, refused: map[string]string{}, notes: map[string][]string{}, built: map[string]string{}, from: from}
	names, kind := s.names, s.kind
	all := at(t.from, "services")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if len(names) == 0 && at(all, name)["build"] != nil || slices.Contains(names, name) {
			t.services = append(t.services, name)
		}
	}
	for _, name := range names {
		if all[name] == nil {
			return nil, &NoService{name}
		}
	}
	t.refuse(all, kind)
	t.need(all)
	t.images(all)
	t.copies = newCopies(s)
	t.collect(all)
	t.compose = mapping{"name": s.mark.project(), "services": mapping{}, "networks": mapping{}, "volumes": mapping{}}
	for _, key := range []string{"secrets", "configs"} {
		if t.from[key] != nil {
			t.compose[key] = t.from[key]
		}
	}
	for _, name := range t.needed {
		service := t.service(name, at(all, name))
		if s.writable && service["read_only"] == true {
			delete(service, "read_only")
			t.note(name, "its root filesystem is writable, to see what it writes")
		}
		at(t.compose, "services")[name] = service
	}
	return t, nil
}

// NoService is the error of a trial for which a service is asked that the project
// does not have.
type NoService struct{ Name string }

func (n *NoService) Error() string { return "there is no service " + n.Name }

// refuse finds the services that would reach beyond a container, and those that
// depend on one.
func (t *model) refuse(all mapping, kind fileKind) {
	for name := range all {
		if why := beyond(at(all, name), kind); why != "" {
			t.refused[name] = why
		}
	}
	for changed := true; changed; {
		changed = false
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if t.refused[name] != "" {
				continue
			}
			for _, other := range needs(at(all, name)) {
				if t.refused[other] != "" {
					t.refused[name], changed = "it needs "+other+", which is not run: "+t.refused[other], true
					break
				}
			}
		}
	}
	t.services = slices.DeleteFunc(t.services, func(name string) bool { return t.refused[name] != "" })
}

// need fills in what the services depend on.
func (t *model) need(all mapping) {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] || all[name] == nil {
			return
		}
		seen[name] = true
		for _, other := range needs(at(all, name)) {
			visit(other)
		}
	}
	for _, name := range t.services {
		visit(name)
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) { // one that only names an image needs who builds it
		image := at(all, name)["image"]
		for _, other := range slices.Sorted(maps.Keys(all)) {
			if image != nil && at(all, name)["build"] == nil && at(all, other)["build"] != nil && at(all, other)["image"] == image && t.refused[other] == "" {
				visit(other)
				break
			}
		}
	}
	t.needed = slices.Sorted(maps.Keys(seen))
}

// needs are the services that one starts with.
func needs(service mapping) []string {
	out := slices.Sorted(maps.Keys(at(service, "depends_on")))
	for _, link := range texts(service["links"]) {
		name, _, _ := strings.Cut(link, ":")
		out = append(out, name)
	}
	for _, from := range texts(service["volumes_from"]) {
		name, _, _ := strings.Cut(from, ":")
		out = append(out, name)
	}
	for _, key := range []string{"network_mode", "ipc", "pid"} {
		if name, ok := strings.CutPrefix(text(service[key]), "service:"); ok {
			out = append(out, name)
		}
	}
	return out
}

// images names the images that are built, so that none of the user's is written
// over; services that only name an image which another one builds get that.
func (t *model) images(all mapping) {
	byName := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if at(all, name)["build"] == nil || !slices.Contains(t.needed, name) {
			continue
		}
		t.built[name] = t.mark.image(i)
		if image := text(at(all, name)["image"]); image != "" && byName[image] == "" {
			byName[image] = t.built[name]
		}
	}
	for _, name := range t.needed {
		if image := text(at(all, name)["image"]); t.built[name] == "" && byName[image] != "" {
			t.built[name] = byName[image]
		}
	}
}

// bases makes the images that other services build known to the builds whose
// Dockerfiles, as text gives them, name them: under the names of the trial.
func (t *model) bases(text func(build mapping) string) {
	for name, service := range at(t.compose, "services") {
		build := at(service.(mapping), "build")
		if len(build) == 0 {
			continue
		}
		instructions := text(build)
		for _, other := range t.builds() {
			image, _ := at(at(t.from, "services"), other)["image"].(string)
			if other == name || image == "" || !strings.Contains(instructions, image) {
				continue
			}
			contexts := maps.Clone(at(build, "additional_contexts"))
			if contexts[image] == nil {
				contexts[image] = "docker-image://" + t.built[other]
				build["additional_contexts"] = contexts
			}
		}
	}
}

// builds are the services to build, those whose images others may be built on
// first.
func (t *model) builds() []string {
	all := at(t.from, "services")
	out := map[string]bool{}
	for _, name := range t.needed {
		for other, image := range t.built {
			if image == t.built[name] && at(all, other)["build"] != nil {
				out[other] = true
			}
		}
	}
	list := slices.Sorted(maps.Keys(out))
	slices.SortStableFunc(list, func(a, b string) int {
		return boolean(at(all, a)["image"] == nil) - boolean(at(all, b)["image"] == nil)
	})
	return list
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// note says of a service what is not as its compose file has it.
func (t *model) note(service, format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if !slices.Contains(t.notes[service], line) {
		t.notes[service] = append(t.notes[service], line)
	}
}

// at is an object in an object; an empty one where there is none.
func at(m mapping, key string) mapping {
	if inner, ok := m[key].(mapping); ok {
		return inner
	}
	return mapping{}
}

// text is a value that is a string, else empty.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts is a list of strings, else nil.
func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// hostPath is a path as the host has it: compose config doubles each $, since what
// it prints is to be read again.
func hostPath(v any) string { return path.Clean(strings.ReplaceAll(text(v), "$$", "$")) }

// written is a text that compose reads as it is.
func written(text string) string { return strings.ReplaceAll(text, "$", "$$") }
