//go:build linux

package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"nonroot/fixer/trial/seen"
)

func look(request seen.Request) *seen.Sighting {
	s := &seen.Sighting{UID: os.Geteuid(), GID: os.Getegid(), Self: os.Getpid()}
	s.Groups, _ = os.Getgroups()
	s.Processes = processes()
	s.Mounts = mounts()
	for _, name := range request.Paths {
		p := describe(name)
		try(&p)
		s.Paths = append(s.Paths, p)
	}
	left := seen.MaxEntries
	for _, name := range request.Trees {
		s.Trees = append(s.Trees, survey(name, request.Since, &left))
	}
	return s
}

// processes reads /proc/*/status; a process that ends meanwhile is left out.
func processes() []seen.Process {
	entries, _ := os.ReadDir("/proc")
	var out []seen.Process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile("/proc/" + e.Name() + "/status")
		if err != nil {
			continue
		}
		p := status(string(text))
		p.PID = pid
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b seen.Process) int { return a.PID - b.PID })
	return out
}

func status(text string) seen.Process {
	var p seen.Process
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "Name":
			p.Name = value
		case "PPid":
			p.Parent, _ = strconv.Atoi(value)
		case "Uid":
			copy(p.UIDs[:], numbers(value))
		case "Gid":
			copy(p.GIDs[:], numbers(value))
		case "Groups":
			p.Groups = numbers(value)
		case "NoNewPrivs":
			p.NoNewPrivs = value == "1"
		case "CapEff":
			p.CapEff = value
		}
	}
	return p
}

func numbers(text string) []int {
	var out []int
	for _, word := range strings.Fields(text) {
		n, _ := strconv.Atoi(word)
		out = append(out, n)
	}
	return out
}

// mounts reads /proc/self/mountinfo: see proc_pid_mountinfo(5).
func mounts() []seen.Mount {
	text, _ := os.ReadFile("/proc/self/mountinfo")
	var out []seen.Mount
	for line := range strings.Lines(string(text)) {
		own, rest, ok := strings.Cut(line, " - ")
		fields, of := strings.Fields(own), strings.Fields(rest)
		if !ok || len(fields) < 6 || len(of) < 1 {
			continue
		}
		out = append(out, seen.Mount{Target: unescape(fields[4]), Type: of[0], Options: strings.Split(fields[5], ",")})
	}
	return out
}

// unescape undoes \040 and the like.
func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+3 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// describe is a path as stat sees it: behind symbolic links.
func describe(name string) seen.Path {
	p := seen.Path{Path: name, Kind: seen.Missing}
	info, err := os.Stat(name)
	if err != nil {
		p.Why = reason(err)
		if !errors.Is(err, fs.ErrNotExist) {
			p.Kind = seen.Hidden
		}
		return p
	}
	st := info.Sys().(*syscall.Stat_t)
	p.UID, p.GID = int(st.Uid), int(st.Gid)
	p.Mode = strconv.FormatUint(uint64(st.Mode&0o7777), 8)
	switch {
	case info.IsDir():
		p.Kind = seen.Directory
	case info.Mode().IsRegular():
		p.Kind = seen.File
	default:
		p.Kind = seen.Other
	}
	return p
}

// try finds out whether a path can be read and written, by doing so.
func try(p *seen.Path) {
	switch p.Kind {
	case seen.Directory:
		p.Readable = readable(p.Path, true) == nil
		name := path.Join(p.Path, ".nonroot-probe-"+strconv.Itoa(os.Getpid()))
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			f.Close()
			err = os.Remove(name)
		}
		p.Writable, p.Why = err == nil, reason(err)
	case seen.File:
		p.Readable = readable(p.Path, false) == nil
		f, err := os.OpenFile(p.Path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			f.Close()
		}
		p.Writable, p.Why = err == nil, reason(err)
	}
}

// readable reads a file's first byte, or a directory's first name and whether
// something in it can be reached.
func readable(name string, dir bool) error {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if dir {
		return syscall.Access(name, 5) // R_OK and X_OK
	}
	return nil
}

// reason is an error without the name of the call and of the file.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// named are directories that programs write to, by their names.
var named = []string{"cache", ".cache", "log", "logs", "tmp"}

// survey reads a tree. What lies on another file system, and what a symbolic link
// leads to, is not part of it.
func survey(root string, since int64, left *int) seen.Tree {
	tree := seen.Tree{Path: root}
	info, err := os.Lstat(root)
	if err != nil || !info.IsDir() {
		return tree
	}
	device := info.Sys().(*syscall.Stat_t).Dev
	uid := uint32(os.Geteuid())
	var walk func(name string)
	walk = func(name string) {
		info, err := os.Lstat(name)
		if err != nil {
			return // it went meanwhile
		}
		st := info.Sys().(*syscall.Stat_t)
		if info.IsDir() && st.Dev != device { // files of an overlay may have other devices
			return
		}
		if *left == 0 {
			tree.Cut = true
			return
		}
		*left--
		tree.Entries++
		if st.Uid != uid {
			if tree.Foreign++; len(tree.Others) < seen.MaxListed {
				tree.Others = append(tree.Others, name+" "+strconv.Itoa(int(st.Uid))+":"+strconv.Itoa(int(st.Gid))+" "+strconv.FormatUint(uint64(st.Mode&0o7777), 8))
			}
		}
		if since > 0 && name != root && !info.IsDir() && st.Mtim.Sec >= since {
			if len(tree.Changed) < seen.MaxChanged {
				tree.Changed = append(tree.Changed, name)
			} else {
				tree.Cut = true
			}
		}
		if !info.IsDir() && !info.Mode().IsRegular() {
			return
		}
		if readable(name, info.IsDir()) != nil {
			if tree.Unreadable++; len(tree.Closed) < seen.MaxListed {
				tree.Closed = append(tree.Closed, name)
			}
			return
		}
		if !info.IsDir() {
			return
		}
		if name != root && slices.Contains(named, path.Base(name)) && len(tree.Named) < seen.MaxListed {
			p := describe(name)
			try(&p)
			tree.Named = append(tree.Named, p)
		}
		entries, _ := os.ReadDir(name)
		for _, e := range entries {
			walk(path.Join(name, e.Name()))
		}
	}
	walk(root)
	return tree
}
