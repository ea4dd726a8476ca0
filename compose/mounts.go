package compose

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"nonroot/compose/tree"
)

// Tmpfs is one entry of tmpfs: a path and mount options.
type Tmpfs struct {
	Item
	Path    string
	Options []Option
}

// Option is a mount option, key or key=value; Set tells "key" from "key=".
type Option struct {
	Key, Value string
	Set        bool
}

// Option is the last option of that name.
func (t Tmpfs) Option(key string) (Option, bool) {
	for i := len(t.Options) - 1; i >= 0; i-- {
		if t.Options[i].Key == key {
			return t.Options[i], true
		}
	}
	return Option{}, false
}

// Tmpfs are the entries of tmpfs, of all files. Compose merges them by their
// text up to the first equals sign, so that two of them may have one path.
func (a Attributes) Tmpfs() []Tmpfs {
	var out []Tmpfs
	for _, item := range distinct(elements(a.find(attrTmpfs)), name) {
		out = append(out, tmpfs(item, item.Text))
	}
	return out
}

func tmpfs(item Item, text string) Tmpfs {
	t := Tmpfs{Item: item, Path: text}
	parts := split(text, ':')
	if len(parts) == 1 {
		return t
	}
	t.Path = parts[0]
	for _, option := range split(text[len(t.Path)+1:], ',') {
		if option == "" {
			continue
		}
		key, value, set := strings.Cut(option, "=")
		t.Options = append(t.Options, Option{key, value, set})
	}
	return t
}

// With is the entry with the values of variables put in, as compose reads it;
// known is false where one of them is not known: see Interpolate.
func (t Tmpfs) With(lookup func(string) (string, bool)) (out Tmpfs, known bool) {
	text, known := Interpolate(t.Text, lookup)
	return tmpfs(t.Item, text), known
}

// split cuts text at a separator that is not inside of ${…}.
func split(text string, sep byte) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '$' && i+1 < len(text) && text[i+1] == '{':
			depth++
			i++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == sep && depth == 0:
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

// Mount is one entry of volumes.
type Mount struct {
	Item
	// Type is bind, volume, tmpfs and what else the long form has.
	Type string
	// Source is a path or the name of a volume, "" where the volume has none.
	Source, Target string
	// ReadOnly is set where that is certain.
	ReadOnly bool
	// Long says that the entry is a mapping.
	Long bool
	// Size and Mode are those of the long form of a tmpfs, or nil. A mode
	// without a leading 0 is decimal.
	Size, Mode *tree.Value
}

// Volumes are the entries of volumes; a later one with a target of an earlier
// one takes that one's place.
func (a Attributes) Volumes() []Mount {
	items := elements(a.find(attrVolumes))
	if len(items) == 0 {
		return nil
	}
	out := make([]Mount, len(items))
	for i, item := range items {
		out[i] = mount(item)
	}
	return distinct(out, func(m Mount) string { return m.Target })
}

// With is the entry with the values of variables put in, as compose reads it;
// known is false where one of them is not known: see Interpolate. A variable may
// hold a path, so that only then a bind is told from a volume.
func (m Mount) With(lookup func(string) (string, bool)) (out Mount, known bool) {
	if !m.Long {
		text, known := Interpolate(m.Text, lookup)
		return shortMount(m.Item, text), known
	}
	source, one := Interpolate(m.Source, lookup)
	target, other := Interpolate(m.Target, lookup)
	m.Source, m.Target = source, target
	return m, one && other
}

func mount(item Item) Mount {
	if item.Kind != tree.Mapping {
		return shortMount(item, item.Text)
	}
	m := Mount{Item: item, Long: true}
	m.Type, m.Source, m.Target = textOf(item.Get("type")), textOf(item.Get("source")), textOf(item.Get("target"))
	if v := item.Get("read_only"); v != nil {
		value, known := truth(v.Text)
		m.ReadOnly = known && value
	}
	if v := item.Get("tmpfs"); v != nil {
		m.Size, m.Mode = v.Get("size"), v.Get("mode")
	}
	return m
}

// textOf is the text of a scalar, "" of nothing.
func textOf(v *tree.Value) string {
	if v == nil {
		return ""
	}
	return v.Text
}

// shortMount reads [source:]target[:options]. A colon behind a single letter
// belongs to the path, as in C:\data.
func shortMount(item Item, text string) Mount {
	m := Mount{Item: item, Type: "volume"}
	var fields []string
	for _, f := range split(text, ':') {
		if n := len(fields); n > 0 && isDrive(fields[n-1]) {
			fields[n-1] += ":" + f
			continue
		}
		fields = append(fields, f)
	}
	if len(fields) == 1 {
		m.Target = clean(fields[0])
		return m
	}
	m.Source, m.Target = fields[0], clean(fields[1])
	if isPath(m.Source) {
		m.Type = "bind"
	}
	if len(fields) > 2 {
		for _, option := range strings.Split(fields[2], ",") {
			switch option {
			case "ro":
				m.ReadOnly = true
			case "rw":
				m.ReadOnly = false
			}
		}
	}
	return m
}

// clean is a target as compose has it.
func clean(target string) string {
	if target == "" {
		return ""
	}
	return path.Clean(target)
}

// isDrive reports whether text is one letter.
func isDrive(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return n == len(text) && unicode.IsLetter(r)
}

// isPath reports whether the source of a short mount is a path on the host.
func isPath(source string) bool {
	if source == "" {
		return false
	}
	if strings.IndexByte("./~", source[0]) >= 0 || strings.HasPrefix(source, `\\`) {
		return true
	}
	drive, _, ok := strings.Cut(source, ":")
	return ok && isDrive(drive)
}
