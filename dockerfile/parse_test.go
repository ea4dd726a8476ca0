package dockerfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// samples are Dockerfiles and what is read from them. Other tests edit them all.
var samples = []struct{ name, text, want string }{
	{"plain", "FROM alpine:3.20 AS build\nWORKDIR /a b\nCOPY --chown=app:app --link . /src/\nUSER 1000:1000\n",
		`1-1 "FROM" "alpine:3.20" "AS" "build"
2-2 "WORKDIR" "/a b"
3-3 "COPY" --chown="app:app" --link "." "/src/"
4-4 "USER" "1000:1000"
`},
	{"lower case, tabs, indentation", "from\tubuntu\n\n  run\t echo  hi \t\n\tcopy  a\t\tb   c  \n",
		`1-1 "from" "ubuntu"
3-3 "run" "echo  hi"
4-4 "copy" "a" "b" "c"
`},
	{"continuations with comments and blank lines", "FROM a\nRUN apt-get update && \\\n    # why\n\n  apt-get install -y \\  \n\tcurl\nUSER x\n",
		`1-1 "FROM" "a"
2-6 "RUN" "apt-get update &&   apt-get install -y \tcurl"<"apt-get update && \\\n    # why\n\n  apt-get install -y \\  \n\tcurl"
7-7 "USER" "x"
`},
	{"words and keywords across lines", "FR\\\nOM al\\\n# no\npine\nCOPY --ch\\\nown=a\\\npp so\\\nurce \\\ntarget\n",
		`1-4 "FROM"<"FR\\\nOM" "alpine"<"al\\\n# no\npine"
5-9 "COPY" --chown="app"<"a\\\npp" "source"<"so\\\nurce" "target"
`},
	{"an instruction behind a lone continuation", "\\\nFROM a\n \\\n\n # c\nRUN b\n",
		`1-2 "FROM" "a"
3-6 "RUN" "b"
`},
	{"JSON", "FROM a\nCOPY [\"a b\", \"c\\u0041\\\"\" ,\"/d/\"]\nCMD [ ]\nENTRYPOINT [\"x\", \\\n  \"y\"]\nVOLUME [\"/v\"]\nSHELL [\"bash\",\"-c\"]\nHEALTHCHECK --interval=5s CMD [\"c\",\"d\"]\n",
		`1-1 "FROM" "a"
2-2 "COPY" "a b"<"\"a b\"" "cA\""<"\"c\\u0041\\\"\"" "/d/"<"\"/d/\"" JSON
3-3 "CMD" JSON
4-5 "ENTRYPOINT" "x"<"\"x\"" "y"<"\"y\"" JSON
6-6 "VOLUME" "/v"<"\"/v\"" JSON
7-7 "SHELL" "bash"<"\"bash\"" "-c"<"\"-c\"" JSON
8-8 "HEALTHCHECK" --interval="5s" "CMD" "c"<"\"c\"" "d"<"\"d\"" JSON
`},
	{"a JSON string across lines", "FROM a\nCMD [\"a\\\n# c\nb\"]\n", `1-1 "FROM" "a"
2-4 "CMD" "ab"<"\"a\\\n# c\nb\"" JSON
`},
	{"what is not quite JSON", "FROM a\nCMD ['a', 'b']\nRUN [ -f x ] && [\"y\"]\nVOLUME [\"a\" /b\n",
		`1-1 "FROM" "a"
2-2 "CMD" "['a', 'b']"
3-3 "RUN" "[ -f x ] && [\"y\"]"
4-4 "VOLUME" "[\"a\"" "/b"
`},
	{"here-documents", "FROM a\nRUN <<EOF\n  one\nFROM no\n# no\nEOF\nRUN cat <<A > /a && cat <<'B' > /b\nin a \\\nA\nin b\nB\nCOPY --chmod=644 <<-\"X\" <<Y z /d/\n\t\tx\n\tX\n\ty $v\nY\nUSER u\n",
		`1-1 "FROM" "a"
2-6 "RUN" "<<EOF" <<EOF expand=true "  one\nFROM no\n# no\n"
7-11 "RUN" "cat <<A > /a && cat <<'B' > /b" <<A expand=true "in a \\\n" <<B expand=false "in b\n"
12-16 "COPY" --chmod="644" "<<-\"X\"" "<<Y" "z" "/d/" <<X expand=false "x\n"<"\t\tx\n" <<Y expand=true "\ty $v\n"
17-17 "USER" "u"
`},
	{"an empty here-document behind a continuation", "FROM a\nRUN \\\n  <<E \\\n  cat\nE\n", `1-1 "FROM" "a"
2-5 "RUN" "<<E   cat"<"<<E \\\n  cat" <<E expand=true ""
`},
	{"no here-documents", "FROM a\nRUN echo \"<<EOF\" '<< EOF' $((1<<2)) <<<x \\<<y\nRUN [\"<<EOF\"]\nLABEL a=<<EOF\n",
		`1-1 "FROM" "a"
2-2 "RUN" "echo \"<<EOF\" '<< EOF' $((1<<2)) <<<x \\<<y"
3-3 "RUN" "<<EOF"<"\"<<EOF\"" JSON
4-4 "LABEL" "a=<<EOF"
`},
	{"directives", "# syntax=docker/dockerfile:1\n#escape = `\n#check=skip=all\n# comment\n# escape=\\\nFROM a\nWORKDIR C:\\\nRUN a `\n b\nCOPY --chown=a`=b x y\n",
		`6-6 "FROM" "a"
7-7 "WORKDIR" "C:\\"
8-9 "RUN" "a  b"<"a ` + "`" + `\n b"
10-10 "COPY" --chown="a=b"<"a` + "`" + `=b" "x" "y"
`},
	{"a check comment above an instruction", "FROM a\n# check=skip=JSONArgsRecommended\nCMD x\n", "1-1 \"FROM\" \"a\"\n3-3 \"CMD\" \"x\"\n"},
	{"ENV, LABEL and ARG", "ARG V=1\nARG\tW\nFROM a:$V\nENV a=b \"c d\"=\"e f\" g='h \\' i=j\\ k\nENV old value with = blanks  \nLABEL x=y\\\n z\\\n=1\nARG p=\"q r\" s\n",
		`1-1 "ARG" "V=1"
2-2 "ARG" "W"
3-3 "FROM" "a:$V"
4-4 "ENV" "a=b" "\"c d\"=\"e f\"" "g='h \\'" "i=j\\ k"
5-5 "ENV" "old" "value with = blanks"
6-8 "LABEL" "x=y" "z=1"<"z\\\n=1"
9-9 "ARG" "p=\"q r\"" "s"
`},
	{"flags", "FROM --platform=$BUILDPLATFORM a AS b\nRUN --mount=type=cache,target=/c --mount=type=bind,source=x \\\n --network=none -- --go\nCOPY --from=\"b\" --chown='a:b' --exclude=\"x y\" -- --s d\nHEALTHCHECK --retries=3 --timeout=1s NONE\n",
		`1-1 "FROM" --platform="$BUILDPLATFORM" "a" "AS" "b"
2-3 "RUN" --mount="type=cache,target=/c" --mount="type=bind,source=x" --network="none" "--go"
4-4 "COPY" --from="b"<"\"b\"" --chown="a:b"<"'a:b'" --exclude="x y"<"\"x y\"" "--s" "d"
5-5 "HEALTHCHECK" --retries="3" --timeout="1s" "NONE"
`},
	{"ONBUILD", "FROM a\nONBUILD COPY --chown=a . \\\n /b\nonbuild RUN <<E\nx\nE\nONBUILD CMD [\"a\"]\n",
		`1-1 "FROM" "a"
2-3 "ONBUILD" ("COPY" --chown="a" "." "/b")
4-6 "onbuild" ("RUN" "<<E" <<E expand=true "x\n")
7-7 "ONBUILD" ("CMD" "a"<"\"a\"" JSON)
`},
	{"all the others", "FROM a\nMAINTAINER Me <me@example.com>\nEXPOSE 80 443/tcp 1\nSTOPSIGNAL SIGINT\nHEALTHCHECK  CMD curl -f x || exit 1\nENTRYPOINT exec x\nADD https://x/y.tar /z\n",
		`1-1 "FROM" "a"
2-2 "MAINTAINER" "Me <me@example.com>"
3-3 "EXPOSE" "80" "443/tcp" "1"
4-4 "STOPSIGNAL" "SIGINT"
5-5 "HEALTHCHECK" "CMD" "curl -f x || exit 1"
6-6 "ENTRYPOINT" "exec x"
7-7 "ADD" "https://x/y.tar" "/z"
`},
	{"blank lines and comments", "\n\n# a\n#\n  # b\nFROM a\n\n\n#c\nUSER x # y\n\n# end\n\n",
		"6-6 \"FROM\" \"a\"\n10-10 \"USER\" \"x # y\"\n"},
	{"text that is not ASCII", "FROM a\nLABEL é=\"ü\u00a0ß\" 名=前\u3000k=v\nRUN echo \u00a0 “x”\nUSER ä\n",
		"1-1 \"FROM\" \"a\"\n2-2 \"LABEL\" \"é=\\\"ü\\u00a0ß\\\"\" \"名=前\" \"k=v\"\n3-3 \"RUN\" \"echo \\u00a0 “x”\"\n4-4 \"USER\" \"ä\"\n"},
	{"escape characters that are none", "FROM a\nRUN echo a\\\\\nRUN echo \\\\\\\nUSER x\\\\\n",
		"1-1 \"FROM\" \"a\"\n2-2 \"RUN\" \"echo a\\\\\\\\\"\n3-3 \"RUN\" \"echo \\\\\\\\\\\\\"\n4-4 \"USER\" \"x\\\\\\\\\"\n"},
	{"stages", "ARG BASE=x\nFROM a AS One\nRUN x\nFROM one as two\nUSER y\nFROM ${BASE}\nCOPY --from=ONE a b\n",
		`1-1 "ARG" "BASE=x"
2-2 "FROM" "a" "AS" "One"
3-3 "RUN" "x"
4-4 "FROM" "one" "as" "two"
5-5 "USER" "y"
6-6 "FROM" "${BASE}"
7-7 "COPY" --from="ONE" "a" "b"
`},
	{"an open end", "FROM a\nRUN x \\\n  y \\\n\n# z\n", "1-1 \"FROM\" \"a\"\n2-5 \"RUN\" \"x   y\"<\"x \\\\\\n  y\" open\n"},
	{"a lone CR within a line", "FROM a\nCOPY a\rb c\nRUN x\ry\n", "1-1 \"FROM\" \"a\"\n2-2 \"COPY\" \"a\" \"b\" \"c\"\n3-3 \"RUN\" \"x\\ry\"\n"},
}

