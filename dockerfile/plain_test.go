package dockerfile

import (
	"strings"
	"testing"
)

// TestPlainInstructions puts together instructions of words that may trip a
// parser: where BuildKit is not asked, it reads what is meant, in every style.
func TestPlainInstructions(t *testing.T) {
	words := []string{
		"app", "1000:1000", "$APP_UID", "${USER_ID}", "USER_ID=1000", "A=", "=a", "-r", "--mount=type=cache", "--", "-", "&&", "&& ", ";", "a;", "#", "#x", "<<EOF", "$((1<<2))",
		"[", `["a"]`, `\`, "a\\", "`", "a`", `"a b"`, "'", "/home/app", "", "é", "\t", "{a,b}", "a,b", "%u", "+x", "@", "~", "|", "||", "a&", "&", ">/x", "(a", "b)", `$("`, "*", "?", "!", "a=b=c", "FROM", "EOF", "\u00a0",
	}
	var lines []string
	for _, a := range words {
		lines = append(lines, a)
		for _, b := range words {
			lines = append(lines, a+" "+b)
		}
	}
	files := []string{
		"FROM debian:12\nRUN true\n", "from debian:12\nrun true\n", "FROM debian:12\r\nRUN true\r\n", "# escape=`\nFROM debian:12\nRUN true\n",
		"FROM debian:12\n  RUN a \\\n   && b\n", "FROM debian:12\nRUN a && \\\n\tb\n",
	}
	asked, not := 0, 0
	for _, text := range files {
		f := parse(t, text)
		in := f.Instructions[1]
		s := style{f: f, eol: f.Src.EOL(0), indent: in.indent()}
		for _, name := range []string{"USER", "ARG", "RUN", "ENV"} {
			for _, comment := range []string{"", "Create app user, and directory", "syntax=x", "-", " x"} {
				for i, line := range lines {
					n := New{Comment: comment, Name: name, Lines: []string{line}}
					if name == "RUN" && i > 0 {
						n.Lines = []string{line, lines[i-1]}
					}
					if !n.plain() {
						asked++
						continue
					}
					not++
					var out strings.Builder
					s.write(&out, n)
					if reason := s.misread([]New{n}, out.String(), true); reason != "" {
						t.Errorf("%q is plain: %s", out.String(), reason)
					}
				}
			}
		}
	}
	if asked == 0 || not == 0 {
		t.Errorf("%d asked, %d not", asked, not)
	}
}
