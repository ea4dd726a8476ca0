package makefile

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAppendedTargetWorks runs the target in Makefiles of all shapes.
func TestAppendedTargetWorks(t *testing.T) {
	needsRoot(t)
	makefiles := map[string]string{
		"bash, strict":    "SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\n",
		"bash, env":       "SHELL := /usr/bin/env bash\n",
		"strict oneshell": ".ONESHELL:\n.DELETE_ON_ERROR:\nSHELL = bash\n.SHELLFLAGS = -eu -o pipefail -c\na:\n\techo\n",
		"posix":           ".POSIX:\n.SUFFIXES:\n.SILENT:\na:\n\techo\n",
		"export all":      ".EXPORT_ALL_VARIABLES:\nexport\nPATH := $(PATH)\na:\n\techo\n",
	}
	for name, text := range maps.Clone(makefiles) {
		makefiles[name+", CRLF"] = twins[1].of(text)
	}
	for _, s := range samples {
		makefiles[s.name] = s.text
	}
	for name, text := range makefiles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, appended(t, text, params("data", "b c")))
			p.write(".env", "APP_USER_ID=1234    # uid\nAPP_GROUP_ID=1235   # gid\n")
			p.reset("--no-print-directory")
			if got := p.owners("data") + p.owners("b c"); got != " 755 1234:1235\n 755 1234:1235\n" {
				t.Error(got)
			}
		})
	}
}

// TestDryRun: make -n shows the recipe and runs nothing of it.
func TestDryRun(t *testing.T) {
	p := newProject(t, appended(t, "", params("data")))
	out, err := p.make("-n", Target)
	if err != nil || !strings.HasPrefix(out, "set -eu; ") || strings.Contains(out, "$$") || !strings.Contains(out, `chown -R -P -h "$uid:$gid" "$dir"`) {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
		t.Error("make -n made a directory")
	}
}
