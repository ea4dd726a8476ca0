package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// fullEnv makes TestCount use ten thousand of everything, and TestContent run what
// takes seconds of processor as well: make content.
const fullEnv = "NONROOT_TEST_FULL"

// content is what a file may hold, and what is said of it.
type content struct {
	name   string
	file   string // where not "Dockerfile"
	text   string
	more   map[string]string // other files of the project
	exit   int               // of check: exitError where the file is refused
	says   string            // on stderr or stdout
	quiet  bool              // and nothing about the file is said
	partly bool              // only some of its fixes are refused
	slow   bool              // takes seconds of processor: only where fullEnv is set
}

const fromDebian = "FROM debian:12\n"

func repeat(n int, format string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.ReplaceAll(format, "@", fmt.Sprint(i)))
	}
	return out.String()
}

func noise(n int) string {
	out := make([]byte, n)
	state := uint32(1)
	for i := range out {
		state = state*1664525 + 1013904223
		out[i] = byte(state >> 24)
	}
	return string(out)
}

// bomb is a document whose aliases stand for nine to the power of n values.
func bomb(n int) string {
	out := "x-0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n"
	for i := 1; i <= n; i++ {
		a := fmt.Sprintf("*a%d", i-1)
		out += fmt.Sprintf("x-%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(a+", ", 9), ", "))
	}
	return out
}

// contents are files as nobody should write them.
func contents() []content {
	nest := func(open, middle, end string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(end, n)
	}
	service := func(body string) string { return "services:\n  a:\n    image: nginx\n" + body }
	doubled := "ENV A=12345678\n" + strings.Repeat("ENV A=$A$A\n", 60)
	return []content{
		{name: "empty", text: "", exit: exitError, says: "Dockerfile:1: file with no instructions"},
		{name: "binary", text: noise(20_000), exit: exitError, says: "unknown instruction"},
		{name: "garbage", text: noise(50 << 20), exit: exitError, says: "it has 52428800 bytes, and 16777216 are the most that are read"},
		{name: "garbage, compose", file: "compose.yaml", text: noise(50 << 20), exit: exitError, says: "it has 52428800 bytes, and 16777216 are the most that are read"},
		{name: "many megabytes", text: fromDebian + strings.Repeat("RUN true\n", 1_800_000), exit: exitError, says: "the file has 1800001 lines; no more than 300000 are read"},
		{name: "many instructions", text: fromDebian + strings.Repeat("RUN true\n", 30_000), exit: exitError, says: "Dockerfile:30001:1: the file has 30001 instructions; no more than 30000 are read"},
		{name: "many services", file: "compose.yaml", text: "services:\n" + repeat(10_001, "  s@: {image: nginx}\n"), exit: exitError, says: "the file has 10001 services; no more than 10000 are read"},
		{name: "many megabytes, compose", file: "compose.yaml", text: service("") + strings.Repeat("# x\n", 2<<20), exit: exitError, says: "the file has more than 8388608 bytes"},
		{name: "one line of 10 MB", text: fromDebian + "RUN echo " + strings.Repeat("x", 10_000_000) + "\n", exit: exitError, says: "Dockerfile:2:1: a line of 10000009 bytes: BuildKit reads lines of fewer than 65536"},
		{name: "one value of 7 MB", slow: true, file: "compose.yaml", text: service("    command: \"" + strings.Repeat("x ", 3_500_000) + "\"\n"), exit: exitFound},
		{name: "one instruction of 10 MB", slow: true, text: fromDebian + "RUN echo " + strings.Repeat(strings.Repeat("x", 100)+" \\\n", 95_000) + " y\n", exit: exitFound},
		{name: "invalid UTF-8", text: fromDebian + "RUN echo \xff\xfe\n", exit: exitFound},
		{name: "invalid UTF-8, compose", file: "compose.yaml", text: service("    user: \"\xff\"\n"), exit: exitError, says: "the file is not UTF-8: save it as UTF-8"},
		{name: "UTF-16, compose", file: "compose.yaml", text: "\xff\xfes\x00e\x00r\x00v\x00i\x00c\x00e\x00s\x00:\x00", exit: exitError, says: "compose.yaml:1:1: the file is not UTF-8: save it as UTF-8"},
		{name: "long, without services", file: "docker-compose.yml", text: strings.Repeat("# x\n", 3<<20), exit: exitError, says: "the file has more than 8388608 bytes"},
		{name: "binary, a name that compose does not know", file: "compose.data.yaml", text: noise(20_000), exit: exitOK, quiet: true},
		{name: "NUL", text: fromDebian + "RUN echo \x00\n", exit: exitFound},
		{name: "NUL, compose", file: "compose.yaml", text: service("    user: \"\x00\"\n"), exit: exitError, says: "compose.yaml:4: control characters are not allowed"},
		{name: "NUL, .env", file: ".env", text: "A=\x00\n", more: map[string]string{"compose.yaml": service("")}, exit: exitFound},
		{name: "mixed line endings", text: "FROM debian:12\r\nRUN true\nCOPY . /app\r\n", exit: exitFound},
		{name: "lone CR", text: "FROM debian:12\rRUN true\r", exit: exitError, says: "FROM requires either one or three arguments"},
		{name: "lone CR, compose", file: "compose.yaml", text: "services:\r  a: {image: nginx}\r", exit: exitError, says: "a carriage return without a line feed: save the file with LF or CRLF line endings"},
		{name: "U+0085 and U+2028", text: fromDebian + "RUN echo a\u0085b\u2028c\n", exit: exitFound},
		{name: "U+0085, compose", file: "compose.yaml", text: service("    user: a\u0085b\n"), exit: exitError, says: "the character U+0085, which some YAML parsers read as a line break"},
		{name: "U+2028, compose", file: "compose.yaml", text: service("    user: a\u2028b\n"), exit: exitError, says: "the character U+2028, which some YAML parsers read as a line break"},
		{name: "deep YAML, flow", file: "compose.yaml", text: "services:\n  a: " + nest("[", "", "]", 100_000) + "\n", exit: exitError, says: "exceeded max depth of 10000"},
		{name: "deep YAML, less so", file: "compose.yaml", text: "services:\n  a: " + nest("[", "", "]", 5_000) + "\n", exit: exitError, says: "the values are nested too deep to be edited: more than 100 levels"},
		{name: "deep YAML, blocks", file: "compose.yaml", text: "services:\n" + func() (out string) {
			for i := range 1000 {
				out += strings.Repeat(" ", i+1) + "a:\n"
			}
			return out
		}(), exit: exitError, says: "the values are nested too deep to be edited: more than 100 levels"},
		{name: "deep arithmetic", slow: true, text: fromDebian + "RUN echo \\\n" + strings.Repeat(strings.Repeat("$(((", 200)+"\\\n", 100) + "\n", exit: exitFound},
		{name: "deep substitutions", text: fromDebian + "RUN echo " + nest("$(", "a", ")", 10_000) + "\n", exit: exitFound},
		{name: "deep subshells", text: fromDebian + "RUN " + nest("(", "a", ")", 30_000) + "\n", exit: exitFound},
		{name: "deep ifs", text: fromDebian + "RUN " + nest("if a; then ", "b", "; fi", 4_000) + "\n", exit: exitFound},
		{name: "deep defaults", text: fromDebian + "ENV A=" + nest("${a:-", "b", "}", 10_000) + "\nRUN echo " + nest("${a:-", "b", "}", 10_000) + "\n", exit: exitFound},
		{name: "deep defaults, compose", file: "compose.yaml", text: service("    user: \"" + nest("${a:-", "b", "}", 100_000) + "\"\n"), exit: exitFound},
		{name: "ONBUILD within ONBUILD", text: fromDebian + strings.Repeat("ONBUILD ", 8_000) + "RUN true\n", exit: exitError, says: "Chaining ONBUILD"},
		{name: "alias bomb", file: "compose.yaml", text: bomb(12) + "services:\n  a:\n    image: nginx\n    command: *a12\n", exit: exitError, says: "the aliases of this file stand for too much text"},
		{name: "alias to itself", file: "compose.yaml", text: "services: &s\n  a: *s\n", exit: exitError, says: "the alias *s stands inside of its own anchor"},
		{name: "ENV that doubles", text: fromDebian + doubled + "RUN mkdir $A\nWORKDIR $A\nUSER $A\n", exit: exitOK, quiet: true},
		{name: "ENV that replaces", text: fromDebian + "ENV A=" + strings.Repeat("a", 60_000) + "\nENV B=${A//a/$A}\nUSER ${B//a/${B//a/$B}}\n", exit: exitOK, quiet: true},
		{name: "ARG that doubles", text: "ARG A=12345678\n" + strings.Repeat("ARG A=$A$A\n", 60) + "FROM $A\n", exit: exitOK},
		{name: "a shell variable that doubles", text: fromDebian + "RUN a=12345678; " + strings.Repeat("a=$a$a; ", 60) + "mkdir $a\n", exit: exitFound},
		{name: ".env that doubles", file: ".env", text: "A0=12345678\n" + func() (out string) {
			for i := range 60 {
				out += fmt.Sprintf("A%d=${A%d}${A%d}\n", i+1, i, i)
			}
			return out
		}(), more: map[string]string{"compose.yaml": service("    user: ${A60}\n")}, exit: exitFound},
		{name: ".env of 50 MB", file: ".env", text: strings.Repeat("VARIABLE_123456=xyz\n", 2_500_000), more: map[string]string{"compose.yaml": service("")}, exit: exitError, says: "bytes, and 1048576 are the most that are read"},
		{name: "Makefile of 50 MB", file: "Makefile", text: strings.Repeat("target_123456: x\n\ttrue\n", 2_200_000), more: map[string]string{"compose.yaml": service("")}, exit: exitError, says: "bytes, and 1048576 are the most that are read"},
		{name: "a Makefile that doubles", file: "Makefile", text: "A=12345678\n" + strings.Repeat("A:=$(A)$(A)\n", 60) + "$(A): x\n\ttrue\n",
			more: map[string]string{"compose.yaml": service("    volumes: [./data:/data]\n")}, exit: exitFound},
		{name: "brace bomb", text: fromDebian + "SHELL [\"/bin/bash\", \"-c\"]\nRUN mkdir -p " + strings.Repeat("/{a,b}", 40) + " /{1..1000000000}\n", exit: exitFound},
		{name: "include that doubles", slow: true, file: "compose.yaml", text: "include: [i0/compose.yaml, i0/compose.yaml]\n" + service(""), more: func() map[string]string {
			out := map[string]string{}
			for i := range 40 {
				out[fmt.Sprintf("i%d/compose.yaml", i)] = fmt.Sprintf("include: [../i%d/compose.yaml, ../i%d/compose.yaml]\nservices: {s%d: {image: nginx}}\n", i+1, i+1, i)
			}
			out["i40/compose.yaml"] = service("")
			return out
		}(), exit: exitError, says: "more than 4000 files come together by include"},
		{name: "a base with many variants", slow: true, file: "compose.yaml", text: "services:\n" + repeat(1_000, "  s@: {image: nginx}\n"), more: func() map[string]string {
			out := map[string]string{}
			for i := range 200 {
				out[fmt.Sprintf("compose.v%d.yaml", i)] = "services: {s1: {user: root}}\n"
			}
			return out
		}(), exit: exitError, says: "more than 50000 services", partly: true},
		{name: ".gitignore of 2 MB", file: ".gitignore", text: strings.Repeat("*a*b*c*d\n", 250_000), more: map[string]string{"Dockerfile": fromDebian}, exit: exitError, says: ".gitignore: it has 2250000 bytes, and 1048576 are the most that are read"},
		{name: ".gitignore of stars", slow: true, file: ".gitignore", text: strings.Repeat(strings.Repeat("*a", 50)+"b\n"+strings.Repeat("**/", 100)+"x\n", 2_000), more: map[string]string{strings.Repeat("a", 200) + "/Dockerfile": fromDebian}, exit: exitFound},
		{name: ".dockerignore of stars", slow: true, file: ".dockerignore", text: repeat(3_000, strings.Repeat("**/*a", 20)+"@\n") + "!x\n", more: func() map[string]string {
			out := map[string]string{"Dockerfile": fromDebian + "WORKDIR /app\nCOPY . /app\nUSER 1000:1000\nCMD x\n"}
			for i := range 1_000 {
				out[fmt.Sprintf("%s/%d", strings.Repeat("a", 100), i)] = ""
			}
			return out
		}(), exit: exitFound},
		{name: ".dockerignore of 2 MB", file: ".dockerignore", text: strings.Repeat("x\n", 1<<20), more: map[string]string{"Dockerfile": fromDebian + "WORKDIR /app\nCOPY . /app\nUSER 1000:1000\nCMD x\n"}, exit: exitFound},
		{name: "wildcards in COPY", text: fromDebian + "COPY " + strings.Repeat("*/", 30) + "[!a]*?* /app/\n", exit: exitFound},
	}
}

// TestContent runs check and fix over each, beside a project that is done all the
// same, with bounds of time and memory far above what is needed. The slow ones run
// by make content alone.
func TestContent(t *testing.T) {
	for _, c := range contents() {
		t.Run(c.name, func(t *testing.T) {
			if c.slow && os.Getenv(fullEnv) == "" {
				t.Skip("it takes seconds: make content")
			}
			t.Parallel()
			dir := t.TempDir()
			if c.file == "" {
				c.file = "Dockerfile"
			}
			put(t, dir, ".git/HEAD", "") // nothing above counts
			put(t, dir, "it/"+c.file, c.text)
			for name, text := range c.more {
				put(t, dir, "it/"+name, text)
			}
			put(t, dir, "other/compose.yaml", onTerminal)
			got := measured(t, dir, "check")
			if want := max(c.exit, exitFound); got.code != want { // other/ has a finding
				t.Errorf("check exits %d, not %d: %.300s", got.code, want, got.stderr)
			}
			if !strings.Contains(got.stderr+got.stdout, c.says) {
				t.Errorf("nothing says %q: %.600s", c.says, got.stderr)
			}
			for line := range strings.Lines(got.stdout + got.stderr) {
				if len(line) > 8_000 { // some hundred runes, each as an escape, and a path
					t.Errorf("a line of %d bytes: %.300s", len(line), line)
				}
			}
			if c.quiet && strings.Contains(got.stdout, "it/") || !strings.Contains(got.stdout, "other/compose.yaml") {
				t.Errorf("check finds %.600s", got.stdout)
			}
			got = measured(t, dir, "fix", "--yes", "--unsafe-fixes")
			if want := c.exit &^ exitFound; got.code != want {
				t.Errorf("fix exits %d, not %d: %.300s", got.code, want, got.stderr)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "other/compose.yaml")); err != nil || !strings.Contains(string(text), "no-new-privileges") {
				t.Errorf("the other file is not fixed: %q, %v", text, err)
			}
			if c.exit == exitError && !c.partly {
				if text, err := os.ReadFile(filepath.Join(dir, "it", c.file)); err != nil || string(text) != c.text {
					t.Errorf("a file that is refused was changed: %v", err)
				}
			}
		})
	}
}

