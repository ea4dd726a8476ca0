package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/rogpeppe/go-internal/testscript"
)

// serveImage is the script command "registry NAME FOLDER FILE…": it starts a
// registry that has one image, made of the files of the folder and of the
// configuration in FOLDER.json, and puts the registry's host for REGISTRY in the
// files. Programs are what lies in a bin or sbin.
func serveImage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: registry NAME FOLDER FILE…")
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	ts.Defer(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	config := v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1]+".json")), &config.Config))
	image, err := mutate.ConfigFile(empty.Image, &config)
	ts.Check(err)
	files := archiveOf(ts, ts.MkAbs(args[1]))
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(files)), nil })
	ts.Check(err)
	image, err = mutate.AppendLayers(image, layer)
	ts.Check(err)
	ref, err := name.ParseReference(host + "/" + args[0])
	ts.Check(err)
	ts.Check(remote.Write(ref, image))
	for _, file := range args[2:] {
		text := strings.ReplaceAll(ts.ReadFile(file), "REGISTRY", host)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	}
	ts.Setenv("REGISTRY", host)
}

// archiveOf is the tar archive of a folder's files.
func archiveOf(ts *testscript.TestScript, folder string) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	ts.Check(filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		mode := int64(0o644)
		if strings.HasSuffix(filepath.Dir(p), "bin") {
			mode = 0o755
		}
		if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Mode: mode, Size: int64(len(text))}); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}))
	ts.Check(w.Close())
	return out.Bytes()
}
