package fixer

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
)

// maxScript bounds the bytes of an entrypoint script that is read.
const maxScript = 256 << 10

// wanted is a path of the image of a stage.
type wanted struct {
	stage *rootfs.Stage
	path  string
}

// Script is the text of the file that a COPY of the target's stages brings to an
// absolute path of the image, from the build context or as a here-document; found is
// false where none does, or the file cannot be read.
func (t *Target) Script(file string) (text string, found bool) {
	c, of := t.contexts, wanted{t.Stage, file}
	c.mu.Lock()
	text, asked := c.brought[of]
	c.mu.Unlock()
	if !asked {
		text = t.findScript(file)
		c.mu.Lock()
		c.brought[of] = text
		c.mu.Unlock()
	}
	return text, text != ""
}

func (t *Target) findScript(file string) string {
	if file != path.Clean(file) {
		return "" // Destinations are clean
	}
	for _, stage := range slices.Backward(t.Chain()) {
		for _, in := range slices.Backward(stage.Syntax.Instructions) {
			if in.Name != "copy" && in.Name != "add" || len(in.Words) < 2 {
				continue
			}
			dest, known := t.destination(stage, in)
			if !known || !Below(file, dest) {
				continue
			}
			if dest == file && len(in.Words) == 2 && len(in.Heredocs) == 1 {
				return heredocText(in.Heredocs[0])
			}
			below := strings.TrimPrefix(strings.TrimPrefix(file, path.Clean(dest)), "/")
			for _, w := range in.Words[:len(in.Words)-1] {
				source, known := stage.Before(in).Expand(w.Value)
				if !known {
					continue
				}
				for _, f := range t.mayBe(in, source, below) {
					if (f.Rel == below || f.Rel == "") && f.Mode.IsRegular() && slices.Contains(t.Destinations(stage, in, source, f), file) {
						return t.contexts.script(f.Path)
					}
				}
			}
		}
	}
	return ""
}

// heredocText is what a here-document of a COPY becomes, but for its variables:
// where the builder expands them, a backslash keeps a dollar sign.
func heredocText(doc dockerfile.Heredoc) string {
	if !doc.Expand {
		return doc.Content
	}
	return strings.ReplaceAll(doc.Content, `\$`, "$")
}

// mayBe are those of Copies among which are all files that a source brings to a path
// below its destination.
func (t *Target) mayBe(in *dockerfile.Instruction, source, below string) []Copied {
	if strings.ContainsAny(source, wildcards) {
		list, known := t.Copies(in, source)
		if !known {
			return nil
		}
		return list
	}
	if f, found := t.copiesFile(in, source, below); found {
		return []Copied{f}
	}
	return nil
}

// script is the text of a regular file of the build context, empty where there
// is none, it is a .env, or it has more than 256 KiB.
func (c *contexts) script(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text, ok := c.scripts[name]
	if !ok {
		file := path.Join(c.dir, name)
		if info, err := fs.Stat(c.fsys, file); err == nil && !leadsToEnv(c.fsys, file) && info.Mode().IsRegular() && info.Size() <= maxScript {
			data, _ := fs.ReadFile(c.fsys, file)
			text = string(data)
		}
		c.scripts[name] = text
	}
	return text
}

// Destinations are the absolute paths of the image at which a copied file may
// end: a COPY of one file to a path without a final slash makes that path, or a
// file in it where it is a directory.
func (t *Target) Destinations(stage *rootfs.Stage, in *dockerfile.Instruction, source string, f Copied) []string {
	dest, known := t.destination(stage, in)
	if !known {
		return nil
	}
	if f.Rel != "" {
		return []string{path.Join(dest, f.Rel)}
	}
	into := path.Join(dest, path.Base(f.Path))
	if strings.HasSuffix(dest, "/") || len(in.Words) > 2 {
		return []string{into}
	}
	return []string{path.Clean(dest), into}
}

// destination is the absolute path that a COPY or ADD copies to or into, with
// the final slash that it may have.
func (t *Target) destination(stage *rootfs.Stage, in *dockerfile.Instruction) (dest string, known bool) {
	before := stage.Before(in)
	dest, known = before.Expand(in.Words[len(in.Words)-1].Value)
	if !known || path.IsAbs(dest) {
		return dest, known
	}
	dir, known := before.Dir()
	return strings.TrimSuffix(dir, "/") + "/" + dest, known
}
