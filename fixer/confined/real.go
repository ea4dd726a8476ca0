package confined

import (
	"os"
	"path/filepath"
)

// Real is the absolute path without symbolic links of what is there. The folder above a
// link to a folder is that of the folder itself, as the system has it: filepath.Abs
// takes the one that holds the link, also where the current folder was entered by one.
func Real(path string) (string, error) {
	if !filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err == nil {
			here, err = filepath.EvalSymlinks(here)
		}
		if err != nil {
			return "", err
		}
		path = here + string(filepath.Separator) + path // as it is: Join would clean it
	}
	return filepath.EvalSymlinks(path)
}
