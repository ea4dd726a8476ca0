package diagnose_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"nonroot/fixer"
	"nonroot/fixer/diagnose"
	"nonroot/fixer/rules"
)

var update = flag.Bool("update", false, "rewrite what comes out of the lines, and docs/diagnose.md")

const attributionFile = "../../testdata/diagnose/attribution.txtar"

// TestAttribution goes through the lines of real programs.
func TestAttribution(t *testing.T) {
	archive, err := txtar.ParseFile(attributionFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := &archive.Files[len(archive.Files)-1]
	blocks := 0
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(string(lines.Data)), "\n\n") {
		comment, log, want := sections(block)
		if comment == "" || log == "" {
			t.Fatalf("a block has no comment or no log:\n%s", block)
		}
		got := described(explained(t, archive, strings.ReplaceAll(log, "␛", "\x1b"), ""))
		if blocks++; !*update && got != want {
			t.Errorf("%s%sgives\n%sand should\n%s", comment, log, got, want)
		}
		fmt.Fprintf(&out, "%s%s%s\n", comment, log, got)
	}
	if blocks < 60 {
		t.Errorf("there are %d lines of programs only", blocks)
	}
	if *update {
		lines.Data = []byte(strings.TrimSuffix(out.String(), "\n"))
		if err := os.WriteFile(attributionFile, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// workspace is the project of an archive.
func workspace(t *testing.T, archive *txtar.Archive) *fixer.Workspace {
	t.Helper()
	list := fixer.Listing{FS: fstest.MapFS{}}
	files := list.FS.(fstest.MapFS)
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
		switch {
		case strings.HasSuffix(f.Name, "Dockerfile"):
			list.Dockerfiles = append(list.Dockerfiles, f.Name)
		case strings.HasSuffix(f.Name, "compose.yaml"):
			list.Composes = append(list.Composes, f.Name)
		}
	}
	ws, err := fixer.OpenFS(list)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

func sections(block string) (comment, log, want string) {
	for line := range strings.Lines(block + "\n") {
		switch {
		case strings.HasPrefix(line, "# ") && log == "":
			comment += line
		case strings.HasPrefix(line, "> "):
			want += line
		default:
			log += line
		}
	}
	return comment, log, want
}

// explained is what a log says of the project of an archive.
func explained(t *testing.T, archive *txtar.Archive, log, service string) []diagnose.Entry {
	t.Helper()
	c, err := diagnose.Collect(diagnose.Scan(strings.NewReader(log)))
	if err != nil {
		t.Fatal(err)
	}
	opt := diagnose.Options{Service: service, Rules: rules.All()}
	var matches []diagnose.Match
	err = fixer.Each(t.Context(), workspace(t, archive), func(p *fixer.Project) ([]diagnose.Match, error) {
		return diagnose.Attribute(p, c.Groups, opt), nil
	}, func(_ *fixer.Project, m []diagnose.Match, problems []fixer.Problem) {
		for _, p := range problems {
			t.Errorf("%s: %v", p.Path, p.Err)
		}
		matches = append(matches, m...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return diagnose.Conclude(c.Groups, matches, opt)
}

// described is one line an entry.
func described(entries []diagnose.Entry) string {
	var out strings.Builder
	for _, e := range entries {
		what := e.Where
		if e.Port != 0 {
			what = fmt.Sprint(e.Port)
		}
		fmt.Fprintf(&out, "> %s, %s, %s %s; %s: %s", e.Form.ID, e.Kind, e.Op, what, e.Service, e.Cause.ID)
		if e.Open != "" {
			out.WriteString("; " + e.Open)
		}
		if e.Command != "" {
			out.WriteString("; " + e.Command)
		}
		out.WriteString("\n")
	}
	if len(entries) == 0 {
		return "> nothing\n"
	}
	return out.String()
}

// TestNames tells services by the names that logs have, where one is the end of
// another, and with --service.
func TestNames(t *testing.T) {
	archive := txtar.Parse([]byte(`-- compose.yaml --
services:
  api:
    image: nginx:1.27
    user: "1000:1000"
  my-api:
    image: nginx:1.27
    user: "1000:1000"
  api2:
    image: nginx:1.27
    user: "1000:1000"
    container_name: front
`))
	for _, c := range []struct{ source, service, want string }{
		{"api", "", "api"}, {"api-1", "", "api"}, {"api_12", "", "api"}, {"shop-api-1", "", "api"}, {"shop_api_1", "", "api"}, {"shop_api.2.x7f@n1", "", "api"},
		{"my-api", "", "my-api"}, {"my-api-1", "", "my-api"}, {"shop-my-api-1", "", "my-api"},
		{"api2", "", "api2"}, {"api2-1", "", "api2"}, {"front", "", "api2"},
		{"apis-1", "", ""}, {"1", "", ""}, {"xapi-1", "", ""},
		{"api-1", "api", "api"}, {"my-api-1", "api", "left out"}, {"front", "api", "left out"}, {"other-1", "api", "left out"},
		{"", "api", "api"}, {"", "nope", ""}, {"", "", ""},
	} {
		log := "open /srv/x: permission denied\n"
		if c.source != "" {
			log = c.source + "  | " + log
		}
		got := "left out"
		if entries := explained(t, archive, log, c.service); len(entries) == 1 {
			got = entries[0].Service
		}
		if got != c.want {
			t.Errorf("%q with --service %q is of %q, want %q", c.source, c.service, got, c.want)
		}
	}
}
