package inspect

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// tree is the files of an image, by clean absolute path: all of them with owner
// and mode, and the text of the few that are read.
type tree struct {
	limits  limits
	want    func(p string) bool // whose text is kept in any case
	entries map[string]*entry
	gone    map[string]bool // removed by an upper layer, with all below
	opaque  map[string]bool // emptied by an upper layer
	layers  int
	names   int
	texts   int
	left    int64 // bytes that may still be unpacked
}

// entry is one path.
type entry struct {
	kind     kind
	layer    int // that it comes from; 0 is the topmost
	uid, gid int
	mode     uint32 // permission bits with setuid, setgid and sticky
	gains    bool   // it has file capabilities
	link     string // of a link: as written for a symbolic one, a clean path for a hard one
	text     string
	read     bool // text is all of it
}

type kind int8

const (
	file kind = iota
	dir
	symlink
	hardlink
	special
)

func newTree(l limits, want func(string) bool) *tree {
	return &tree{limits: l, want: want, left: l.Unpacked, entries: map[string]*entry{}, gone: map[string]bool{}, opaque: map[string]bool{}}
}

// whiteout is what the name of a file starts with that removes another one from
// the layers below; opaque is the one that empties its folder.
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

// add reads the tar archive of a layer; the topmost comes first.
func (t *tree) add(ctx context.Context, layer io.Reader) error {
	r := &budget{ctx, layer, &t.left, tooMany(t.limits.Unpacked, "bytes")}
	archive := tar.NewReader(r)
	var gone, emptied []string
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(err)
		}
		p := path.Clean("/" + h.Name)
		if len(p) > maxPath || strings.Count(p, "/") > maxDepth {
			return tooLarge{"the bytes or folders that a path may have"}
		}
		folder, base := path.Split(p)
		switch removed, is := strings.CutPrefix(base, whiteout); {
		case base == opaque:
			emptied = append(emptied, path.Clean(folder))
		case is:
			gone = append(gone, path.Join(folder, removed))
		case strings.HasPrefix(base, ".wh..wh."): // aufs' own
		default:
			if err := t.put(p, h, archive); err != nil {
				return err
			}
			continue
		}
		if err := t.count(p); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, r); err != nil { // the digest is compared at the end
		return broken(err)
	}
	for _, p := range gone {
		t.gone[p] = true
	}
	for _, p := range emptied {
		t.opaque[p] = true
	}
	t.layers++
	return nil
}

// broken is the error of an archive that cannot be read.
func broken(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &tooLarge{}) {
		return err
	}
	return fmt.Errorf("one of its layers cannot be read: %w", err)
}

func (t *tree) count(p string) error {
	t.names += len(p)
	if len(t.entries)+len(t.gone)+len(t.opaque) >= t.limits.Entries {
		return tooMany(int64(t.limits.Entries), "files")
	}
	if t.names > t.limits.Names {
		return tooMany(int64(t.limits.Names), "bytes of names")
	}
	return nil
}

// put takes in one entry of a layer, unless an upper layer hides it. In one
// layer the last one of a path counts.
func (t *tree) put(p string, h *tar.Header, content io.Reader) error {
	if old := t.entries[p]; old != nil && old.layer < t.layers || t.hidden(p) {
		return nil
	}
	if err := t.count(p); err != nil {
		return err
	}
	e := &entry{layer: t.layers, uid: h.Uid, gid: h.Gid, mode: uint32(h.Mode) & 0o7777}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		e.kind = file
		_, e.gains = h.PAXRecords["SCHILY.xattr.security.capability"]
		if err := t.keep(p, e, h, content); err != nil {
			return err
		}
	case tar.TypeDir:
		e.kind = dir
	case tar.TypeSymlink:
		e.kind, e.link = symlink, h.Linkname
	case tar.TypeLink:
		e.kind, e.link = hardlink, path.Clean("/"+h.Linkname)
	case tar.TypeXGlobalHeader:
		return nil
	default:
		e.kind = special
	}
	t.names += len(e.link)
	if len(e.link) > maxPath {
		return tooMany(maxPath, "bytes in a link")
	}
	t.entries[p] = e
	return nil
}

// hidden reports whether an upper layer has removed a path, or something above it.
func (t *tree) hidden(p string) bool {
	if t.gone[p] {
		return true
	}
	for p != "/" {
		p = parent(p)
		if t.gone[p] || t.opaque[p] {
			return true
		}
		if e := t.entries[p]; e != nil && e.layer < t.layers && e.kind != dir {
			return true
		}
	}
	return false
}

// keep reads the text of a file that may be asked for: those that are wanted, and
// scripts while there is room.
func (t *tree) keep(p string, e *entry, h *tar.Header, content io.Reader) error {
	script := strings.HasSuffix(p, ".sh") || strings.Contains(path.Base(p), "entrypoint")
	if h.Size > maxFile || !t.want(p) && !(script && t.texts < maxTexts/2) || t.texts+int(h.Size) > maxTexts {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(content, maxFile+1))
	if err != nil {
		return broken(err)
	}
	if len(text) <= maxFile {
		e.text, e.read = string(text), true
		t.texts += len(text)
	}
	return nil
}

// settle is called when all layers are in: folders that no archive names are
// made, and what lies behind a link to a folder is put where the link leads.
func (t *tree) settle() {
	real := map[string]string{"/": "/"}
	for _, p := range t.sorted() {
		folder := parent(p)
		if _, ok := real[folder]; !ok {
			real[folder] = t.folder(folder)
		}
		if real[folder] == folder || p == "/" {
			continue
		}
		e, at := t.entries[p], path.Join(real[folder], path.Base(p))
		if old := t.entries[at]; old == nil || old.layer > e.layer {
			t.entries[at] = e
		}
		delete(t.entries, p)
	}
	for _, p := range t.sorted() {
		for p != "/" {
			p = parent(p)
			if t.entries[p] != nil {
				break
			}
			t.entries[p] = &entry{kind: dir, mode: 0o755}
		}
	}
}

// parent is the folder of a clean absolute path.
func parent(p string) string { return p[:max(strings.LastIndexByte(p, '/'), 1)] }

func (t *tree) sorted() []string {
	out := make([]string, 0, len(t.entries))
	for p := range t.entries {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// maxLinks is how many links one path may lead through, as on Linux.
const maxLinks = 40

// folder is where what lies in a folder is really: the path without links, or
// the path itself where these lead to no folder.
func (t *tree) folder(p string) string {
	real, e := t.find(p)
	if e != nil && e.kind != dir {
		return p
	}
	return real
}

// find is what a path leads to, and where that is; nil where there is nothing.
// Links are followed inside of the image: ".." stops at its root.
func (t *tree) find(p string) (string, *entry) {
	real, rest, links := "/", strings.Split(p, "/"), 0
	for len(rest) > 0 {
		word := rest[0]
		rest = rest[1:]
		switch word {
		case "", ".":
			continue
		case "..":
			real = path.Dir(real)
			continue
		}
		at := path.Join(real, word)
		e := t.entries[at]
		if e == nil || e.kind != symlink && e.kind != hardlink {
			real = at
			continue
		}
		if links++; links > maxLinks {
			return at, nil
		}
		if e.kind == hardlink || strings.HasPrefix(e.link, "/") {
			real = "/"
		}
		rest = append(strings.Split(e.link, "/"), rest...)
	}
	if real == "/" && t.entries[real] == nil {
		return real, &entry{kind: dir, mode: 0o755}
	}
	return real, t.entries[real]
}
