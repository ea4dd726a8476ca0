package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// checkAccept checks that what is said of a file without asking of every
// instruction is what BuildKit says of the whole. It reports how many
// instructions were certain, false where the parser does not take the file.
func checkAccept(t *testing.T, text string) (certain int, parsed bool) {
	t.Helper()
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return 0, false
	}
	for _, node := range result.AST.Children {
		node.PrevComment = nil
		if accepted(strings.ToLower(node.Value), node) {
			certain++
		}
	}
	got := accept(result.AST)
	_, _, want := instructions.Parse(result.AST, linter.New(&linter.Config{}))
	if a, b := withoutGuess(got), withoutGuess(want); a != b {
		t.Errorf("%q: %s, want %s", text, a, b)
	}
	return certain, true
}

// withoutGuess is what an error says, without the word that BuildKit takes to be
// meant: of two that are as near it names any.
func withoutGuess(err error) string {
	text, _, _ := strings.Cut(fmt.Sprint(err), " (did you mean")
	return text
}

// TestAccept puts every keyword before flags and words that BuildKit may refuse,
// before the first FROM, behind it, and behind ONBUILD.
func TestAccept(t *testing.T) {
	keywords := []string{
		"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER",
		"VOLUME", "WORKDIR", "from", "Copy", "arg", "NONE",
	}
	flags := []string{
		"", "--", "--from=a", "--from=", "--from", "--FROM=a", "--chown=a:b", "--chown=", "--chown", "--chmod=755", "--link", "--link=x", "--exclude=a", "--platform=x", "--platform=",
		"--platform", "--mount=type=cache,target=/x", "--mount=", "--mount", "--mount=type=x", "--mount=,", "--mount=from=$A", "--mount=from=a", "--MOUNT=a", "--mount=type=secret,uid=x",
		"--mount='\"a\"'", "--mount='\"a'", "--mount=a --mount=from=b", "--mount=a --network=none", "--network=none", "--network=x", "--security=x", "--device=a", "--interval=5s", "--interval=0s", "--interval=x", "--interval=s", "--interval=", "--interval", "--interval=5", "--interval=1ns", "--interval=-1s", "--timeout=1m30s", "--retries=3", "--retries=", "--retries=-1",
		"--retries=3s", "--retries=9999999999", "--retries=999999", "--interval=999999h", "--interval=9999999h", "--interval=9999999999h", "--interval=1m --timeout=2h --retries=1", "--start-period=5s --start-interval=5s", "--interval=5s --interval=5s", "--x=y",
		"--from=a --chown=b", "--from=a --from=b", "--chown=a --chmod=b --from=c", "--chown=a --chown=b", "--chown=a --link", "--platform=a --platform=b", "--from=a=b --from=c",
	}
	words := []string{
		"", "a", "a as a", "a AS A.b-C_1", "a AS 1", "a AS \u212a", "a b c", "=", "=a", "a=", "a=b", "a=b c", "a=b =c", `""`, `"" a`, `''=a`, `"a b"`, "CMD", "NONE", "NONE a", "CMD a",
		`["a","b"]`, `["a"]`, `[""]`, `[" "]`, `["a",""]`, "[]", `["a",1]`, "[", "a <<EOF", "<<EOF a", "0<<E", `["a","<<EOF"]`, `["<<EOF","a"]`, "<<-E", "<<", "$A", "${A:-b}", "80", "80/tcp 81", "/v /w",
		"\u00a0", "\v", "-", "--", "--x", "RUN a", "COPY a", "FROM a", "USER a", "USER", "ENV a",
	}
	var lines []string
	for _, k := range keywords {
		for _, a := range words {
			for _, b := range []string{"", "b", "=b", `["b"]`, "<<EOF", "AS é", "AS 1", "AS b c"} {
				lines = append(lines, k+" "+a+" "+b)
			}
		}
		for _, f := range flags {
			for _, a := range []string{"", "a", "a b", `["a","b"]`, "a <<EOF", "<<EOF a", "CMD a", "cmd a b", `CMD ["a"]`, "CMD []", "CMD", "NONE"} {
				lines = append(lines, strings.TrimRight(k+" "+f, " ")+" "+a)
			}
		}
	}
	certain, asked := 0, 0
	for _, line := range lines {
		for _, text := range []string{line, "FROM x\n" + line, "FROM x\nONBUILD " + line + "\nEOF\n", "ARG a\n" + line + "\nFROM x AS y"} {
			n, parsed := checkAccept(t, text)
			switch {
			case !parsed:
			case n == strings.Count(text, "\n")+1:
				certain++
			default:
				asked++
			}
		}
	}
	if certain < 5_000 || asked < 5_000 {
		t.Errorf("%d files without a question, %d with one", certain, asked)
	}
}
