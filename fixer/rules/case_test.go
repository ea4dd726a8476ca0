package rules_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rogpeppe/go-internal/txtar"

	"nonroot/fixer"
	"nonroot/fixer/discover"
	"nonroot/fixer/edit"
	"nonroot/fixer/rules"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the cases")

const casesDir = "../../testdata/rules"

// TestCases runs every case of testdata/rules/<rule>/. A case is a project; its
// comment may have lines "unsafe" (make unsafe fixes), "kubernetes", "all" (all
// rules, not only the folder's) and "mode 600 path". The file "findings" is what is expected to
// be found, the files under "fixed/" what the fix makes.
//
// Without being asked, each case also asserts what must hold of any fix, and the
// same of its twins with CRLF, with a byte order mark, and without the final
// line break.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(casesDir, "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", casesDir, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), casesDir+"/"), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := readCase(t, file)
			got := c.run(t, c.files)
			if *update {
				c.write(t, got)
				return
			}
			c.compare(t, got)
			for twin, transform := range twins {
				t.Run(twin, func(t *testing.T) { c.runTwin(t, transform, got) })
			}
		})
	}
}

// TestEveryRuleHasItsCases asks for a case that fixes, one that refuses and one
// that stays silent.
func TestEveryRuleHasItsCases(t *testing.T) {
	for _, r := range rules.All() {
		for _, kind := range []string{"fixes", "refuses", "silent"} {
			files, _ := filepath.Glob(filepath.Join(casesDir, r.ID, kind+"*.txtar"))
			if len(files) == 0 {
				t.Errorf("%s has no case %s*.txtar", r.ID, kind)
			}
		}
	}
}

type testCase struct {
	file, rule string
	archive    *txtar.Archive
	options    []string
	files      map[string]string
	modes      map[string]fs.FileMode
	findings   string
	fixed      map[string]string
}

func readCase(t *testing.T, file string) *testCase {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &testCase{
		file: file, rule: filepath.Base(filepath.Dir(file)), archive: archive,
		files: map[string]string{}, modes: map[string]fs.FileMode{}, fixed: map[string]string{},
	}
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if words := strings.Fields(line); len(words) == 3 && words[0] == "mode" {
			mode, err := strconv.ParseUint(words[1], 8, 32)
			if err != nil {
				t.Fatal(err)
			}
			c.modes[words[2]] = fs.FileMode(mode)
		} else if line == "unsafe" || line == "kubernetes" || line == "all" {
			c.options = append(c.options, line)
		}
	}
	for _, f := range archive.Files {
		name, isFixed := strings.CutPrefix(f.Name, "fixed/")
		switch {
		case f.Name == "findings":
			c.findings = string(f.Data)
		case isFixed:
			c.fixed[name] = string(f.Data)
		default:
			c.files[name] = string(f.Data)
		}
	}
	return c
}

// result is what a run of a case gives.
type result struct {
	findings string
	fixed    map[string]string
}

