package diagnose

import (
	"encoding/json"
	"strings"
)

// ansi are the sequences that terminals obey: CSI (colours), OSC (titles, links),
// and the short ones.
var ansi = pattern(`\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])`)

// Names before a message.
var (
	// api-1  | message, of docker compose logs and up; stack_api.1.x7@node | message,
	// of docker service logs.
	composeName = pattern(`^([A-Za-z0-9][A-Za-z0-9._@-]{0,200}) +\| ?`)
	// [pod/api-5f7/api] message, of kubectl logs --prefix.
	podName = pattern(`^\[pod/[^/\]]+/([^/\]]+)\] `)
	// the timestamp of --timestamps
	timestamp = pattern(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) `)
)

// part takes a line apart: who printed it, as far as the line says, and what.
func part(line []byte) (source, message string) {
	text := strings.TrimRight(string(line), "\r")
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.IndexByte(text, '\x1b') >= 0 {
		text = ansi().ReplaceAllString(text, "")
	}
	for range 2 { // a log that docker compose prints may hold such lines itself
		if m := composeName().FindStringSubmatch(text); m != nil && source == "" {
			source, text = m[1], text[len(m[0]):]
		} else if m := podName().FindStringSubmatch(text); m != nil {
			source, text = m[1], text[len(m[0]):]
		}
		text = text[len(timestamp().FindString(text)):]
		inner, ok := dockerJSON(text)
		if !ok {
			break
		}
		text = inner
	}
	if strings.HasPrefix(text, "{") {
		text = unescape.Replace(text)
	}
	return source, text
}

// unescape makes the strings of a JSON line readable as they would be alone.
var unescape = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, " ", `\t`, " ", `\/`, "/")

// dockerJSON is the message of a line that the engine's json-file driver wrote.
func dockerJSON(text string) (string, bool) {
	if !strings.HasPrefix(text, `{"log":`) {
		return "", false
	}
	var entry struct{ Log *string }
	if err := json.Unmarshal([]byte(text), &entry); err != nil || entry.Log == nil {
		return "", false
	}
	message := strings.TrimRight(*entry.Log, "\r\n")
	return ansi().ReplaceAllString(message, ""), true
}
