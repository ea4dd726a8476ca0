package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"nonroot/fixer/edit"
)

// TestMain lets scripts run the command: this test binary, under another name.
// With the race detector it would sleep for a second at each exit.
func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	testscript.Main(tidy{m}, map[string]func(){"nonroot": main})
}

// tidy removes what tests of this package share when all have run.
type tidy struct{ *testing.M }

var removeAtEnd []string

func (m tidy) Run() int {
	code := m.M.Run()
	for _, dir := range removeAtEnd {
		os.RemoveAll(dir)
	}
	return code
}

// TestScripts runs testdata/script/*.txtar; -update rewrites what they compare
// outputs with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *updateProjects,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, "GORACE="+os.Getenv("GORACE"),
				"NONROOT_CACHE="+filepath.Join(env.WorkDir, ".cache"), "DOCKER_CONFIG="+env.WorkDir, "PATH="+os.Getenv("PATH"),
				"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
				"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com",
				"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil // who may read and write everything
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "commit": commit, "json": jsonAt, "make": remake, "mode": mode, "clean": clean,
			"registry": serveImage,
		},
	})
}

// exits CODE COMMAND [ARG…] runs a command, which must exit with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		code = failed.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s exits %d, not %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// commit makes the current folder a git repository with everything committed.
func commit(ts *testscript.TestScript, neg bool, args []string) {
	for _, words := range []string{"init -q", "add -A", "commit -q -m start"} {
		ts.Check(ts.Exec("git", strings.Fields(words)...))
	}
}

// clean checks that git sees no change in the current folder's repository;
// "clean FILE…" that it sees changes of these files only.
func clean(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("git", "status", "--porcelain", "--untracked-files=all"))
	var changed []string
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		changed = append(changed, strings.TrimSpace(line[3:]))
	}
	slices.Sort(changed)
	if slices.Sort(args); neg || !slices.Equal(changed, args) {
		ts.Fatalf("git sees changes of %q, not of %q", changed, args)
	}
}

// jsonAt PATH VALUE looks into the JSON on stdout: "findings.0.rule tmpfs-owner";
// "findings.len" is a length.
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] json PATH VALUE")
	}
	var at any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &at))
	for key := range strings.SplitSeq(args[0], ".") {
		at = step(at, key)
	}
	if got := fmt.Sprint(at); (got == args[1]) == neg {
		ts.Fatalf("%s is %q", args[0], got)
	}
}

func step(at any, key string) any {
	switch at := at.(type) {
	case map[string]any:
		return at[key]
	case []any:
		if key == "len" {
			return len(at)
		}
		if i, err := strconv.Atoi(key); err == nil && i < len(at) {
			return at[i]
		}
	}
	return nil
}

// remake KIND FILE… rewrites files: with crlf line endings, behind a bom, without
// a final newline (cut). What is so already stays.
func remake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: make crlf|bom|cut FILE…")
	}
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		switch args[0] {
		case "crlf":
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\n", "\r\n")
		case "bom":
			text = edit.BOM + strings.TrimPrefix(text, edit.BOM)
		case "cut":
			text = strings.TrimSuffix(text, "\n")
		default:
			ts.Fatalf("unknown kind %s", args[0])
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// mode PERM FILE checks the permissions of a file.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode PERM FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, not %s", args[1], got, args[0])
	}
}
