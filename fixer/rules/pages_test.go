package rules_test

import (
	"os"
	"path/filepath"
	"testing"

	"nonroot/fixer/rules"
)

// TestPages compares docs/rules with what the rules say of themselves.
func TestPages(t *testing.T) {
	const dir = "../../docs/rules"
	index := "# Rules\n\nMade from the rules by `make docs`; `nonroot explain RULE` prints the same, and how logs show it.\n\n| rule | finds | severity | fix |\n|---|---|---|---|\n"
	want := map[string]string{}
	for _, r := range rules.All() {
		want[r.ID+".md"] = r.Page()
		index += "| [" + r.ID + "](" + r.ID + ".md) | " + r.Title + " | " + r.Severity + " | " + r.Safety + " |\n"
	}
	want["README.md"] = index
	for name, page := range want {
		file := filepath.Join(dir, name)
		if *update {
			if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != page {
			t.Errorf("%s is stale: run make docs (%v)", file, err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := want[f.Name()]; !ok {
			t.Errorf("%s belongs to no rule", f.Name())
		}
	}
}
