package starter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/settings"
)

// Text is the file: nothing but comments. A line of prose starts with "# "; a
// setting starts with "#" and is followed by no blank, or by the two and more
// of its indentation. Taking that "#" away makes settings that Parse accepts.
func Text(all []Found, list []*fixer.Rule) string {
	w := &writer{}
	w.prose(
		"Settings of nonroot. All of it is optional, and all of it is a comment here.",
		`Take the "#" away from what you want to set, and leave that of lines like this.`,
	)
	w.identity(all)
	w.rules(list)
	w.prose("Paths that are left alone, as patterns of .gitignore seen from this folder, like legacy/**.")
	w.setting("ignore: []")
	w.list("base-images", "base-images: {}", gather(all, func(f Found) []entry { return f.images }),
		"What images are built on that nonroot does not know: debian, rhel, alpine, busybox, minimal",
		"(a shell, but nothing to create accounts with) or none (no shell). * stands for any text.")
	w.list("shared", "shared: []", dashed(gather(all, func(f Found) []entry { return f.shared })),
		"Directories of the host that services write. Bind mounts of directories that git tracks",
		"nothing in are taken to be such by themselves.")
	w.services(all)
	return w.String()
}

// writer writes settings and prose, an empty line before each block of prose.
type writer struct{ strings.Builder }

func (w *writer) prose(lines ...string) {
	if w.Len() > 0 {
		w.WriteByte('\n')
	}
	for _, line := range lines {
		w.WriteString("# " + clean(line) + "\n")
	}
}

func (w *writer) setting(lines ...string) {
	for _, line := range lines {
		w.WriteString("#" + line + "\n")
	}
}

// clean keeps text from a repository on its line.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// identity is what users and ids are.
func (w *writer) identity(all []Found) {
	w.prose("Where user and group ids come from: fixed (numbers in the Dockerfile), args (build arguments,",
		"filled from .env), or auto, which takes "+mode(all)+".")
	w.setting("ids: auto")
	kubernetes := slices.ContainsFunc(all, func(f Found) bool { return f.kubernetes })
	why := "The default is false: there are no Kubernetes manifests, which refuse a name (runAsNonRoot)."
	if kubernetes {
		why = "The default is true: there are Kubernetes manifests, which refuse a name (runAsNonRoot)."
	}
	w.prose("Whether USER is written by number.", why)
	w.setting(fmt.Sprintf("numeric: %t", kubernetes))
	w.prose("The account that is created, where a service does not have one. With args the group",
		"is appgroup, and .env has the ids.")
	w.setting("user: "+defaultUser, "group: "+defaultUser, "uid: 1000", "gid: 1000")
	w.prose("The variables of .env that hold the ids, with args.")
	w.setting("env:", "  user-id: APP_USER_ID", "  group-id: APP_GROUP_ID")
}

// mode says what auto takes here.
func mode(all []Found) string {
	for _, f := range all {
		switch {
		case f.variables == "":
		case len(f.shared) > 0:
			return "args here: services share " + f.shared[0].text + " with the host"
		default:
			return "args here: there are variables " + f.variables
		}
	}
	return "fixed here: no service shares data with the host"
}

func (w *writer) rules(list []*fixer.Rule) {
	w.prose("Rules, on or off. nonroot explain RULE says what each of them finds.")
	w.setting("rules:")
	for _, r := range list {
		w.setting(fmt.Sprintf("  %-23s # %s", r.ID+": on", clean(r.Title)))
	}
}

// list is a setting with what was found for it, or with its default.
func (w *writer) list(key, empty string, found []entry, about ...string) {
	w.prose(about...)
	found = slices.DeleteFunc(found, func(e entry) bool { return !parses(key+":\n", "  "+e.text) })
	if len(found) == 0 {
		w.setting(empty)
		return
	}
	w.setting(key + ":")
	for _, e := range found {
		w.setting("  " + e.text + "  # " + clean(e.why))
	}
}

// parses reports whether a line below others makes settings: names of files and services
// may be such as they do not take, or break the line, and what follows is no comment.
func parses(head, line string) bool {
	if line != clean(line) {
		return false
	}
	_, err := settings.Parse(&edit.Source{Path: fixer.SettingsFile, Text: head + line + "\n"})
	return err == nil
}

// gather is what the projects have, each text once, in its order.
func gather(all []Found, of func(Found) []entry) []entry {
	var out []entry
	for _, f := range all {
		out = append(out, of(f)...)
	}
	slices.SortStableFunc(out, func(a, b entry) int { return cmp.Compare(a.text, b.text) })
	return slices.CompactFunc(out, func(a, b entry) bool { return a.text == b.text })
}

// dashed makes entries items of a list.
func dashed(list []entry) []entry {
	for i := range list {
		list[i].text = "- " + list[i].text
	}
	return list
}
