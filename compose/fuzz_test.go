package compose

import (
	"errors"
	"strings"
	"testing"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// FuzzParse: whatever the text, reading, merging and editing it gives results
// or errors of the known kinds, and an edit that is made leaves a file that is
// read again.
func FuzzParse(f *testing.F) {
	for _, files := range projects {
		for _, text := range files {
			f.Add(text)
			f.Add(strings.ReplaceAll(text, "\n", "\r\n"))
		}
	}
	for _, c := range changes {
		f.Add(c.before)
	}
	// What services merge are services: read_only is one here, and one's attribute.
	f.Add("x-list: &list\n- read_only:\nservices:\n  one:\n    <<: *list\n  <<: *list\n")
	f.Fuzz(func(t *testing.T, text string) {
		src := &edit.Source{Path: "a.yaml", Text: text}
		file, err := Parse(src)
		if err != nil {
			known(t, err)
			return
		}
		m, err := Merge(func(string, string) (*File, error) { return file, nil }, file, file)
		if err == nil {
			for _, s := range m.Services {
				ours(s)
			}
		}
		for _, s := range file.Services {
			for _, make := range []func(*Service) (edit.Edit, error){appendTmpfs, noNewPrivileges, readOnly, user, args, volume} {
				e, err := make(s)
				if err != nil {
					known(t, err)
					continue
				}
				after, err := edit.Apply(src, []edit.Edit{e})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := Parse(after); err != nil {
					t.Fatalf("%v\nbefore %q\nafter %q", err, src.Text, after.Text)
				}
			}
		}
	})
}

// known sees that an error is of a kind that Parse documents.
func known(t *testing.T, err error) {
	t.Helper()
	var refused *edit.Refusal
	var syntax *tree.SyntaxError
	if !errors.As(err, &refused) && !errors.As(err, &syntax) && !errors.Is(err, ErrNoServices) {
		t.Fatalf("%T: %v", err, err)
	}
}
