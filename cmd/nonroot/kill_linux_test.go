package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nonroot/fixer/write"
)

// killsEnv is how many times TestKillNine kills: make fault sets a hundred.
const killsEnv = "NONROOT_TEST_KILLS"

func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(killsEnv)
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q", killsEnv, text)
	}
	return n
}

// large makes a folder of projects whose compose files and Dockerfiles all change.
func large(t *testing.T, projects int) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, ".git/HEAD", "")
	for i := range projects {
		text := "services:\n"
		for s := range 4 {
			name := fmt.Sprintf("s%d", s)
			text += "  " + name + ":\n    build: ./" + name + "\n"
			put(t, dir, fmt.Sprintf("p%03d/%s/Dockerfile", i, name), "FROM debian:12\nCOPY . /app\nCMD [\"sleep\", \"1\"]\n"+strings.Repeat("# a line that stays\n", 500))
		}
		put(t, dir, fmt.Sprintf("p%03d/compose.yaml", i), text)
	}
	return dir
}

// texts are the files below a folder, and which of them are temporary ones.
func texts(t *testing.T, dir string) (files map[string]string, temps []string) {
	t.Helper()
	files = map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if write.IsTemp(entry.Name()) {
			temps = append(temps, path)
			return nil
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, temps
}

// TestKillNine kills the built command at random instants while it writes some
// hundred files. Each file is then old or new and whole; at most one project is half
// written, by a kill between its renames; and the next run ends where an
// undisturbed one does, with nothing left of the killed one.
func TestKillNine(t *testing.T) {
	before, after, whole := undisturbed(t)
	random := rand.New(rand.NewPCG(7, 8))
	inWrites, halves, strays := 0, 0, 0
	for n := range kills(t) {
		dir := large(t, 40)
		cmd := fixIn(t, dir)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		span := whole
		if n%4 > 0 { // the diff is out before the first file is written
			_, _ = io.ReadFull(stdout, make([]byte, 1))
			span = whole / 2
		}
		stuck := time.AfterFunc(time.Duration(random.Int64N(int64(span))), func() { cmd.Process.Kill() })
		_, _ = io.Copy(io.Discard, stdout)
		_ = cmd.Wait()
		stuck.Stop()
		now, temps := texts(t, dir)
		old, new := map[string]int{}, map[string]int{} // by project
		for name, text := range now {
			project, _, _ := strings.Cut(name, "/")
			switch {
			case before[name] == after[name] && text == before[name]:
			case text == after[name]:
				new[project]++
			case text == before[name]:
				old[project]++
			default:
				t.Fatalf("kill %d: %s is neither old nor new: %d bytes", n, name, len(text))
			}
		}
		half := 0
		for project := range new {
			if old[project] > 0 {
				half++
			}
		}
		if half > 1 {
			t.Errorf("kill %d: %d projects are half written", n, half)
		}
		if len(new) > 0 && len(old) > 0 {
			inWrites++
		}
		halves, strays = halves+half, strays+len(temps)
		out, err := fixIn(t, dir).CombinedOutput()
		again, left := texts(t, dir)
		if err != nil || len(left) > 0 {
			t.Fatalf("kill %d of process %d: after the next run there are %q of %q, %v: %s", n, cmd.Process.Pid, left, temps, err, out)
		}
		sameTree(t, fmt.Sprintf("kill %d, %d halves, after the next run", n, half), again, after)
	}
	t.Logf("%d kills: %d while files were written, %d left a project half written, %d temporary files in all", kills(t), inWrites, halves, strays)
}

// fixIn is the built command, about to fix a folder.
func fixIn(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(builtCommand(t), "fix", "--yes", "--unsafe-fixes")
	cmd.Dir = dir
	return cmd
}

// undisturbed are the files of a large folder before and after a fix that nothing
// disturbs, and how long it takes.
func undisturbed(t *testing.T) (before, after map[string]string, whole time.Duration) {
	t.Helper()
	cmd := fixIn(t, large(t, 40))
	before, _ = texts(t, cmd.Dir)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole = time.Since(start)
	after, _ = texts(t, cmd.Dir)
	return before, after, whole
}

// TestCtrlC sends SIGINT at random instants: what was written is whole projects,
// and nothing temporary is left, without a next run.
func TestCtrlC(t *testing.T) {
	before, after, whole := undisturbed(t)
	random := rand.New(rand.NewPCG(9, 10))
	stopped := 0
	for n := range max(kills(t)/2, 8) {
		dir := large(t, 40)
		cmd := fixIn(t, dir)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5*time.Millisecond + time.Duration(random.Int64N(int64(whole))))
		_ = cmd.Process.Signal(syscall.SIGINT)
		sent := time.Now()
		_ = cmd.Wait()
		if took := time.Since(sent); took > 5*time.Second {
			t.Errorf("signal %d: it took %v to end", n, took)
		}
		now, temps := texts(t, dir)
		if len(temps) > 0 {
			t.Errorf("signal %d: %d temporary files are left", n, len(temps))
		}
		changed := map[string]map[bool]bool{}
		for name, text := range now {
			if before[name] == after[name] {
				continue
			}
			if text != before[name] && text != after[name] {
				t.Errorf("signal %d: %s is neither old nor new", n, name)
			}
			project, _, _ := strings.Cut(name, "/")
			if changed[project] == nil {
				changed[project] = map[bool]bool{}
			}
			changed[project][text == after[name]] = true
		}
		for project, states := range changed {
			if len(states) > 1 {
				t.Errorf("signal %d: %s is half written", n, project)
			}
		}
		switch code := cmd.ProcessState.ExitCode(); {
		case code == exitInterrupted && strings.HasSuffix(stderr.String(), msgInterrupted+"\n"):
			stopped++
		case code == exitOK && maps.Equal(now, after):
		case code == -1: // before the command listened
		default:
			t.Errorf("signal %d: exit code %d, %s", n, code, stderr.String())
		}
	}
	if stopped == 0 {
		t.Error("no signal came in time")
	}
}
