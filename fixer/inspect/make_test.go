package inspect

import (
	"archive/tar"
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// archive is the tar archive of some entries.
func archive(t testing.TB, entries ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range entries {
		text := ""
		if h.Typeflag == tar.TypeReg {
			text = h.PAXRecords["text"]
			h.Size, h.PAXRecords = int64(len(text)), nil
		}
		h.Format = tar.FormatPAX
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// text is a file, program one that can be run, folder a directory with an owner
// and mode, link a symbolic link, hard a hard link.
func text(name, content string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, PAXRecords: map[string]string{"text": content}}
}

func program(name string) tar.Header {
	h := text(name, "\x7fELF")
	h.Mode = 0o755
	return h
}

func folder(name string, uid, gid int, mode int64) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeDir, Uid: uid, Gid: gid, Mode: mode}
}

func link(name, to string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to, Mode: 0o777}
}

func hard(name, to string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: to, Mode: 0o755}
}

// image is made of layers, the lowest first.
func image(t testing.TB, config v1.ConfigFile, layers ...[]byte) v1.Image {
	t.Helper()
	if config.OS == "" {
		config.OS, config.Architecture = "linux", "amd64"
	}
	config.RootFS.Type = "layers"
	img, err := mutate.ConfigFile(empty.Image, &config)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range layers {
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil })
		if err != nil {
			t.Fatal(err)
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

const (
	debianPasswd = "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
	debianGroup  = "root:x:0:\nshadow:x:42:\nwww-data:x:33:\n"
)

// debian is a small layer that looks like Debian's.
func debian(t testing.TB) []byte {
	return archive(t,
		link("bin", "usr/bin"), link("sbin", "usr/sbin"),
		text("etc/passwd", debianPasswd), text("etc/group", debianGroup), link("etc/os-release", "../usr/lib/os-release"),
		text("usr/lib/os-release", "PRETTY_NAME=\"Debian\"\nID=debian\n"),
		program("usr/bin/dash"), link("usr/bin/sh", "dash"), program("usr/sbin/useradd"), program("usr/sbin/groupadd"), program("usr/bin/apt-get"),
		folder("tmp", 0, 0, 0o1777), folder("root", 0, 0, 0o700),
	)
}

// shop is a registry in this process, and the paths that it was asked for.
type shop struct {
	*httptest.Server
	host   string
	mu     sync.Mutex
	paths  []string
	before func(http.ResponseWriter, *http.Request) bool // true: it has answered
}

func open(t testing.TB) *shop {
	s := &shop{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.paths = append(s.paths, r.Method+" "+r.URL.Path)
		before := s.before
		s.mu.Unlock()
		if before == nil || !before(w, r) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.CloseClientConnections)
	t.Cleanup(s.Close)
	s.host = strings.TrimPrefix(s.URL, "http://")
	return s
}

// push puts an image or an index into the registry, and forgets that it was asked.
func (s *shop) push(t testing.TB, as string, what remote.Taggable) string {
	t.Helper()
	ref, err := name.ParseReference(s.host + "/" + as)
	if err != nil {
		t.Fatal(err)
	}
	if index, ok := what.(v1.ImageIndex); ok {
		err = remote.WriteIndex(ref, index)
	} else {
		err = remote.Write(ref, what.(v1.Image))
	}
	if err != nil {
		t.Fatal(err)
	}
	s.forget()
	return ref.String()
}

func (s *shop) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paths = nil
}

// asked is how often a path with that part was asked for.
func (s *shop) asked(part string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, p := range s.paths {
		if strings.Contains(p, part) {
			n++
		}
	}
	return n
}

func (s *shop) answer(before func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = before
}
