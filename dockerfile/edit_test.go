package dockerfile

import (
	"errors"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// at is the instruction on a line, and within ONBUILD the one behind it.
func at(f *File, line int) *Instruction {
	for _, in := range f.Instructions {
		if in.Line <= line && line <= in.EndLine {
			if in.Child != nil {
				return in.Child
			}
			return in
		}
	}
	return nil
}

var newUser = New{"Create app user", "RUN", []string{"groupadd -r app", "useradd -r app"}}

type change func(f *File) (edit.Edit, error)

func setFlag(line int, name, value string) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).SetFlag(name, value) }
}

func replace(line, word int, text string) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).Words[word].ReplaceWith(text) }
}

func setArgs(line int, text string) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).SetArgs(text) }
}

func before(line int, block ...New) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).InsertBefore(block...) }
}

func after(line int, block ...New) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).InsertAfter(block...) }
}

func appendTo(line int, cmds ...string) change {
	return func(f *File) (edit.Edit, error) { return at(f, line).AppendCommands(cmds...) }
}

var edits = []struct {
	name         string
	text         string
	change       change
	want, refuse string // the text after, or a part of the reason
}{
	{name: "a new flag", text: "FROM a\nCOPY . /app\n", change: setFlag(2, "chown", "app:app"), want: "FROM a\nCOPY --chown=app:app . /app\n"},
	{name: "a new flag behind others", text: "FROM a\nCOPY --from=b --link\t. /app\n", change: setFlag(2, "chown", "${U}:${G}"), want: "FROM a\nCOPY --from=b --link --chown=${U}:${G}\t. /app\n"},
	{name: "a new flag before --", text: "FROM a\nCOPY -- --x /app\nCOPY --link -- --x /app\n", change: setFlag(3, "chown", "a"), want: "FROM a\nCOPY -- --x /app\nCOPY --link --chown=a -- --x /app\n"},
	{name: "a new flag, continued", text: "FROM a\ncopy \\\n  --from=b \\\n # c\n  . \\\n  /app\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\ncopy \\\n  --from=b --chown=a:b \\\n # c\n  . \\\n  /app\n"},
	{name: "a new flag right before a continuation", text: "FROM a\nADD\\\n a b\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nADD --chown=a:b\\\n a b\n"},
	{name: "a new flag of JSON", text: "FROM a\nADD [\"a\", \"b\"]\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nADD --chown=a:b [\"a\", \"b\"]\n"},
	{name: "a new flag of RUN", text: "FROM a\nRUN --mount=type=cache,target=/c x\n", change: setFlag(2, "network", "none"), want: "FROM a\nRUN --mount=type=cache,target=/c --network=none x\n"},
	{name: "a new flag of a here-document", text: "FROM a\nCOPY <<E /x\nCOPY a b\nE\nUSER x\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nCOPY --chown=a:b <<E /x\nCOPY a b\nE\nUSER x\n"},
	{name: "a new flag behind ONBUILD", text: "FROM a\nONBUILD COPY . /x\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nONBUILD COPY --chown=a:b . /x\n"},
	{name: "a changed flag", text: "FROM a\nCOPY --chown=root:root --from=x . /app\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nCOPY --chown=a:b --from=x . /app\n"},
	{name: "a changed flag in quotes", text: "FROM a\nCOPY --chown=\"root\" . /app\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nCOPY --chown=a:b . /app\n"},
	{name: "a changed flag across lines", text: "FROM a\nCOPY --chown=ro\\\not . /app\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nCOPY --chown=a:b . /app\n"},
	{name: "an empty flag", text: "FROM a\nCOPY --chown= . /app\n", change: setFlag(2, "chown", "a:b"), want: "FROM a\nCOPY --chown=a:b . /app\n"},
	{name: "a flag without value", text: "FROM a\nCOPY --link=false . /app\n", change: setFlag(2, "link", ""), want: "FROM a\nCOPY --link . /app\n"},
	{name: "a flag of which there are two", text: "FROM a\nRUN --mount=type=tmpfs,target=/a --mount=type=tmpfs,target=/b x\n", change: setFlag(2, "mount", "type=ssh"), refuse: "--mount is there more than once"},
	{name: "a flag that does not exist", text: "FROM a\nRUN x\n", change: setFlag(2, "chown", "a"), refuse: "unknown flag: --chown"},
	{name: "a flag with a blank", text: "FROM a\nCOPY a b\n", change: setFlag(2, "chown", "a b"), refuse: "would not read"},
	{name: "a flag with a line break", text: "FROM a\nCOPY a b\n", change: setFlag(2, "chown", "a x y\nUSER root\nCOPY"), refuse: "would not read"},
	{name: "a flag that continues", text: "FROM a\nCOPY \\\n--link=\\\ntrue a b\n", change: setFlag(2, "link", "true\\"), refuse: "not be read"},
	{name: "a flag across a comment", text: "FROM a\nCOPY --chown=a\\\n# c\nb c d\n", change: setFlag(2, "chown", "x"), refuse: "a comment stands in the middle"},
	{name: "a flag of USER", text: "FROM a\nUSER a\n", change: setFlag(2, "chown", "a"), refuse: "USER is given no flags"},

	{name: "a word", text: "FROM a\nCOPY  a\t/b\n", change: replace(2, 1, "/c/"), want: "FROM a\nCOPY  a\t/c/\n"},
	{name: "a word in JSON", text: "FROM a\nCOPY [\"a\",\"/b\"]\n", change: replace(2, 1, "/c \"<d>\""), want: "FROM a\nCOPY [\"a\",\"/c \\\"<d>\\\"\"]\n"},
	{name: "a word in JSON behind HEALTHCHECK", text: "FROM a\nHEALTHCHECK CMD [\"a\"]\n", change: replace(2, 1, "b"), want: "FROM a\nHEALTHCHECK CMD [\"b\"]\n"},
	{name: "a word across lines", text: "FROM a\nCOPY a /b\\\nc \\\n /d\n", change: replace(2, 1, "/x"), want: "FROM a\nCOPY a /x \\\n /d\n"},
	{name: "a word across a comment", text: "FROM a\nCOPY a /b\\\n# c\nc\n", change: replace(2, 1, "/x"), refuse: "a comment stands in the middle"},
	{name: "a word that would be two", text: "FROM a\nCOPY a /b\n", change: replace(2, 1, "/c /d"), refuse: "would not read"},
	{name: "a word that would be a flag", text: "FROM a\nCOPY a /b\n", change: replace(2, 0, "--link"), refuse: "only one was provided"},
	{name: "a word that would be a comment", text: "FROM a\nCOPY \\\na \\\n/b c\n", change: replace(2, 1, "#b"), refuse: "take in the line behind"},
	{name: "a word that would continue", text: "FROM a\nWORKDIR /b\nUSER x\n", change: replace(2, 0, "C:\\"), refuse: "take in the line behind"},
	{name: "a word that would be a here-document", text: "FROM a\nCOPY a /b\n", change: replace(2, 0, "<<E"), refuse: "unterminated heredoc"},
	{name: "a word of ENV", text: "FROM a\nENV a=b \\\n c=d\n", change: replace(2, 1, "c=\"e f\""), want: "FROM a\nENV a=b \\\n c=\"e f\"\n"},
	{name: "the value of an old ENV", text: "FROM a\nENV a b c\n", change: replace(2, 1, "d  e"), want: "FROM a\nENV a d  e\n"},
	{name: "a word of ENV without =", text: "FROM a\nENV a=b\n", change: replace(2, 0, "c"), refuse: "not be read"},
	{name: "a word of ARG", text: "ARG V=1\nFROM a\n", change: replace(1, 0, "V=2"), want: "ARG V=2\nFROM a\n"},
	{name: "a word of FROM", text: "FROM --platform=x a AS b\n", change: replace(1, 0, "c:1"), want: "FROM --platform=x c:1 AS b\n"},
	{name: "a bad word of FROM", text: "FROM a AS b\n", change: replace(1, 2, "1"), refuse: "invalid name for build stage"},
	{name: "the command of RUN", text: "FROM a\nRUN a && \\\n b\nUSER c\n", change: replace(2, 0, "d"), want: "FROM a\nRUN d\nUSER c\n"},
	{name: "a keyword", text: "FROM a\nRUN b\n", change: func(f *File) (edit.Edit, error) { return f.Instructions[1].Keyword.ReplaceWith("CMD") }, refuse: "a keyword is not replaced"},
	{name: "a word with a backtick escape", text: "# escape=`\nFROM a\nCOPY a `\n b\n", change: replace(3, 0, "C:\\x\\"), want: "# escape=`\nFROM a\nCOPY C:\\x\\ `\n b\n"},

	{name: "the arguments of USER", text: "FROM a\nuser\t 1000:1000 \nRUN x\n", change: setArgs(2, "app"), want: "FROM a\nuser\t app \nRUN x\n"},
	{name: "the arguments of WORKDIR", text: "FROM a\nWORKDIR /a b\n", change: setArgs(2, "/c d"), want: "FROM a\nWORKDIR /c d\n"},
	{name: "the arguments of USER behind ONBUILD", text: "FROM a\nONBUILD USER b\n", change: setArgs(2, "c"), want: "FROM a\nONBUILD USER c\n"},
	{name: "arguments across lines", text: "FROM a\nUSER \\\n b\n", change: setArgs(2, "c"), refuse: "spread over lines"},
	{name: "arguments across a comment", text: "FROM a\nUSER b\\\n# x\nc\n", change: setArgs(2, "c"), refuse: "spread over lines"},
	{name: "arguments with what looks like a comment", text: "FROM a\nUSER b # c\n", change: setArgs(2, "c"), refuse: "put the comment on a line of its own"},
	{name: "no arguments", text: "FROM a\nUSER b\n", change: setArgs(2, ""), refuse: "exactly one argument"},
	{name: "arguments with a line break", text: "FROM a\nUSER b\n", change: setArgs(2, "c\nUSER root"), refuse: "would not read"},
	{name: "the arguments of RUN", text: "FROM a\nRUN b\n", change: setArgs(2, "c"), refuse: "the arguments of RUN are not replaced"},

	{name: "before, no blank line", text: "FROM a\nUSER b\n", change: before(2, newUser), want: "FROM a\n# Create app user\nRUN groupadd -r app && \\\n    useradd -r app\nUSER b\n"},
	{name: "before, blank line above", text: "FROM a\n\nUSER b\n", change: before(3, newUser), want: "FROM a\n\n# Create app user\nRUN groupadd -r app && \\\n    useradd -r app\n\nUSER b\n"},
	{name: "before the comments", text: "FROM a\n\n# far\n\n# one\n\t# two\nUSER b\n", change: before(7, New{"", "ARG", []string{"X=1"}}), want: "FROM a\n\n# far\n\nARG X=1\n\n# one\n\t# two\nUSER b\n"},
	{name: "before, lower case and indented", text: "from a\n  user b\n", change: before(2, newUser), want: "from a\n  # Create app user\n  run groupadd -r app && \\\n      useradd -r app\n  user b\n"},
	{name: "before, several", text: "FROM a\nUSER b\n", change: before(2, New{"", "ARG", []string{"U=1"}}, New{"c", "ARG", []string{"G=1"}}), want: "FROM a\nARG U=1\n# c\nARG G=1\nUSER b\n"},
	{name: "before, the file's habit of indentation", text: "FROM a\nRUN x \\\n        y\nRUN x && \\\n\ty\nUSER b\n", change: before(6, New{"", "RUN", []string{"a", "b", "c"}}), want: "FROM a\nRUN x \\\n        y\nRUN x && \\\n\ty\nRUN a && \\\n\tb && \\\n\tc\nUSER b\n"},
	{name: "before, the file's habit of && in front", text: "FROM a\nRUN x \\\n # c\n  && y\nUSER b\n", change: before(5, New{"", "RUN", []string{"a", "b"}}), want: "FROM a\nRUN x \\\n # c\n  && y\nRUN a \\\n  && b\nUSER b\n"},
	{name: "before, backtick", text: "# escape=`\nFROM a\nUSER b\n", change: before(3, New{"", "RUN", []string{"a", "b"}}), want: "# escape=`\nFROM a\nRUN a && `\n    b\nUSER b\n"},
	{name: "before a lone continuation", text: "FROM a\n\\\nUSER b\n", change: before(2, New{"", "RUN", []string{"a"}}), want: "FROM a\nRUN a\n\\\nUSER b\n"},
	{name: "before the first FROM, below directives", text: "# syntax=x\n# c\nFROM a\n", change: before(3, New{"", "ARG", []string{"X"}}), want: "# syntax=x\nARG X\n# c\nFROM a\n"},
	{name: "before the first FROM, at the top", text: "FROM a\nUSER b\n", change: before(1, New{"c", "ARG", []string{"X"}}), want: "# c\nARG X\nFROM a\nUSER b\n"},
	{name: "before a further FROM", text: "FROM a AS b\n\n# final\nFROM b\n", change: before(4, New{"", "RUN", []string{"x"}}), want: "FROM a AS b\n\nRUN x\n\n# final\nFROM b\n"},
	{name: "before, behind a here-document that looks like a comment", text: "FROM a\nRUN <<#\nx\n#\nUSER b\n", change: before(5, New{"", "RUN", []string{"y"}}), want: "FROM a\nRUN <<#\nx\n#\nRUN y\nUSER b\n"},
	{name: "RUN before the first FROM", text: "ARG X\nFROM a\n", change: before(2, newUser), refuse: "no build stage in current context"},
	{name: "FROM", text: "FROM a\nUSER b\n", change: before(2, New{"", "FROM", []string{"c"}}), refuse: "not read"},
	{name: "a comment that is a directive", text: "FROM a\n", change: before(1, New{"escape=`", "ARG", []string{"X"}}), refuse: "would be a parser directive"},
	{name: "a comment that is no directive", text: "# c\nFROM a\nUSER b\n", change: before(3, New{"escape=`", "ARG", []string{"X"}}), want: "# c\nFROM a\n# escape=`\nARG X\nUSER b\n"},
	{name: "a comment with a line break", text: "FROM a\nUSER b\n", change: before(2, New{"x\nUSER root", "ARG", []string{"X"}}), refuse: "line breaks of its own"},
	{name: "a line with a line break", text: "FROM a\nUSER b\n", change: before(2, New{"", "RUN", []string{"x\n# y"}}), refuse: "line breaks of its own"},
	{name: "a line that continues", text: "FROM a\nUSER b\n", change: before(2, New{"", "RUN", []string{"x \\"}}), refuse: "take in the line behind"},
	{name: "a line that is a comment", text: "FROM a\nUSER b\n", change: before(2, New{"", "RUN", []string{"x", "# y", "z"}}), refuse: "not read"},
	{name: "a here-document", text: "FROM a\nUSER b\n", change: before(2, New{"", "RUN", []string{"cat <<E"}}), refuse: "unterminated heredoc"},
	{name: "several lines of USER", text: "FROM a\nUSER b\n", change: before(2, New{"", "CMD", []string{"a", "b"}}), refuse: "not read"},
	{name: "no lines", text: "FROM a\nUSER b\n", change: before(2, New{"", "RUN", nil}), refuse: "not read"},
	{name: "nothing", text: "FROM a\nUSER b\n", change: before(2), refuse: "nothing to insert"},
	{name: "before what is behind ONBUILD", text: "FROM a\nONBUILD USER b\n", change: before(2, newUser), refuse: "no place of its own"},

	{name: "after", text: "FROM a\nUSER b\n", change: after(1, newUser), want: "FROM a\n# Create app user\nRUN groupadd -r app && \\\n    useradd -r app\nUSER b\n"},
	{name: "after, at the end", text: "FROM a\nUSER b\n", change: after(2, newUser), want: "FROM a\nUSER b\n# Create app user\nRUN groupadd -r app && \\\n    useradd -r app\n"},
	{name: "after, between blank lines", text: "FROM a\n\n# c\nWORKDIR b\n\nUSER c\n", change: after(4, New{"", "RUN", []string{"x"}}), want: "FROM a\n\n# c\nWORKDIR b\n\nRUN x\n\nUSER c\n"},
	{name: "after, blank line below only", text: "FROM a\nWORKDIR b\n\nUSER c\n", change: after(2, New{"", "RUN", []string{"x"}}), want: "FROM a\nWORKDIR b\nRUN x\n\nUSER c\n"},
	{name: "after a FROM at the top", text: "# syntax=x\n# c\nFROM a\n\nUSER c\n", change: after(3, New{"", "RUN", []string{"x"}}), want: "# syntax=x\n# c\nFROM a\n\nRUN x\n\nUSER c\n"},
	{name: "after a here-document", text: "FROM a\nRUN <<E\nx\nE\nUSER c\n", change: after(2, New{"", "RUN", []string{"x"}}), want: "FROM a\nRUN <<E\nx\nE\nRUN x\nUSER c\n"},
	{name: "after a here-document at the end", text: "FROM a\nRUN <<E\nx\nE\n", change: after(2, New{"", "RUN", []string{"x"}}), want: "FROM a\nRUN <<E\nx\nE\nRUN x\n"},
	{name: "after a continued instruction", text: "FROM a\nRUN x && \\\n  y\nUSER c\n", change: after(3, New{"", "RUN", []string{"a", "b"}}), want: "FROM a\nRUN x && \\\n  y\nRUN a && \\\n  b\nUSER c\n"},
	{name: "after an open end", text: "FROM a\nRUN x \\\n", change: after(2, newUser), refuse: "remove its last \\"},
	{name: "after an open end with comments", text: "FROM a\nRUN x \\\n# c\n\n", change: after(2, newUser), refuse: "remove its last \\"},
	{name: "before an open end", text: "FROM a\nRUN x \\\n", change: before(2, New{"", "USER", []string{"y"}}), want: "FROM a\nUSER y\nRUN x \\\n"},
	{name: "after an ARG before FROM", text: "ARG X\nFROM a\n", change: after(1, newUser), refuse: "no build stage in current context"},

	{name: "commands behind a backslash for the shell", text: "# escape=`\nFROM a\nRUN x \\\nUSER b\n", change: appendTo(3, "y"), refuse: "ends with \\"},
	{name: "commands behind eval with set -e", text: "FROM a\nRUN set -e; x; eval \"y; z\"\n", change: appendTo(2, "w"), refuse: "would go on under set -e"},
	{name: "commands behind a sourced script with set -e", text: "FROM a\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN x && . /y\n", change: appendTo(3, "w"), refuse: "would go on under set -e"},
	{name: "commands behind a hidden eval with set -e", text: "FROM a\nRUN set -e; command eval \"y; z\"\nRUN set -e; \"eval\" \"y; z\"\n", change: appendTo(3, "w"), refuse: "would go on under set -e"},
	{name: "commands behind a named eval with set -e", text: "FROM a\nRUN set -e; command eval \"y; z\"\n", change: appendTo(2, "w"), refuse: "would go on under set -e"},
	{name: "commands behind a program of a variable path with set -e", text: "FROM a\nRUN set -e; \"$X/bin/y\" z\n", change: appendTo(2, "w"), want: "FROM a\nRUN set -e; \"$X/bin/y\" z && \\\n    w\n"},
	{name: "commands behind a loop with a trap of ERR", text: "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN trap 'exit 1' ERR; for i in a b; do x; y; done\n", change: appendTo(3, "w"), refuse: "would go on under set -e"},
	{name: "commands behind eval", text: "FROM a\nRUN x; eval y\n", change: appendTo(2, "z"), want: "FROM a\nRUN x; eval y && \\\n    z\n"},
	{name: "append", text: "FROM a\nRUN x\nUSER c\n", change: appendTo(2, "mkdir -p /app", "chown a /app"), want: "FROM a\nRUN x && \\\n    mkdir -p /app && \\\n    chown a /app\nUSER c\n"},
	{name: "append, with flags, blanks and comments", text: "FROM a\nRUN --network=none x && \\\n  # why\n  y  \nUSER c\n", change: appendTo(2, "z"), want: "FROM a\nRUN --network=none x && \\\n  # why\n  y && \\\n  z  \nUSER c\n"},
	{name: "append, && in front", text: "FROM a\nRUN x \\\n\t&& y\n", change: appendTo(2, "z"), want: "FROM a\nRUN x \\\n\t&& y \\\n\t&& z\n"},
	{name: "append, the file's habit", text: "FROM a\nRUN x && \\\n  y\nRUN z\n", change: appendTo(4, "w"), want: "FROM a\nRUN x && \\\n  y\nRUN z && \\\n  w\n"},
	{name: "append, arguments on lines", text: "FROM a\nRUN x \\\n      y\n", change: appendTo(2, "w"), want: "FROM a\nRUN x \\\n      y && \\\n    w\n"},
	{name: "append behind a pipe in the middle", text: "FROM a\nRUN x | y && (z; w) && if a; then b; fi\n", change: appendTo(2, "w"), want: "FROM a\nRUN x | y && (z; w) && if a; then b; fi && \\\n    w\n"},
	{name: "append behind ONBUILD", text: "FROM a\nONBUILD RUN x\n", change: appendTo(2, "y"), want: "FROM a\nONBUILD RUN x && \\\n    y\n"},
	{name: "append, backtick", text: "#escape=`\nFROM a\nRUN x\n", change: appendTo(3, "y"), want: "#escape=`\nFROM a\nRUN x && `\n    y\n"},
	{name: "append in bash", text: "FROM a AS b\nSHELL [\"/bin/bash\", \"-c\"]\nFROM b\nRUN x < <(y)\n", change: appendTo(4, "z"), want: "FROM a AS b\nSHELL [\"/bin/bash\", \"-c\"]\nFROM b\nRUN x < <(y) && \\\n    z\n"},
	{name: "append to bash in sh", text: "FROM a\nRUN x < <(y)\nSHELL [\"bash\", \"-c\"]\n", change: appendTo(2, "z"), refuse: "not read as a shell command"},
	{name: "append in another shell", text: "FROM a\nSHELL [\"pwsh\", \"-c\"]\nRUN x\n", change: appendTo(3, "z"), refuse: "the SHELL in force"},
	{name: "append to JSON", text: "FROM a\nRUN [\"x\"]\n", change: appendTo(2, "z"), refuse: "shell form"},
	{name: "append to a here-document", text: "FROM a\nRUN <<E\nx\nE\n", change: appendTo(2, "z"), refuse: "shell form"},
	{name: "append to a comment", text: "FROM a\nRUN x # y\n", change: appendTo(2, "z"), refuse: "it has a comment"},
	{name: "append to &", text: "FROM a\nRUN x &\n", change: appendTo(2, "z"), refuse: "in the background"},
	{name: "append to ;", text: "FROM a\nRUN x;\n", change: appendTo(2, "z"), refuse: "ends with a semicolon"},
	{name: "append behind ;", text: "FROM a\nRUN set -eux; x && y; \\\n  z\n", change: appendTo(2, "w"), want: "FROM a\nRUN set -eux; x && y; \\\n  z && \\\n    w\n"},
	{name: "append to ||", text: "FROM a\nRUN x && y || true\n", change: appendTo(2, "z"), want: "FROM a\nRUN x && y || true && \\\n    z\n"},
	{name: "append to a pipe", text: "FROM a\nRUN x && y | z\n", change: appendTo(2, "w"), want: "FROM a\nRUN x && y | z && \\\n    w\n"},
	{name: "append to !", text: "FROM a\nRUN ! x\n", change: appendTo(2, "z"), want: "FROM a\nRUN ! x && \\\n    z\n"},
	{name: "append to a loop under set -e", text: "FROM a\nRUN set -ex && for f in a b; do x $f; y; done\n", change: appendTo(2, "z"), refuse: "under set -e"},
	{name: "append to a loop where SHELL says -e", text: "FROM a\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN for f in a b; do x $f; y; done\n", change: appendTo(3, "z"), refuse: "under set -e"},
	{name: "append to a group in a pipe under set -e", text: "FROM a\nRUN set -e; x | { y; z; }\n", change: appendTo(2, "w"), refuse: "under set -e"},
	{name: "append to a function under set -e", text: "FROM a\nRUN set -e; f() { x; y; }; f\n", change: appendTo(2, "z"), refuse: "under set -e"},
	{name: "append behind a loop under set -e", text: "FROM a\nRUN set -ex; for f in a b; do x $f; done; y\n", change: appendTo(2, "z"), want: "FROM a\nRUN set -ex; for f in a b; do x $f; done; y && \\\n    z\n"},
	{name: "append a list that would not be one", text: "FROM a\nRUN x\n", change: appendTo(2, "y || z"), refuse: "not a plain list"},
	{name: "append two", text: "FROM a\nRUN x\n", change: appendTo(2, "y; z"), refuse: "not a plain list"},
	{name: "append to bash's &> in sh", text: "FROM a\nRUN x &> y\n", change: appendTo(2, "z"), refuse: "not read as a shell command"},
	{name: "append to exit", text: "FROM a\nRUN x && exit 0\n", change: appendTo(2, "z"), refuse: "end before its end"},
	{name: "append to an open list", text: "FROM a\nRUN x &&\n", change: appendTo(2, "z"), refuse: "not read as a shell command"},
	{name: "append to an open end", text: "FROM a\nRUN x \\\n", change: appendTo(2, "z"), refuse: "remove its last \\"},
	{name: "append to a command that cannot run", text: "FROM a\nRUN x" + strings.Repeat(" \\\n"+strings.Repeat("x", 60_000), 3) + "\n", change: appendTo(2, "z"), refuse: "a shell takes no more than 131071"},
	{name: "append a comment", text: "FROM a\nRUN x\n", change: appendTo(2, "y # z"), refuse: "it has a comment"},
	{name: "append a line break", text: "FROM a\nRUN x\n", change: appendTo(2, "y\nUSER root"), refuse: "line breaks of its own"},
	{name: "append a continuation", text: "FROM a\nRUN x\n", change: appendTo(2, "y\\"), refuse: "not"},
	{name: "append nothing", text: "FROM a\nRUN x\n", change: appendTo(2), refuse: "nothing to append"},
	{name: "append to CMD", text: "FROM a\nCMD x\n", change: appendTo(2, "y"), refuse: "RUN only"},
}

func TestEdits(t *testing.T) {
	for _, c := range edits {
		for _, twin := range twins {
			t.Run(c.name+"/"+twin.name, func(t *testing.T) {
				f := parse(t, twin.of(c.text))
				e, err := c.change(f)
				if c.refuse != "" {
					var refusal *edit.Refusal
					if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.refuse) || refusal.At.Src != f.Src {
						t.Fatalf("%v, want a refusal with %q", err, c.refuse)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := apply(t, f, e).Src.Text; got != twin.of(c.want) {
					t.Errorf("got\n%q, want\n%q", got, twin.of(c.want))
				}
			})
		}
	}
}

// apply makes the edit and reads the result.
func apply(t testing.TB, f *File, edits ...edit.Edit) *File {
	t.Helper()
	src, err := edit.Apply(f.Src, edits)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, src.Text)
}