// counts are files with n of one thing.
var counts = []struct {
	name, file string
	text       func(n int) string
	more       func(n int) map[string]string
}{
	{name: "stages", text: func(n int) string {
		return repeat(n, "FROM debian:12 AS s@\nRUN useradd u@\nCOPY --from=0 /a /b\n")
	}},
	{name: "stages from one", text: func(n int) string {
		return "FROM debian:12 AS s\n" + repeat(n-1, "RUN mkdir /a@\n") + repeat(n, "FROM s AS s@\nENV A=@\n")
	}},
	{name: "stages in a chain", text: func(n int) string {
		out := "FROM debian:12 AS s0\n"
		for i := range n {
			out += fmt.Sprintf("FROM s%d AS s%d\nRUN mkdir /a%d\n", i, i+1, i)
		}
		return out
	}},
	{name: "RUNs", text: func(n int) string {
		return fromDebian + repeat(n, "RUN mkdir -p /app/d@ && chown 1000:1000 /app/d@\n")
	}},
	{name: "accounts", text: func(n int) string { return fromDebian + repeat(n, "RUN useradd -u 2@ u@\nUSER u@\n") }},
	{name: "packages", text: func(n int) string {
		return fromDebian + repeat(n, "RUN apt-get install -y p@ q@ r@\n") + "USER x\n"
	}},
	{name: "accounts of one RUN", text: func(n int) string {
		return fromDebian + "RUN true \\\n" + repeat(n, " && useradd -u 2@ u@ \\\n") + " && true\nUSER u5\n"
	}},
	{name: "ENVs", text: func(n int) string { return fromDebian + repeat(n, "ENV V@=x$V1\n") + "RUN mkdir $V5\n" }},
	{name: "VOLUMEs", text: func(n int) string { return fromDebian + repeat(n, "VOLUME /v@\n") + "USER 1000\n" }},
	{name: "WORKDIRs", text: func(n int) string { return fromDebian + repeat(n, "WORKDIR d@\n") + "USER 1000:1000\n" }},
	{name: "here-documents", text: func(n int) string { return fromDebian + repeat(n, "RUN <<E@\nmkdir /a@\nE@\n") }},
	{name: "here-documents of one COPY", text: func(n int) string {
		return fromDebian + "COPY \\\n" + repeat(n, "<<E@ \\\n") + " /a/\n" + repeat(n, "x\nE@\n")
	}},
	{name: "words", text: func(n int) string {
		return fromDebian + "RUN mkdir \\\n" + repeat(10*n, " /p@ \\\n") + " /x\nCOPY . /app\n"
	}},
	{name: "sources", text: func(n int) string {
		return fromDebian + "WORKDIR /app\nCOPY \\\n" + repeat(n, " f@ \\\n") + " /app/\nUSER 1000:1000\nCMD x\n"
	}, more: func(n int) map[string]string {
		out := map[string]string{}
		for i := range n {
			out[fmt.Sprintf("f%d", i)] = ""
		}
		return out
	}},
	{name: "comments that suppress", text: func(n int) string { return fromDebian + repeat(n, "# nonroot: ignore=all\n") + "RUN x\n" }},
	{name: "services", file: "compose.yaml", text: func(n int) string {
		return "services:\n" + repeat(n, "  s@:\n    image: nginx\n    tmpfs: [/tmp]\n    volumes: [./d@:/data]\n")
	}},
	{name: "services of one build", file: "compose.yaml", text: func(n int) string {
		return "services:\n" + repeat(n, "  s@:\n    build: .\n    depends_on: [s0]\n")
	}, more: func(int) map[string]string {
		return map[string]string{"Dockerfile": fromDebian + "COPY . /app\nCMD x\n"}
	}},
	{name: "services of one anchor", file: "compose.yaml", text: func(n int) string {
		return "x-a: &a {image: nginx, user: root}\nservices:\n" + repeat(n, "  s@:\n    <<: *a\n    tmpfs: /tmp\n")
	}},
	{name: "variables", file: "compose.yaml", text: func(n int) string {
		return "services:\n  a:\n    image: nginx\n    environment:\n" + repeat(5*n, "      V@: x\n")
	}},
	{name: "volumes", file: "compose.yaml", text: func(n int) string {
		return "services:\n  a:\n    image: nginx\n    volumes:\n" + repeat(n, "      - ./v@:/v@\n") + "    tmpfs:\n" + repeat(n, "      - /t@\n")
	}},
	{name: "includes", file: "compose.yaml", text: func(n int) string {
		return "include:\n" + repeat(n/4, "  - d@/c.yaml\n") + "services: {a: {image: nginx}}\n"
	}, more: func(n int) map[string]string {
		out := map[string]string{}
		for i := range n / 4 {
			out[fmt.Sprintf("d%d/c.yaml", i)] = fmt.Sprintf("services: {s%d: {image: nginx}}\n", i)
		}
		return out
	}},
}

