//go:build unix

package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// kib is what Linux counts ru_maxrss in.
const kib = 1 << 10

// usage is what one run of a process took.
type usage struct {
	wall, cpu time.Duration
	memory    int64 // bytes, the peak
}

// command is one that is measured, with what its runs took.
type command struct {
	name string
	args []string
	runs []usage
}

// run runs it once. nonroot exits 1 where it finds something; more is an error.
func (c *command) run() (usage, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return usage{}, fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, stderr.String()[:min(stderr.Len(), 1000)])
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), int64(used.Maxrss) * kib}, nil
}

// median is that of one figure of the runs.
func median[T cmp.Ordered](c *command, figure func(usage) T) T {
	all := make([]T, len(c.runs))
	for i, u := range c.runs {
		all[i] = figure(u)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (c *command) wall() time.Duration {
	return median(c, func(u usage) time.Duration { return u.wall })
}
func (c *command) cpu() time.Duration { return median(c, func(u usage) time.Duration { return u.cpu }) }
func (c *command) memory() int64      { return median(c, func(u usage) int64 { return u.memory }) }

func (c *command) least() time.Duration {
	return slices.MinFunc(c.runs, func(a, b usage) int { return cmp.Compare(a.wall, b.wall) }).wall
}

// measure runs the commands in turn, so that what else the machine does falls on
// all of them; the first turn warms the caches and does not count.
func measure(commands []*command, runs int) error {
	for turn := range runs + 1 {
		for _, c := range commands {
			u, err := c.run()
			if err != nil {
				return err
			}
			if turn > 0 {
				c.runs = append(c.runs, u)
			}
		}
	}
	return nil
}

// table prints the commands, with their ratios to the first.
func table(commands []*command) {
	fmt.Printf("%-28s %10s %10s %10s %6s %9s %9s %11s\n", "", "wall", "least", "CPU", "cores", "wall/", "CPU/", "peak memory")
	first := commands[0]
	for _, c := range commands {
		fmt.Printf("%-28s %10s %10s %10s %6.2f %9.2f %9.2f %8.1f MB\n", c.name,
			c.wall().Round(time.Millisecond/10), c.least().Round(time.Millisecond/10), c.cpu().Round(time.Millisecond/10), c.cpu().Seconds()/c.wall().Seconds(),
			c.wall().Seconds()/first.wall().Seconds(), c.cpu().Seconds()/first.cpu().Seconds(), float64(c.memory())/1e6)
	}
	fmt.Println()
}

// self runs another part of this program in a process of its own: memory that
// this process once had would count for all that it starts.
func self(args ...string) ([]string, error) {
	exe, err := os.Executable()
	return append([]string{exe}, args...), err
}

func runSelf(args ...string) error {
	args, err := self(args...)
	if err != nil {
		return err
	}
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func measureCorpus(dir string, count int) (map[string]*command, error) {
	root := filepath.Join(dir, fmt.Sprint("corpus-", count))
	if err := runSelf("-files", fmt.Sprint(count), "generate", root); err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	floor, err := self("floor", root)
	if err != nil {
		return nil, err
	}
	commands := []*command{
		{name: "parse only", args: floor},
		{name: "check", args: []string{*nonroot, "check", root}},
		{name: "fix --dry-run", args: []string{*nonroot, "fix", "--dry-run", root}},
	}
	if *unsafely {
		commands = append(commands, &command{name: "fix --dry-run --unsafe-fixes", args: []string{*nonroot, "fix", "--dry-run", "--unsafe-fixes", root}})
	}
	if err := measure(commands, *runs); err != nil {
		return nil, err
	}
	fmt.Printf("%d Dockerfiles and %d compose files, medians of %d runs on %d cores:\n", count, count, *runs, runtime.NumCPU())
	table(commands)
	byName := map[string]*command{}
	for _, c := range commands {
		byName[c.name] = c
	}
	return byName, nil
}

// measureStart measures one file, from start to exit.
func measureStart(dir string) error {
	root := filepath.Join(dir, "one")
	if err := runSelf("-files", "1", "generate", root); err != nil {
		return err
	}
	found, err := filepath.Glob(filepath.Join(root, "*", "*", "*", "Dockerfile"))
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no Dockerfile in %s", root)
	}
	commands := []*command{
		{name: "check of one Dockerfile", args: []string{*nonroot, "check", filepath.Dir(found[0])}},
		{name: "fix --dry-run of it", args: []string{*nonroot, "fix", "--dry-run", filepath.Dir(found[0])}},
	}
	if err := measure(commands, 20); err != nil {
		return err
	}
	fmt.Println("One file, from start to exit, medians of 20 runs:")
	table(commands)
	return nil
}

// measureWalk measures a tree in which there is nothing to do.
func measureWalk(dir string) error {
	root := filepath.Join(dir, "tree")
	if err := runSelf("-walk", fmt.Sprint(*walked), "irrelevant", root); err != nil {
		return err
	}
	commands := []*command{
		{name: "find -name Dockerfile", args: []string{"find", root, "-name", "Dockerfile"}},
		{name: "check", args: []string{*nonroot, "check", root}},
	}
	if err := measure(commands, *runs); err != nil {
		return err
	}
	fmt.Printf("A tree of %d irrelevant files, medians of %d runs:\n", *walked, *runs)
	table(commands)
	return nil
}
