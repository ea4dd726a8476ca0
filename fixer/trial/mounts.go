package trial

import (
	"maps"
	"slices"
	"strings"
)

// mounts are the entries of a service's volumes.
func mounts(service mapping) []mapping {
	list, _ := service["volumes"].([]any)
	var out []mapping
	for _, item := range list {
		if m, ok := item.(mapping); ok {
			out = append(out, m)
		}
	}
	return out
}

// collect notes the host's directories that are written, before any service is
// made: what another one only reads must be the same copy.
func (t *model) collect(all mapping) {
	for _, name := range t.needed {
		for _, v := range mounts(at(all, name)) {
			switch text(v["type"]) {
			case "bind":
				t.copies.add(hostPath(v["source"]), v["read_only"] == true, at(v, "bind")["create_host_path"] != false)
			case "volume":
				if dir := bound(t.volume(v)); dir != "" {
					t.copies.add(dir, false, false)
				}
			}
		}
	}
	t.copies.settle()
}

// mounting are the services that mount a directory of the host, one in it or one
// that it lies in.
func (t *model) mounting(dir string) []string {
	all := at(t.from, "services")
	return slices.DeleteFunc(slices.Clone(t.services), func(name string) bool {
		return !slices.ContainsFunc(mounts(at(all, name)), func(v mapping) bool {
			source := hostPath(v["source"])
			return text(v["type"]) == "bind" && (source == dir || inside(source, dir) || inside(dir, source))
		})
	})
}

// volume is what the project says of the volume that an entry mounts.
func (t *model) volume(entry mapping) mapping {
	return at(at(t.from, "volumes"), text(entry["source"]))
}

// bound is the directory of the host that a volume really is.
func bound(volume mapping) string {
	opts := at(volume, "driver_opts")
	if volume["external"] == true || !strings.Contains(","+text(opts["o"])+",", ",bind,") || !strings.HasPrefix(text(opts["device"]), "/") {
		return ""
	}
	return hostPath(opts["device"])
}

// volumes gives a service its mounts, and the probe's.
func (t *model) volumes(name string, from, out mapping) {
	list := []any{}
	for _, v := range mounts(from) {
		switch text(v["type"]) {
		case "bind":
			list = append(list, t.bind(v, hostPath(v["source"]), v["read_only"] == true))
		case "volume":
			list = append(list, t.named(name, v))
		default: // tmpfs, image
			list = append(list, v)
		}
	}
	t.own(t.mark.volume("probe"))
	out["volumes"] = append(list, mapping{
		"type": "volume", "source": t.mark.volume("probe"), "target": probeDir, "read_only": true, "volume": mapping{"nocopy": true},
	})
}

// own declares a volume that the trial makes before compose runs.
func (t *model) own(name string) {
	at(t.compose, "volumes")[name] = mapping{"external": true, "name": name}
}

// bind is a bind mount as it is run: of the copy where the original could be
// written, or made, else of the original.
func (t *model) bind(entry mapping, source string, readOnly bool) mapping {
	volume, file := t.copies.of(source)
	switch {
	case volume != "":
		t.own(volume)
		return mapping{
			"type": "volume", "source": volume, "target": entry["target"], "read_only": readOnly,
			"volume": mapping{"nocopy": true}, // a bind mount shows what it has, not what the image has
		}
	case file != "":
		return mapping{"type": "bind", "source": file, "target": entry["target"], "bind": mapping{"create_host_path": false}}
	}
	kept := maps.Clone(entry)
	kept["read_only"] = true
	options := maps.Clone(at(entry, "bind"))
	options["create_host_path"] = false
	kept["bind"] = options
	return kept
}

// named is a named or anonymous volume as it is run: a new one.
func (t *model) named(service string, entry mapping) mapping {
	source := text(entry["source"])
	if source == "" {
		return entry
	}
	from := t.volume(entry)
	if dir := bound(from); dir != "" {
		return t.bind(entry, dir, entry["read_only"] == true)
	}
	made := mapping{"labels": t.mark.labels()}
	opts := at(from, "driver_opts")
	switch driver := text(from["driver"]); {
	case from["external"] == true:
		t.note(service, "the external volume %s is a new, empty one", source)
	case driver != "" && driver != "local":
		t.note(service, "the volume %s of the driver %s is a new, empty one", source, driver)
	case len(opts) > 0 && text(opts["type"]) != "tmpfs":
		t.note(service, "the volume %s of type %s is a new, empty one", source, text(opts["type"]))
	case len(opts) > 0:
		made["driver_opts"] = opts
	}
	at(t.compose, "volumes")[source] = made
	return entry
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
