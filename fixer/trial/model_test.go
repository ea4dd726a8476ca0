package trial

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"nonroot/fixer/trial/seen"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the cases")

// TestModels takes testdata/model/*.txtar: what compose config prints of a project,
// the services that are asked for and the paths of the host that are there, and
// compares what is run instead.
func TestModels(t *testing.T) {
	names, _ := filepath.Glob("testdata/model/*.txtar")
	if len(names) == 0 {
		t.Fatal("no cases")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := modelCase(t, archive)
			at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "run" })
			if *update {
				archive.Files = append(archive.Files[:at:at], txtar.File{Name: "run", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if at < 0 || string(archive.Files[at].Data) != got {
				t.Errorf("what is run is not as in the case (-update rewrites it):\n%s", got)
			}
		})
	}
}

// modelCase is what comes of a case, as text.
func modelCase(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	var config mapping
	var names []string
	kinds := map[string]string{}
	for _, f := range archive.Files {
		switch f.Name {
		case "config.json":
			if err := json.Unmarshal(f.Data, &config); err != nil {
				t.Fatal(err)
			}
		case "services":
			names = strings.Fields(string(f.Data))
		case "host":
			for line := range strings.Lines(string(f.Data)) {
				path, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
				kinds[path] = kind
			}
		}
	}
	kind := func(path string) string {
		if kind := kinds[path]; kind != "" {
			return kind
		}
		return seen.Missing
	}
	m, err := transform(config, setting{mark{"0a1b2c", "1700000000"}, names, kind, "/tmp/trial", false})
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "looked at: %s\nstarted: %s\nbuilt: %s\n", strings.Join(m.services, " "), strings.Join(m.needed, " "), strings.Join(m.builds(), " "))
	for _, name := range sortedKeys(m.refused) {
		fmt.Fprintf(&out, "not run: %s: %s\n", name, m.refused[name])
	}
	for _, name := range sortedKeys(m.notes) {
		fmt.Fprintf(&out, "note: %s: %s\n", name, strings.Join(m.notes[name], "; "))
	}
	for _, top := range m.copies.tops {
		fmt.Fprintf(&out, "copied: %s to %s %s\n", top.source, top.volume, top.makes)
	}
	for _, dir := range sortedKeys(m.copies.parts) {
		p := m.copies.parts[dir]
		fmt.Fprintf(&out, "part: %s of %s as %s\n", p.rel, p.of.volume, p.volume)
	}
	for i, file := range m.copies.files {
		fmt.Fprintf(&out, "copied: %s to %s\n", file, m.copies.filePath(i))
	}
	text, err := json.MarshalIndent(m.compose, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return out.String() + string(text) + "\n"
}