func TestParse(t *testing.T) {
	for _, s := range samples {
		for _, twin := range twins {
			t.Run(s.name+"/"+twin.name, func(t *testing.T) {
				f := parse(t, twin.of(s.text))
				if got := dump(f); got != s.want {
					t.Errorf("read\n%swant\n%s", got, s.want)
				}
				checkRanges(t, f)
				checkTyped(t, f)
			})
		}
	}
}

func TestCommand(t *testing.T) {
	f := parse(t, "FROM a\nRUN --network=none a && \\\n # c\n b\nCMD [\"x\"]\nENTRYPOINT y z\nHEALTHCHECK CMD w\nRUN cat <<E\n1\nE\nUSER u\n")
	want := []string{"", "a &&  b", "", "y z", "w", "cat <<E", ""}
	for i, in := range f.Instructions {
		if in.Command != want[i] {
			t.Errorf("%s: command %q, want %q", in.Name, in.Command, want[i])
		}
	}
}

func TestStages(t *testing.T) {
	f := parse(t, "ARG V=1\nFROM --platform=linux/amd64 a AS One\nRUN x\nFROM ONE\nFROM two AS two\nFROM two AS \\\n one\nUSER x\nFROM \"one\"\nFROM 0\nFROM $V\nONBUILD USER y\n")
	parents := []int{-1, 0, -1, 2, 3, -1, -1}
	for i, s := range f.Stages {
		parent := -1
		if s.Parent != nil {
			parent = s.Parent.Index
		}
		if s.Index != i || parent != parents[i] || s.From.Stage != s || s.File != f {
			t.Errorf("stage %d: index %d, parent %d, want %d", i, s.Index, parent, parents[i])
		}
		for _, in := range s.Instructions {
			if in.Stage != s || in.Child != nil && in.Child.Stage != s {
				t.Errorf("stage %d: %s belongs elsewhere", i, in.Name)
			}
		}
	}
	if f.Instructions[0].Stage != nil {
		t.Error("an ARG before the first FROM has a stage")
	}
	first := f.Stages[0]
	if first.Name != "One" || first.Platform != "linux/amd64" || first.Base.Text() != "a" {
		t.Errorf("the first stage is %q on %q from %q", first.Name, first.Platform, first.Base.Text())
	}
	for target, want := range map[string]int{"": 6, "one": 3, "ONE": 3, "two": 2, "0": 0, "6": 6, "7": -1, "-1": -1, "three": -1} {
		got := -1
		if s := f.Lookup(target); s != nil {
			got = s.Index
		}
		if got != want {
			t.Errorf("Lookup(%q) is stage %d, want %d", target, got, want)
		}
	}
	if s := parse(t, "ARG a\n").Lookup(""); s != nil {
		t.Errorf("a file without FROM has stage %v", s)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "Dockerfile:1: file with no instructions",
		"# a\n\n":                             "Dockerfile:2: file with no instructions",
		"FROM a\nFOO x\n":                     "Dockerfile:2: unknown instruction: FOO (did you mean FROM?)",
		"FROM a\n\nUSR x\n":                   "Dockerfile:3: unknown instruction: USR (did you mean USER?)",
		"FROM a\n" + strings.Repeat("x", 200): "Dockerfile:2: unknown instruction: " + strings.Repeat("x", 100) + "…",
		"FROM a\nCOPY --chwn=a b c\n":         "Dockerfile:2: unknown flag: --chwn",
		"FROM a\nA b\n":                       "Dockerfile:2: unknown instruction: A (did you mean ADD?)",
		"FROM a\nCOPY --" + strings.Repeat("x", 200) + " b c": "Dockerfile:2: unknown flag: --" + strings.Repeat("x", 98) + "…",
		"FROM a\nCOPY a\n":                            "Dockerfile:2: COPY requires at least two arguments, but only one was provided. Destination could not be determined",
		"FROM a\nCMD [1]\n":                           "Dockerfile:2: when using JSON array syntax, arrays must be comprised of strings only",
		"FROM a\nRUN <<E \\\nx\necho $(( 1 << 2 ))\n": "Dockerfile:2: unterminated heredoc",
		"FROM a\nRUN <<E\nx\n":                        "Dockerfile:2: unterminated heredoc",
		"RUN x\n":                                     "Dockerfile:1: no build stage in current context",
		"FROM a\nENV a\n":                             "Dockerfile:2: ENV must have two arguments",
		"# escape=x\nFROM a\n":                        "Dockerfile:1: invalid escape token 'x' does not match ` or \\",
		"#syntax=a\n# Syntax=b\nFROM a\n":             "Dockerfile:2: only one syntax parser directive can be used",
		"FROM a\nONBUILD\n":                           "Dockerfile:2: ONBUILD requires at least one argument",
		"FROM a\nONBUILD ONBUILD RUN x\n":             "Dockerfile:2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
		"FROM a b\n":                                  "Dockerfile:1: FROM requires either one or three arguments",
		"\\\n":                                        "Dockerfile:1: unknown instruction: ",
	} {
		for _, twin := range twins[:3] {
			_, err := Parse(&edit.Source{Path: "Dockerfile", Text: twin.of(text)})
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || err.Error() != want {
				t.Errorf("%q, %s: %v, want %s", text, twin.name, err, want)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 65535)
	for text, want := range map[string]string{
		"FROM a\nRUN cat << EOF\nx\nEOF\n":                     "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nRUN cat <<\tEOF\nx\nEOF\n":                    "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nRUN cat << EOF\n":                             "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nRUN echo $(( 1 << 2 ))\n":                     "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nRUN echo <<<< <<\"USER x\"\nRUN y\nUSER x\n":  "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nONBUILD RUN cat << EOF\nx\nEOF\n":             "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nRUN echo \\\n# c\n\n $(( 1 << 2 ))\n":         "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nCOPY << E /x\nx\nE\n":                         "Dockerfile:2:1: versions of BuildKit differ",
		"FROM a\nCOPY --chown=à:b c d\n":                       "Dockerfile:2:1: BuildKit reads this instruction otherwise than we do (a flag that is not ASCII)",
		"FROM a\nCOPY [\"<<E\", \"/x\"]\n":                     "Dockerfile:2:1: BuildKit reads this instruction otherwise than we do (a here-document)",
		"FROM a\nCOPY <<E \"/x\\\n\n":                          "Dockerfile:2:1: BuildKit reads this instruction otherwise than we do (a here-document)",
		"FROM a\nENV a=\xff\n":                                 "Dockerfile:2:1: BuildKit reads this instruction otherwise than we do (an argument)",
		"FROM a\nRUN " + long + "\n":                           "Dockerfile:2:1: a line of 65539 bytes: BuildKit reads lines of fewer than 65536",
		"FROM a\nRUN <<E\n" + long + "x\nE\n":                  "Dockerfile:3:1: a line of 65536 bytes",
		"FROM a\n" + strings.Repeat("# x\n", 4<<20):            "Dockerfile:1:1: the file has 16777223 bytes; BuildKit takes no more than 16777216",
		"FROM a\nRUN <<" + strings.Repeat("${a:-\\\n", 10_001): "Dockerfile:4083:1: an instruction with 4082 substitutions in 24498 bytes",
	} {
		_, err := Parse(&edit.Source{Path: "Dockerfile", Text: text})
		var refusal *edit.Refusal
		if !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

// Ten thousand stages, each from the one before.
func TestManyStages(t *testing.T) {
	var text strings.Builder
	text.WriteString("FROM a AS s0\n")
	for i := 1; i < 10_000; i++ {
		fmt.Fprintf(&text, "FROM s%d AS s%d\nCOPY --from=S0 a b\n", i-1, i)
	}
	f := parse(t, text.String())
	for i, s := range f.Stages {
		if i > 0 && s.Parent != f.Stages[i-1] || f.Lookup(s.Name) != s {
			t.Fatalf("stage %d is not found", i)
		}
	}
	if len(f.Stages) != 10_000 {
		t.Errorf("%d stages", len(f.Stages))
	}
}

// What looks like a case to refuse, and is none.
func TestNotRefused(t *testing.T) {
	line := strings.Repeat("x", 65535-len("RUN "))
	for _, text := range []string{
		"FROM a\nRUN echo \"a << b\" 'c << d' <<\nRUN x\n",
		"FROM a\nRUN [\"a\", \" << b\"]\nLABEL a=\" << b\" c=<< d=e\n",
		"FROM a\nRUN x << <y\n",
		"FROM a\nRUN " + line + "\nRUN " + line,
		"FROM a\nRUN echo \xff\nCOPY \xfe b\nCMD [\"\xff\"]\nRUN <<E\n\xff\nE\n",
		"FROM a\n" + strings.Repeat("RUN echo ${a} <<E\nE\n", 20_000),
	} {
		if _, err := Parse(&edit.Source{Path: "Dockerfile", Text: text}); err != nil {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}