// TestCount has many of one thing, ten thousand where fullEnv is set: then it logs
// how time and memory grow from five thousand on.
func TestCount(t *testing.T) {
	n := 1000
	if os.Getenv(fullEnv) != "" {
		n = 10_000
	}
	for _, c := range counts {
		t.Run(c.name, func(t *testing.T) {
			var half usage
			for _, n := range []int{n / 2, n} {
				dir := t.TempDir()
				put(t, dir, ".git/HEAD", "")
				if c.file == "" {
					c.file = "Dockerfile"
				}
				put(t, dir, c.file, c.text(n))
				if c.more != nil {
					for name, text := range c.more(n) {
						put(t, dir, name, text)
					}
				}
				got := measured(t, dir, "fix", "--dry-run", "--unsafe-fixes")
				if got.code != exitOK {
					t.Fatalf("%d: fix exits %d: %.300s", n, got.code, got.stderr)
				}
				t.Logf("%6d: %5.2f s of processor, %4d MB", n, got.time.Seconds(), got.memory>>20)
				if half.time > time.Second && got.time > 5*half.time || half.memory > 100<<20 && got.memory > 3*half.memory {
					t.Error("that grows faster than the square, or memory faster than the number")
				}
				half = got
			}
		})
	}
}

// builtCommand is the command as users have it, built once: no race detector
// counts in what it uses.
func builtCommand(t *testing.T) string {
	t.Helper()
	path, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var builtOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nonroot-built-")
	if err != nil {
		return "", err
	}
	removeAtEnd = append(removeAtEnd, dir)
	path := filepath.Join(dir, "nonroot")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

// measureEnv makes the test binary run the command that its arguments are, and
// write to its fourth file what that used. Linux counts as a process's own memory
// what the one had that started it, and the tests have much.
const measureEnv = "NONROOT_TEST_MEASURE"

func init() {
	if os.Getenv(measureEnv) == "" {
		return
	}
	os.Unsetenv(measureEnv)
	syscall.CloseOnExec(3)
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run()
	state := cmd.ProcessState
	fmt.Fprintln(os.NewFile(3, "report"), int64(state.UserTime()+state.SystemTime()), state.SysUsage().(*syscall.Rusage).Maxrss<<10)
	os.Exit(state.ExitCode())
}

// usage is what a run of the command said and used.
type usage struct {
	code           int
	stdout, stderr string
	time           time.Duration // of processors
	memory         int64         // bytes, at most at a time
}

// measured runs the command in a folder, and bounds what it may use.
func measured(t *testing.T, dir string, args ...string) usage {
	t.Helper()
	const mostTime, mostMemory = 30 * time.Second, 700 << 20
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	report, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	cmd := exec.CommandContext(t.Context(), self, append([]string{builtCommand(t)}, args...)...)
	cmd.Dir, cmd.Env, cmd.ExtraFiles = dir, append(os.Environ(), measureEnv+"=1"), []*os.File{write}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	stuck := time.AfterFunc(5*time.Minute, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stuck.Stop()
	_ = cmd.Wait()
	out := usage{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	if _, err := fmt.Fscan(report, &out.time, &out.memory); err != nil {
		t.Fatalf("nonroot %s was not measured: %v", strings.Join(args, " "), err)
	}
	if out.time > time.Second {
		t.Logf("nonroot %s took %v and %d MB", strings.Join(args, " "), out.time, out.memory>>20)
	}
	if out.time > mostTime || out.memory > mostMemory {
		t.Errorf("nonroot %s took %v and %d MB", strings.Join(args, " "), out.time, out.memory>>20)
	}
	return out
}
