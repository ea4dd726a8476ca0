package settings_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const page = "../../docs/settings.md"

// sections are the parts of the page, by the key in their heading.
func sections(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for part := range strings.SplitSeq("\n"+string(text), "\n#") {
		heading, body, _ := strings.Cut(strings.TrimLeft(part, "#"), "\n")
		if key, ok := strings.CutPrefix(heading, " `"); ok {
			out[strings.TrimSuffix(key, "`")] = body
		}
	}
	return out
}

// documented checks that the properties of a schema have a section each, which
// names its default and the words that it takes.
func documented(t *testing.T, page map[string]string, properties object, prefix string) {
	t.Helper()
	for key, value := range properties {
		body, ok := page[prefix+key]
		if !ok {
			t.Errorf("%s%s has no section", prefix, key)
			continue
		}
		delete(page, prefix+key)
		says(t, prefix+key, body, value.(object))
		if inner, ok := value.(object)["properties"]; ok {
			documented(t, page, inner.(object), prefix+key+".")
		}
	}
}

// says checks that a text names a setting's default and the words that it takes.
func says(t *testing.T, key, body string, property object) {
	t.Helper()
	if text := "Default"; !strings.Contains(body, text) && property["properties"] == nil && key != "services" {
		t.Errorf("%s has no default", key)
	}
	if value, ok := property["default"]; ok && !strings.Contains(body, fmt.Sprintf("Default: `%v`", value)) {
		t.Errorf("%s does not have the default %v", key, value)
	}
	words, _ := property["enum"].([]any)
	if more, ok := property["additionalProperties"].(object); ok {
		inner, _ := more["enum"].([]any)
		words = append(words, inner...)
	}
	for _, word := range words {
		if !strings.Contains(body, fmt.Sprintf("`%v`", word)) {
			t.Errorf("%s does not have the word %v", key, word)
		}
	}
}

// TestPage checks that docs/settings.md has every key of the schema and no other.
func TestPage(t *testing.T) {
	schema, page := readSchema(t), sections(t)
	defs := schema["$defs"].(object)
	properties := func(name string) object { return defs[name].(object)["properties"].(object) }
	writable := page["services.NAME.writable"]
	documented(t, page, schema["properties"].(object), "")
	documented(t, page, properties("service"), "services.NAME.")
	for key, value := range properties("writable") {
		_, body, ok := strings.Cut(writable, "\n- `"+key+"`: ")
		if body, _, _ = strings.Cut(body, "\n- "); !ok {
			t.Errorf("%s of writable is not there", key)
		} else if key != "path" {
			says(t, key, body, value.(object))
		}
	}
	for key := range page {
		t.Errorf("%s has a section, and is no key", key)
	}
}

// TestPageExamples checks that what the page shows is what Parse takes.
func TestPageExamples(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```yaml\n")
	if len(blocks) < 10 {
		t.Errorf("only %d examples are found", len(blocks)-1)
	}
	for _, block := range blocks[1:] {
		example, _, _ := strings.Cut(block, "```")
		if _, err := parse(example); err != nil {
			t.Errorf("%v\n%s", err, example)
		}
	}
}
