package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"strings"
	"testing"
)

// limits are the numbers of docs/security.md: where in the source each one is, and the
// words around it, with @ in its place. Less is what the page's number is below the constant.
var limits = []struct {
	file, name string
	page       string
	less       int64
}{
	{"dockerfile/limits.go", "maxFile", "| a Dockerfile | @ (a BuildKit client sends no more), ", 0},
	{"dockerfile/limits.go", "maxLines", " (a BuildKit client sends no more), @ lines, ", 0},
	{"dockerfile/limits.go", "maxInstructions", " lines, @ instructions |", 0},
	{"dockerfile/limits.go", "maxLine", "| a line of a Dockerfile | @ bytes (BuildKit) |", 1},
	{"fixer/read.go", "maxSource", "| a Dockerfile | @ (a BuildKit client sends no more), ", 0},
	{"compose/tree/parse.go", "MaxBytes", "| a compose file | @, ", 0},
	{"compose/tree/parse.go", "MaxDepth", ", @ levels, ", 0},
	{"compose/file.go", "maxServices", " levels, @ services, ", 0},
	{"compose/tree/parse.go", "maxExpand", "aliases that stand for @ values and ten times its own |", 0},
	{"compose/merge.go", "maxMerged", "| files that come together by `include` | @, each as often as it is named; ", 0},
	{"compose/merge.go", "maxFiles", "each as often as it is named; @ deep, as for `extends` |", 0},
	{"fixer/group.go", "maxServices", "| services of the compose files of a folder | @, each as often as it is loaded |", 0},
	{"fixer/read.go", "maxBeside", "| `.env`, Makefile, `.dockerignore`, `.nonroot.yaml`, `.gitignore` | @ |", 0},
	{"fixer/settings/parse.go", "maxBytes", "| `.env`, Makefile, `.dockerignore`, `.nonroot.yaml`, `.gitignore` | @ |", 0},
	{"fixer/discover/folder.go", "maxIgnoreFile", "| `.env`, Makefile, `.dockerignore`, `.nonroot.yaml`, `.gitignore` | @ |", 0},
	{"fixer/edit/diff.go", "maxLines", "| a diff | @ lines |", 0},
	{"fixer/report/text.go", "maxRunes", "| a line or a message in text output | @ characters, and how many more there are |", 0},
	{"compose/interpolate.go", "maxValue", "a value in which variables stand for more than @, ", 0},
	{"dockerfile/rootfs/env.go", "maxValue", "a value in which variables stand for more than @, ", 0},
	{"dockerfile/rootfs/env.go", "maxValues", ", or @ over a file; ", 0},
	{"dockerfile/shell/analyze.go", "maxScript", "a script of @; ", -1},
	{"dockerfile/rootfs/analyze.go", "maxPath", "; a path of @; ", 0},
	{"dockerfile/rootfs/accounts.go", "maxAccounts", "; @ accounts, memberships and packages of a stage; ", 0},
	{"dockerfile/rootfs/run.go", "maxPrivileges", "; @ accounts, memberships and packages of a stage; ", 0},
	{"fixer/listing.go", "maxListed", "; @ files of one COPY, ", 0},
	{"fixer/listing.go", "maxVisited", " files of one COPY, @ that are looked at; ", 0},
	{"dockerfile/rootfs/query.go", "maxAllWork", "questions about owners that look at @ events; ", 0},
}

// TestLimits asserts that the page has the numbers of the constants, and no others.
func TestLimits(t *testing.T) {
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text2, _ := strings.Cut(string(text), "\n| What | At most |\n")
	section, _, found := strings.Cut(text2, "\n## ")
	if !found {
		t.Fatal("the page has no table of limits")
	}
	page := strings.Join(strings.Fields(section), " ")
	said := 0 // numbers that a constant stands for, each counted once
	counted := map[string]bool{}
	for _, l := range limits {
		n := constantOf(t, "../../"+l.file, l.name) - l.less
		number := size(n)
		if strings.Contains(l.page, "@ events") {
			number = count(n)
		}
		if !strings.Contains(page, strings.Replace(l.page, "@", number, 1)) {
			t.Errorf("%s of %s is %s: the page does not say %q", l.name, l.file, number, strings.Replace(l.page, "@", number, 1))
		}
		if !counted[l.page] {
			counted[l.page] = true
			said++
		}
	}
	if all := regexp.MustCompile(`[0-9][0-9,]*`).FindAllString(page, -1); len(all) != said {
		t.Errorf("the page has the numbers %q, and constants stand for %d of them", all, said)
	}
}

// size is a number as the page has it, where round ones are of bytes.
func size(n int64) string {
	switch {
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return count(n)
}

func count(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// constantOf is the value of a constant of one file, which needs nothing but itself
// and bufio.
func constantOf(t *testing.T, path, name string) int64 {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: onlyBufio{}, Error: func(error) {}}
	pkg, _ := conf.Check(file.Name.Name, set, []*ast.File{file}, nil) // what it uses of others is wrong
	value, ok := pkg.Scope().Lookup(name).(*types.Const)
	if !ok {
		t.Fatalf("%s has no constant %s", path, name)
	}
	n, exact := constant.Int64Val(value.Val())
	if !exact {
		t.Fatalf("%s of %s is %v", name, path, value.Val())
	}
	return n
}

// onlyBufio imports the one constant of another package that a limit is made from.
type onlyBufio struct{}

func (onlyBufio) Import(path string) (*types.Package, error) {
	if path != "bufio" {
		return nil, errors.New("not needed")
	}
	pkg := types.NewPackage(path, path)
	pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, "MaxScanTokenSize", types.Typ[types.UntypedInt], constant.MakeInt64(bufio.MaxScanTokenSize)))
	pkg.MarkComplete()
	return pkg, nil
}
