package starter

import (
	"cmp"
	"fmt"
	"slices"
)

// sample is a service with every key.
var sample = []string{
	"  service-name:",
	"    user: appuser                # the account that is created, or one that the image has",
	"    group: appuser",
	"    uid: 1000",
	"    gid: 1000",
	"    home: /app                   # the default is the work directory",
	"    numeric: false               # USER by number",
	"    writable:                    # what it writes, for a read-only root",
	"      - /app/logs                # a tmpfs, which forgets at restart",
	`      - {path: /app/data, as: volume, mode: "0755"}   # tmpfs, volume or tmpfs-volume`,
	"    volumes:                     # data that must last: a directory of the host, or a volume's name",
	"      ./data/models: /home/appuser/.cache",
}

// services writes a sample, and what was found.
func (w *writer) services(all []Found) {
	w.prose("What differs for single services, by their name in the compose file. The first one is an",
		"example that has every key; the others are those of this project.")
	w.setting("services:")
	w.setting(sample...)
	for _, s := range merged(all) {
		if parses("services:\n", "  "+s.name+": {}") {
			w.service(s)
		}
	}
}

// merged are the services of all projects, those of one name as one.
func merged(all []Found) []service {
	var out []service
	for _, f := range all {
		for _, s := range f.services {
			at := slices.IndexFunc(out, func(o service) bool { return o.name == s.name })
			if at < 0 {
				out = append(out, s)
				continue
			}
			out[at] = join(out[at], s)
		}
	}
	slices.SortFunc(out, func(a, b service) int { return cmp.Compare(a.name, b.name) })
	return out
}

// join is two services of one name, for which the settings are the same: what
// they do not agree on is left out.
func join(a, b service) service {
	if a.user != b.user || a.uid != b.uid || a.gid != b.gid {
		a.user, a.uid, a.gid = "", 0, 0
	}
	for _, line := range b.about {
		if !slices.Contains(a.about, line) {
			a.about = append(a.about, line)
		}
	}
	for _, e := range b.writable {
		if !slices.ContainsFunc(a.writable, func(o entry) bool { return o.text == e.text }) {
			a.writable = append(a.writable, e)
		}
	}
	return a
}

func (w *writer) service(s service) {
	lines := s.lines()
	if len(lines) == 0 {
		w.setting("  " + s.name + ": {}")
	} else {
		w.setting("  " + s.name + ":")
	}
	for _, line := range s.about {
		w.setting("    # " + clean(line))
	}
	w.setting(lines...)
}

// lines are the settings of a service, those that can be ones.
func (s service) lines() []string {
	head := "services:\n  a:\n"
	var out []string
	if line := "    user: " + s.user; s.user != "" && parses(head, line) {
		out = append(out, line)
	}
	if s.uid != 0 && s.gid != 0 {
		out = append(out, fmt.Sprintf("    uid: %d", s.uid), fmt.Sprintf("    gid: %d", s.gid))
	}
	first := true
	for _, e := range s.writable {
		line := "      - " + e.text
		if !parses(head+"    writable:\n", line) {
			continue
		}
		if first {
			out, first = append(out, "    writable:"), false
		}
		out = append(out, line+"  # "+clean(e.why))
	}
	return out
}
