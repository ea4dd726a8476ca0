//go:build e2e

package main

import (
	"archive/tar"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// imagesOf are the images that the files of a case name, with their tags.
func imagesOf(c trap) []string {
	named := regexp.MustCompile(`(?im)^\s*(?:from|image:)\s+([^\s$]+:[^\s$]+)`)
	var images []string
	for _, f := range c.files {
		for _, m := range named.FindAllStringSubmatch(string(f.Data), -1) {
			images = append(images, m[1])
		}
	}
	return images
}

// chmod MODE FILE… sets the modes of files, which a txtar cannot.
func (s *scene) chmod(args []string) error {
	mode, err := strconv.ParseUint(args[0], 8, 32)
	for _, name := range args[1:] {
		if err == nil {
			err = os.Chmod(filepath.Join(s.dir, name), os.FileMode(mode))
		}
	}
	return err
}

// tar ARCHIVE UID GID NAME makes an archive of one small file.
func (s *scene) tar(args []string) error {
	uid, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(s.dir, args[0]))
	if err != nil {
		return err
	}
	defer f.Close()
	w := tar.NewWriter(f)
	if err := w.WriteHeader(&tar.Header{Name: args[3], Mode: 0o644, Uid: uid, Gid: gid, Size: 2}); err != nil {
		return err
	}
	if _, err := w.Write([]byte("x\n")); err != nil {
		return err
	}
	return w.Close()
}

// build [ARG…] builds the Dockerfile; the image is removed when the test ends.
func (s *scene) build(args []string) error {
	image := fmt.Sprintf("nonroot-e2e-trap-%08x", rand.Uint32())
	err := s.command(docker(append(append([]string{"build", "-t", image}, args...), s.dir)...))
	if err == nil {
		s.image = image
		s.t.Cleanup(func() {
			if _, err := docker("image", "rm", "-f", image); err != nil {
				s.t.Error(err)
			}
		})
	}
	return err
}

// run [OPTION…] [WORD…] runs the image, without a network, until it ends.
func (s *scene) run(args []string) error {
	options := 0
	for options < len(args) && strings.HasPrefix(args[options], "-") {
		options++
	}
	all := append([]string{"run", "--rm", "--network", "none"}, args[:options]...)
	return s.command(docker(append(append(all, s.image), args[options:]...)...))
}

// up builds and starts the services anew, without waiting for them.
func (s *scene) up() error {
	if s.stack != nil {
		s.stack.down()
	}
	s.times = map[string]string{}
	file := filepath.Join(s.dir, "compose.yaml")
	if s.stack == nil {
		s.stack = newStack(s.t, file)
	}
	return s.command(s.stack.try(append(s.override(), "up", "--detach", "--build")...))
}

// override are the arguments that add an override to compose.yaml.
func (s *scene) override() []string {
	file := filepath.Join(s.dir, "compose.override.yaml")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	return []string{"--file", file}
}

// config loads the compose file, and starts nothing.
func (s *scene) config() error {
	args := append([]string{"compose", "--file", filepath.Join(s.dir, "compose.yaml")}, s.override()...)
	return s.command(docker(append(args, "config")...))
}

func (s *scene) started() *stack {
	s.t.Helper()
	if s.stack == nil {
		s.t.Fatalf("%s: nothing is up", s.c.file)
	}
	return s.stack
}

// logs SERVICE PATTERN waits until the service has printed the pattern.
func (s *scene) logs(args []string) {
	s.t.Helper()
	pattern := regexp.MustCompile("(?m)" + args[1])
	eventually(s.t, fmt.Sprintf("%s says %q", args[0], args[1]), func() bool {
		s.out = s.started().logs(args[0])
		return pattern.MatchString(s.out)
	})
	s.note("“%s”", pattern.FindString(s.out))
}

// make [TARGET…] runs make in the folder.
func (s *scene) make(args []string) error {
	out, err := exec.Command("make", append([]string{"--no-print-directory", "-C", s.dir}, args...)...).CombinedOutput()
	return s.command(string(out), err)
}

// saw PATTERN checks and notes what the last command has printed.
func (s *scene) saw(pattern string) error {
	found := regexp.MustCompile("(?m)" + pattern).FindString(s.out)
	if found == "" {
		return fmt.Errorf("it does not say %q", pattern)
	}
	s.note("“%s”", found)
	return nil
}

// fails PATTERN builds and starts the services: the build or a service must
// fail, and say so.
func (s *scene) fails(pattern string) error {
	wanted := regexp.MustCompile("(?m)" + pattern)
	if s.up() == nil {
		eventually(s.t, fmt.Sprintf("a service says %q", pattern), func() bool {
			s.command(s.stack.try("logs", "--no-color", "--no-log-prefix"))
			return wanted.MatchString(s.out)
		})
	}
	return s.saw(pattern)
}