// run checks and fixes the files and asserts what must hold of any fix.
func (c *testCase) run(t *testing.T, files map[string]string) result {
	t.Helper()
	ws := openFiles(t, files, c.modes, slices.Contains(c.options, "kubernetes"))
	opt := fixer.Options{Rules: []*fixer.Rule{rules.ByID(c.rule)}, Safety: fixer.Safe}
	if slices.Contains(c.options, "all") || opt.Rules[0] == nil {
		opt.Rules = rules.All()
	}
	if slices.Contains(c.options, "unsafe") {
		opt.Safety = fixer.Unsafe
	}
	out := result{fixed: map[string]string{}}
	var text strings.Builder
	var kept []string
	for _, p := range ws.Problems {
		fmt.Fprintf(&text, "problem %v\n", p.Err)
	}
	err := fixer.Each(t.Context(), ws, func(p *fixer.Project) (*fixer.Result, error) {
		return fixer.Run(p, opt)
	}, func(p *fixer.Project, r *fixer.Result, problems []fixer.Problem) {
		for _, p := range problems {
			fmt.Fprintf(&text, "problem %v\n", p.Err)
			if strings.Contains(p.Err.Error(), "bug in nonroot") {
				t.Error(p.Err)
			}
		}
		if r == nil {
			return
		}
		for _, f := range r.Findings {
			text.WriteString(describe(f))
		}
		assertResult(t, r, opt)
		kept = append(kept, told(r.After, opt.Rules)...)
		for _, change := range r.Changes {
			out.fixed[change.After.Path] = change.After.Text
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	anew := maps.Clone(files)
	maps.Copy(anew, out.fixed)
	assertKept(t, kept, c.tellAnew(t, anew, opt))
	out.findings = text.String()
	return out
}

// tellAnew is what is told of the projects among files, read for the first time.
func (c *testCase) tellAnew(t *testing.T, files map[string]string, opt fixer.Options) []string {
	t.Helper()
	ws := openFiles(t, files, c.modes, slices.Contains(c.options, "kubernetes"))
	var out []string
	err := fixer.Each(t.Context(), ws, func(p *fixer.Project) ([]string, error) {
		return told(p, opt.Rules), nil
	}, func(_ *fixer.Project, list []string, _ []fixer.Problem) { out = append(out, list...) })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func openFiles(t *testing.T, files map[string]string, modes map[string]fs.FileMode, kubernetes bool) *fixer.Workspace {
	t.Helper()
	fsys := fstest.MapFS{}
	var dockerfiles, composes []string
	for name, text := range files {
		mode, ok := modes[name]
		if !ok {
			mode = 0o644
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: mode}
		switch {
		case discover.IsDockerfile(path.Base(name)):
			dockerfiles = append(dockerfiles, name)
		case discover.IsCompose(path.Base(name)):
			composes = append(composes, name)
		}
	}
	slices.Sort(dockerfiles)
	slices.Sort(composes)
	ws, err := fixer.OpenFS(fixer.Listing{
		FS: fsys, Dockerfiles: dockerfiles, Composes: composes, Kubernetes: kubernetes,
		Ignored: func(name string) bool { return slices.Contains(strings.Fields(files[".gitignore"]), name) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// describe is one finding as the file "findings" has it.
func describe(f fixer.Judged) string {
	line, _ := f.At.Position()
	text := fmt.Sprintf("%s:%d %s %s %s: %s\n", f.At.Src.Path, line, f.Outcome, f.Severity, f.Rule.ID, f.Message)
	switch {
	case f.Refused != nil:
		reason := f.Refused.Error()
		if r, ok := f.Refused.(*edit.Refusal); ok {
			reason = r.Reason
		}
		text += "    no fix: " + reason + "\n"
	case f.Fix != nil:
		text += fmt.Sprintf("    %s: %s\n", f.Fix.Safety, f.Fix.Message)
	}
	return text
}

// assertResult asserts what must hold of any result: the judges of both
// languages take what was changed, the model of compose-go differs by what the
// fixes mean, git apply takes the diff, and a second run changes nothing.
func assertResult(t *testing.T, r *fixer.Result, opt fixer.Options) {
	t.Helper()
	again, err := fixer.Run(r.After, opt)
	if err != nil {
		t.Fatalf("second run: %v", err)
	}
	for _, f := range r.Findings {
		var unsound *fixer.Unsound
		if errors.As(f.Refused, &unsound) {
			t.Errorf("%s %s: %v", f.Rule.ID, f.Subject, unsound)
		}
	}
	for _, change := range again.Changes {
		t.Errorf("a second run changes %s:\n%s", change.After.Path, diffOf(t, change))
	}
	for _, change := range r.Changes {
		switch name := path.Base(change.After.Path); {
		case path.Ext(name) == ".yaml" || path.Ext(name) == ".yml":
			assertModel(t, r, change)
		case strings.HasPrefix(name, ".env") || strings.HasSuffix(strings.ToLower(name), "makefile"):
			assertOnlyAdded(t, change)
		default:
			assertDockerfile(t, change.After)
		}
	}
	assertGitApply(t, r.Changes)
}

// assertDockerfile asks BuildKit whether it takes the file.
func assertDockerfile(t *testing.T, src *edit.Source) {
	t.Helper()
	ast, err := parser.Parse(strings.NewReader(src.Text))
	if err != nil {
		t.Errorf("BuildKit's parser refuses %s: %v\n%s", src.Path, err, src.Text)
		return
	}
	if _, _, err := instructions.Parse(ast.AST, linter.New(&linter.Config{})); err != nil {
		t.Errorf("BuildKit refuses %s: %v\n%s", src.Path, err, src.Text)
	}
}

// assertOnlyAdded looks for a line of the file that is no longer there.
func assertOnlyAdded(t *testing.T, change fixer.Change) {
	t.Helper()
	for line := range strings.Lines(diffOf(t, change)) {
		if strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "--- ") {
			t.Errorf("%s loses a line: %s", change.After.Path, line)
		}
	}
}

func diffOf(t *testing.T, change fixer.Change) string {
	t.Helper()
	diff, err := edit.Diff(change.Before, change.After)
	if err != nil {
		t.Fatal(err)
	}
	return diff
}

// assertGitApply applies the diff to the files before and compares.
func assertGitApply(t *testing.T, changes []fixer.Change) {
	t.Helper()
	if len(changes) == 0 {
		return
	}
	dir := t.TempDir()
	var diff strings.Builder
	for _, change := range changes {
		diff.WriteString(diffOf(t, change))
		file := filepath.Join(dir, filepath.FromSlash(change.Before.Path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if change.Before.Absent {
			continue
		}
		if err := os.WriteFile(file, []byte(change.Before.Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_CONFIG_GLOBAL=/dev/null")
	cmd.Stdin = strings.NewReader(diff.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff.String())
	}
	for _, change := range changes {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(change.After.Path)))
		if err != nil || string(got) != change.After.Text {
			t.Errorf("git apply gives other bytes for %s (%v):\n%q\nwant\n%q", change.After.Path, err, got, change.After.Text)
		}
	}
}

// twins are what a case must survive.
var twins = map[string]func(string) string{
	"CRLF":             func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") },
	"BOM":              func(text string) string { return edit.BOM + text },
	"no final newline": func(text string) string { return strings.TrimSuffix(text, "\n") },
}

// hasTwin: the editors of .env and Makefile have tests of their own.
func hasTwin(name string) bool {
	return discover.IsDockerfile(path.Base(name)) || discover.IsCompose(path.Base(name))
}

// runTwin runs the case with its Dockerfiles and compose files transformed, and
// expects the result of the case, transformed.
func (c *testCase) runTwin(t *testing.T, transform func(string) string, want result) {
	files := map[string]string{}
	for name, text := range c.files {
		if hasTwin(name) {
			if transform(text) == text || strings.Contains(text, "\r") || strings.HasPrefix(text, edit.BOM) {
				t.Skip("the case is its own twin")
			}
			text = transform(text)
		}
		files[name] = text
	}
	got := c.run(t, files)
	if got.findings != want.findings {
		t.Errorf("other findings:\n%s\nwant:\n%s", got.findings, want.findings)
	}
	for name, text := range want.fixed {
		if hasTwin(name) {
			text = transform(text)
		}
		if got.fixed[name] != text {
			t.Errorf("%s:\n%q\nwant:\n%q", name, got.fixed[name], text)
		}
	}
	for name := range got.fixed {
		if _, ok := want.fixed[name]; !ok {
			t.Errorf("%s changes", name)
		}
	}
}

func (c *testCase) compare(t *testing.T, got result) {
	t.Helper()
	if got.findings != c.findings {
		t.Errorf("found:\n%s\nwant:\n%s", got.findings, c.findings)
	}
	for name, text := range got.fixed {
		if want, ok := c.fixed[name]; !ok || want != text {
			t.Errorf("%s becomes:\n%s\nwant:\n%s", name, text, want)
		}
	}
	for name := range c.fixed {
		if _, ok := got.fixed[name]; !ok {
			t.Errorf("%s does not change", name)
		}
	}
}

// write puts what a run gave into the case.
func (c *testCase) write(t *testing.T, got result) {
	t.Helper()
	archive := &txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if f.Name != "findings" && !strings.HasPrefix(f.Name, "fixed/") {
			archive.Files = append(archive.Files, f)
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: "findings", Data: []byte(got.findings)})
	var names []string
	for name := range got.fixed {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		archive.Files = append(archive.Files, txtar.File{Name: "fixed/" + name, Data: []byte(got.fixed[name])})
	}
	data := txtar.Format(archive)
	if old, err := os.ReadFile(c.file); err == nil && bytes.Equal(old, data) {
		return
	}
	if err := os.WriteFile(c.file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
