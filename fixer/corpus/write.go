package corpus

import (
	"os"
	"path/filepath"
)

// Write makes the projects of a corpus below a folder.
func Write(dir string, count int) error {
	made := map[string]bool{}
	return Projects(count, func(p Project) error {
		for _, f := range p.Files {
			name := filepath.Join(dir, filepath.FromSlash(f.Path))
			if folder := filepath.Dir(name); !made[folder] {
				if err := os.MkdirAll(folder, 0o755); err != nil {
					return err
				}
				made[folder] = true
			}
			mode := os.FileMode(0o644)
			if f.Executable {
				mode = 0o755
			}
			if err := os.WriteFile(name, []byte(f.Text), mode); err != nil {
				return err
			}
		}
		return nil
	})
}
