package shell

import (
	"reflect"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// checkPlain checks that a plain script has the tree that the parser makes of it,
// in both dialects, and reports whether it is one.
func checkPlain(t *testing.T, script string) bool {
	t.Helper()
	got := plainTree(script)
	if got == nil {
		return false
	}
	for _, lang := range []syntax.LangVariant{syntax.LangPOSIX, syntax.LangBash, syntax.LangMirBSDKorn} {
		want, err := syntax.NewParser(syntax.Variant(lang)).Parse(strings.NewReader(script), "")
		if err != nil {
			t.Errorf("%q, %v: %v", script, lang, err)
		} else if !reflect.DeepEqual(got, want) {
			var a, b strings.Builder
			syntax.DebugPrint(&a, got)
			syntax.DebugPrint(&b, want)
			t.Errorf("%q, %v:\n%s\nwant\n%s", script, lang, a.String(), b.String())
		}
	}
	return true
}

// TestPlainTree puts scripts together of words that may trip a parser.
func TestPlainTree(t *testing.T) {
	words := []string{
		"a", "&&", "apt-get", "-y", "--x=1", "a=b", "=", "==", "+=", "a+=b", "/var/lib/apt/lists/*", "*", "**", "~", "~/a", "a@1.2", "@test", "@", "+", "%u", "1000:1000", "0", "a,b", ".", "..", ":",
		"if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac", "in", "select", "function", "time", "coproc", "let", "declare", "local", "export", "readonly",
		"typeset", "nameref", "repeat", "foreach", "end", "always", "test", "eval", "exec", "true", "return", "break", "set", "-", "--", "&", "||", "|", ";", "(", ")", "()", "a()", "{", "}", "{}", "{a,b}", "!", "[", "]",
		"[[", "]]", "a[1]=2", "#", "a#b", "<", ">", "2>&1", "<<E", "$a", "`a`", "'a'", `"a"`, `\`, `a\b`, "?", "^", "\n", "\r", "\v", "\f", "é", "\u00a0", "\x00", "\xff", "",
	}
	plain, other := 0, 0
	for _, a := range words {
		for _, b := range words {
			for _, c := range []string{"", "a", "&&", "&& a b", "\n", "\n\n \tx y && z\nw\n \n"} {
				for _, script := range []string{a + " " + b + " " + c, "\ta  " + a + "\t" + b + c + " "} {
					if checkPlain(t, script) {
						plain++
					} else {
						other++
					}
				}
			}
		}
	}
	for _, script := range []string{"", " ", "\n", "a &&", "&& a", "a &&\nb", "a\n&& b", "a\\\nb", strings.Repeat("a ", maxPlain)} {
		if plainTree(script) != nil {
			t.Errorf("%q is plain", script)
		}
	}
	if !checkPlain(t, strings.Repeat("a && bc d && ", maxPlain/13)+"e") || !checkPlain(t, strings.Repeat("\na\n", maxPlain/3)) {
		t.Error("a long script is not plain")
	}
	if plain < 1000 || other < 1000 {
		t.Errorf("%d plain scripts, %d others", plain, other)
	}
}

// FuzzPlainTree: a plain script has the parser's tree.
func FuzzPlainTree(f *testing.F) {
	for _, script := range []string{"npm ci --omit=dev && rm -rf /tmp/*", "apt-get update && apt-get install -y curl", "a &&b", "export A=b", "set -e\napt-get update\n\napt-get install -y curl &&  rm -rf /var/lib/apt/lists/*\n"} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) { checkPlain(t, script) })
}
