package diagnose

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// noise is what reads like a permission error of the system and is one of an
// application: of databases, HTTP, SSH, clouds, clusters; and test names. Loose
// forms do not match there.
var noise = pattern(`(?i)permission denied (?:for|to (?:create|set|alter|access)) |` +
	`permission denied \((?:publickey|password|keyboard|gssapi|hostbased)|permission denied, please try again|` +
	`\bHTTP/[12]|"?(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /|\b(?:status|code)["=: ]+40[13]\b|\b40[13] (?:forbidden|unauthorized|permission denied)|\b(?:forbidden|unauthorized)\b|` +
	`https?://\S+: ?permission denied|\bs3://|\bgs://|accessdenied\b|access denied for user|permission_denied|rbac|cannot \w+ resource|` +
	`inode="|^\s*(?:--- (?:pass|fail|skip)|=== run|ok\s|✓|✔|√|test )|\bit should\b|avc:\s+denied|topic authorization`)

// Lines of an error that a program prints over several: the members of an object
// in Node.js, what npm says.
var detail = pattern(`^\s*(?:npm (?:ERR!|error|verb) )?\s*(syscall|path|dest|address|port):? +'?([^']+?)'?,?(?: \})?$`)

const (
	// patience is how many lines of one source an event waits for its path.
	patience = 8
	// maxWaiting bounds the sources of which an event waits.
	maxWaiting = 32
)

// matcher reads one line after the other.
type matcher struct {
	wait map[string]*waiting
	// node is the line of the last error of Node.js that had a path, by source, so
	// that the object that it prints behind is not a second one.
	node map[string]int
}

type waiting struct {
	event Event
	left  int
}

func newMatcher() *matcher {
	return &matcher{wait: map[string]*waiting{}, node: map[string]int{}}
}

// waiting reports whether an event waits for what the next lines say.
func (m *matcher) waiting() bool { return len(m.wait) > 0 }

// read looks at one line. An event that waited comes before that of the line.
func (m *matcher) read(number int, line []byte) []Event {
	waits := len(m.wait) > 0
	hit := finder().index(line) >= 0
	if !hit && !waits {
		return nil
	}
	source, text := part(line)
	var out []Event
	if w := m.wait[source]; w != nil {
		if !w.add(text) {
			w.left--
		}
		if w.event.Path != "" || w.event.Port != 0 || w.left == 0 {
			delete(m.wait, source)
			out = append(out, w.event)
		}
	}
	if !hit {
		return out
	}
	e, ok := match(text)
	if !ok {
		return out
	}
	e.Line, e.Source = number, source
	switch e.Form.ID {
	case "node", "node-listen", "node-socket":
		if len(m.node) > maxWaiting {
			clear(m.node)
		}
		m.node[source] = number
	case "node-code":
		npm := strings.HasPrefix(strings.TrimSpace(text), "npm")
		if last := m.node[source]; !npm && last > 0 && number-last <= 4*patience || m.wait[source] != nil {
			return out
		}
		if len(m.wait) < maxWaiting {
			m.wait[source] = &waiting{e, patience}
			return out
		}
	}
	return append(out, e)
}

// add takes in a line of the error that an event is of; false where it is none.
func (w *waiting) add(text string) bool {
	d := detail().FindStringSubmatch(text)
	if d == nil {
		return false
	}
	switch d[1] {
	case "syscall":
		if d[2] == "listen" {
			w.event.Kind = Port
		} else if op, ok := ops[d[2]]; ok {
			w.event.Op = op
		}
		w.event.Makes = things[d[2]]
	case "path":
		w.event.Path = bounded(d[2])
	case "port":
		w.event.Port, _ = strconv.Atoi(d[2])
	}
	return true
}

// flush are the events that still wait when the log ends, in the order of lines.
func (m *matcher) flush() []Event {
	var out []Event
	for _, w := range m.wait {
		out = append(out, w.event)
	}
	clear(m.wait)
	slices.SortFunc(out, func(a, b Event) int { return a.Line - b.Line })
	return out
}

const (
	before = 6 << 10 // how many bytes before a needle are looked at
	behind = 2 << 10 // and behind it
)

// match is the first form that a message has. Of a long one, it looks at what is
// around the first needle.
func match(text string) (Event, bool) {
	if len(text) > before+behind {
		at := max(finder().index([]byte(text)), 0)
		text = text[max(at-before, 0):min(at+behind, len(text))]
	}
	lower := strings.ToLower(text)
	for _, f := range Forms {
		if !strings.Contains(lower, f.has) {
			continue
		}
		if e, ok := f.match(text); ok {
			return e, true
		}
	}
	return Event{}, false
}

func (f *Form) match(text string) (Event, bool) {
	groups := f.re().FindStringSubmatchIndex(text)
	if groups == nil || f.loose && noise().MatchString(text) {
		return Event{}, false
	}
	e := Event{Form: f, Kind: f.kind, Op: f.op, Makes: f.makes, Text: excerpt(text, groups[0], groups[1])}
	for i, name := range f.re().SubexpNames() {
		if name == "" || groups[2*i] < 0 {
			continue
		}
		value := text[groups[2*i]:groups[2*i+1]]
		switch name {
		case "err":
			if kind := kindOf(value); e.Kind == 0 {
				e.Kind = kind
			}
		case "op":
			if op, ok := ops[strings.ToLower(value)]; ok {
				e.Op = op
			}
			if thing, ok := things[strings.ToLower(value)]; ok {
				e.Makes = thing
			}
		case "path":
			e.Path = bounded(strings.TrimRight(value, "*"))
		case "port":
			e.Port, _ = strconv.Atoi(value)
		}
	}
	if e.Kind == 0 || strings.HasPrefix(e.Path, "//") || e.Kind == Port && e.Port > 1023 {
		return Event{}, false
	}
	if strings.Contains(text, "for reading") || strings.Contains(text, "can't read") || strings.Contains(text, "cannot read") {
		e.Op = Read
	}
	if e.Kind == NotPermitted && e.Op == UnknownOp && strings.Contains(text, "chown") {
		e.Op = Chown
	}
	return e, true
}

// excerpt is what an event keeps of a message, so that the match is in it.
func excerpt(text string, start, end int) string {
	if end <= MaxShown || start == 0 {
		return bounded(text)
	}
	if start = max(start-100, 0); start == 0 {
		return bounded(text)
	}
	for start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	return "…" + bounded(text[start:])
}

// bounded is the beginning of a text, cut at a rune.
func bounded(text string) string {
	if len(text) <= MaxShown {
		return text
	}
	cut := MaxShown
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
