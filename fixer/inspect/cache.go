package inspect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// FolderVariable is the environment variable that names the folder of the cache.
const FolderVariable = "NONROOT_CACHE"

// Folder is where what was seen is kept: $NONROOT_CACHE, else a folder of the
// user's caches; empty where the user has none.
func Folder() string {
	if dir := os.Getenv(FolderVariable); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "nonroot")
}

// cache keeps what was seen of images, one file an image, by digest and platform:
// an entry is never out of date. What it cannot read or write it does without.
type cache struct{ folder string }

// record is one file. Version changes with the meaning of Seen, and with what is
// looked for.
type record struct {
	Version          int
	Digest, Platform string
	Seen             *Seen
}

const (
	version   = 1
	maxRecord = 2 * maxTexts
)

func (c cache) file(digest, platform string) string {
	sum := sha256.Sum256([]byte(digest + " " + platform))
	return filepath.Join(c.folder, "images", hex.EncodeToString(sum[:])+".json")
}

// load is nil where there is no entry that can be used.
func (c cache) load(digest, platform string) *Seen {
	if c.folder == "" {
		return nil
	}
	f, err := os.Open(c.file(digest, platform))
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord))
	var r record
	if err != nil || json.Unmarshal(text, &r) != nil || r.Version != version || r.Digest != digest || r.Platform != platform {
		return nil
	}
	return r.Seen
}

// store replaces an entry as a whole.
func (c cache) store(digest, platform string, seen *Seen) error {
	if c.folder == "" {
		return nil
	}
	text, err := json.Marshal(record{version, digest, platform, seen})
	if err != nil {
		return err
	}
	name := c.file(digest, platform)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // which is gone where all went well
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), name)
}
