package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// outsideMark is in every file outside of the root, and in no output.
const outsideMark = "OUTSIDE-MARK"

// outside makes a folder with a repository in it, which is empty, and files beside
// it that nothing may read into an output, or write.
func outside(t *testing.T) (top, repo string) {
	t.Helper()
	top = t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile":       "FROM debian:12\nRUN echo " + outsideMark + "\nCOPY . /app\nCMD [\"sleep\", \"1\"]\n",
		"compose.yaml":     "services:\n  " + outsideMark + ":\n    image: nginx:1.27\n",
		".env":             "APP_USER_ID=4711\nAPP_GROUP_ID=4711\nX=" + outsideMark + "\n",
		"settings.yaml":    "ids: " + outsideMark + "\n",
		"Makefile":         outsideMark + ":\n\ttrue\n",
		"script.sh":        "#!/bin/sh\ntouch " + outsideMark + "\nchown -R 4711 /app\n",
		"patterns":         outsideMark + "\n*\n",
		"dir/Dockerfile":   "FROM debian:12\nRUN echo " + outsideMark + "\n",
		"dir/data/file":    outsideMark,
		"git/config":       "[core]\n\tbare = false # " + outsideMark + "\n",
		"git/info/x":       outsideMark,
		"repo/.git/HEAD":   "ref: refs/heads/main\n",
		"repo/README.md":   "",
		"repo/in/.keep":    "",
		"repo/in/Makefile": "all:\n\ttrue\n",
	} {
		put(t, top, name, text)
	}
	return top, filepath.Join(top, "repo")
}

// beside are the files of a folder, without those of the repository in it.
func beside(t *testing.T, top string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if entry.Name() == "repo" {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func link(t *testing.T, repo, name, target string) {
	t.Helper()
	path := filepath.Join(repo, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// TestNothingLeadsOut has every way that a repository can name something outside
// of its root: each command reads nothing of it into an output, and writes nothing.
func TestNothingLeadsOut(t *testing.T) {
	service := func(body string) string { return "services:\n  web:\n    image: nginx:1.27\n" + body }
	for name, plant := range map[string]func(t *testing.T, repo string){
		"a Dockerfile that is a link": func(t *testing.T, repo string) { link(t, repo, "Dockerfile", "../Dockerfile") },
		"a Dockerfile behind an absolute link": func(t *testing.T, repo string) {
			link(t, repo, "Dockerfile", filepath.Join(filepath.Dir(repo), "Dockerfile"))
		},
		"a compose file that is a link": func(t *testing.T, repo string) { link(t, repo, "compose.yaml", "../compose.yaml") },
		"a link to a link": func(t *testing.T, repo string) {
			link(t, repo, "in/a", "../../compose.yaml")
			link(t, repo, "compose.yaml", "in/a")
		},
		"a folder that is a link": func(t *testing.T, repo string) {
			link(t, repo, "dir", "../dir")
			put(t, repo, "compose.yaml", "services:\n  web:\n    build: ./dir\n")
		},
		"a context above": func(t *testing.T, repo string) { put(t, repo, "compose.yaml", "services:\n  web:\n    build: ../\n") },
		"a context by an absolute path": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", "services:\n  web:\n    build: "+filepath.Dir(repo)+"\n")
		},
		"a context that .env puts above": func(t *testing.T, repo string) {
			put(t, repo, ".env", "UP=..\n")
			put(t, repo, "compose.yaml", "services:\n  web:\n    build: ./in/${UP}/${UP}\n")
		},
		"a dockerfile above": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", "services:\n  web:\n    build:\n      context: .\n      dockerfile: ../Dockerfile\n")
		},
		"a dockerfile by an absolute path": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", "services:\n  web:\n    build:\n      context: .\n      dockerfile: "+filepath.Dir(repo)+"/Dockerfile\n")
		},
		"additional contexts": func(t *testing.T, repo string) {
			put(t, repo, "Dockerfile", "FROM debian:12\nCOPY --from=more script.sh /app/\nCMD [\"/app/script.sh\"]\n")
			put(t, repo, "compose.yaml", "services:\n  web:\n    build:\n      context: .\n      additional_contexts: {more: ../}\n")
		},
		"extends": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", service("    extends: {file: ../compose.yaml, service: "+outsideMark[:7]+"}\n"))
		},
		"include": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", "include: [../compose.yaml]\n"+service(""))
		},
		"include through a link": func(t *testing.T, repo string) {
			link(t, repo, "in/c.yaml", "../../compose.yaml")
			put(t, repo, "compose.yaml", "include: [in/c.yaml]\n"+service(""))
		},
		"include with a project directory": func(t *testing.T, repo string) {
			put(t, repo, "in/c.yaml", "services:\n  x:\n    build: .\n")
			put(t, repo, "compose.yaml", "include:\n  - path: in/c.yaml\n    project_directory: ../\n    env_file: ../.env\n"+service(""))
		},
		"env_file": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", service("    env_file: [../.env]\n    user: ${X}\n"))
		},
		"secrets and configs": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", service("    secrets: [s]\n    configs: [s]\n")+"secrets: {s: {file: ../.env}}\nconfigs: {s: {file: ../.env}}\n")
		},
		"a bind mount": func(t *testing.T, repo string) {
			put(t, repo, "compose.yaml", service("    user: \"1000\"\n    volumes: [\"../dir/data:/data\", \"./in/../../dir:/x\"]\n"))
		},
		".env that is a link": func(t *testing.T, repo string) {
			link(t, repo, ".env", "../.env")
			put(t, repo, "compose.yaml", service("    user: ${X}:${APP_USER_ID}\n"))
		},
		"Makefile that is a link": func(t *testing.T, repo string) {
			link(t, repo, "Makefile", "../Makefile")
			put(t, repo, "compose.yaml", service("    user: \"1000\"\n    volumes: [./data:/data]\n"))
		},
		".nonroot.yaml that is a link": func(t *testing.T, repo string) {
			link(t, repo, ".nonroot.yaml", "../settings.yaml")
			put(t, repo, "compose.yaml", service(""))
		},
		"settings that name a folder above": func(t *testing.T, repo string) {
			put(t, repo, ".nonroot.yaml", "shared: [../dir/data]\n")
			put(t, repo, "compose.yaml", service(""))
		},
		".gitignore that is a link": func(t *testing.T, repo string) {
			link(t, repo, ".gitignore", "../patterns")
			put(t, repo, "compose.yaml", service(""))
		},
		".dockerignore that is a link": func(t *testing.T, repo string) {
			link(t, repo, ".dockerignore", "../patterns")
			put(t, repo, "Dockerfile", "FROM debian:12\nCOPY . /app\nUSER 1000\n")
		},
		"a script that is a link": func(t *testing.T, repo string) {
			link(t, repo, "run.sh", "../script.sh")
			put(t, repo, "Dockerfile", "FROM debian:12\nCOPY run.sh /run.sh\nENTRYPOINT [\"/run.sh\"]\n")
		},
		"COPY from above": func(t *testing.T, repo string) {
			put(t, repo, "Dockerfile", "FROM debian:12\nCOPY ../script.sh in/../../script.sh /\nENTRYPOINT [\"/script.sh\"]\n")
		},
		"a .git that points elsewhere": func(t *testing.T, repo string) {
			os.RemoveAll(filepath.Join(repo, ".git"))
			put(t, repo, ".git", "gitdir: ../git\n")
			put(t, repo, "compose.yaml", service(""))
		},
		"a .git that points to /etc": func(t *testing.T, repo string) {
			os.RemoveAll(filepath.Join(repo, ".git"))
			put(t, repo, ".git", "gitdir: /etc\n")
			put(t, repo, "compose.yaml", service(""))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			top, repo := outside(t)
			plant(t, repo)
			before := beside(t, top)
			for _, args := range [][]string{
				{"check", "--notes"}, {"check", "--format", "json"}, {"fix", "--dry-run", "--unsafe-fixes"}, {"template"}, {"init", "--print"},
				{"fix", "--unsafe-fixes", "--yes", "--format", "json"}, {"fix", "--unsafe-fixes", "--yes"}, {"check"},
			} {
				cmd := exec.CommandContext(t.Context(), "nonroot", args...)
				cmd.Dir = repo
				var said bytes.Buffer
				cmd.Stdout, cmd.Stderr = &said, &said
				stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
				_ = cmd.Run()
				if !stuck.Stop() {
					t.Errorf("nonroot %v does not end", args)
				}
				if text := said.String(); strings.Contains(text, outsideMark) || strings.Contains(text, "4711") || strings.Contains(text, "panic") || strings.Contains(text, "bug in nonroot") {
					t.Errorf("nonroot %v says %s", args, text)
				}
			}
			sameTree(t, "outside of the root", beside(t, top), before)
		})
	}
}

// TestPathFromEnv has a build context by a variable of .env: what it stands for is
// shown where it is a folder of the repository, and nowhere else.
func TestPathFromEnv(t *testing.T) {
	for _, body := range []string{"./${X}", "./a/${X}/b", "{context: ., dockerfile: \"${X}/Dockerfile\"}", "https://${X}/x.git", "${X}", "../${X}"} {
		for _, there := range []bool{false, true} {
			dir := t.TempDir()
			put(t, dir, ".git/HEAD", "")
			put(t, dir, ".env", "X=hunter2\n")
			put(t, dir, "compose.yaml", "services:\n  web:\n    build: "+body+"\n    tmpfs: [/tmp]\n")
			if there {
				put(t, dir, "hunter2/Dockerfile", "FROM debian:12\nUSER 1000\n")
			}
			for _, args := range [][]string{{"check", "--notes", dir}, {"check", "--format=json", dir}, {"fix", "--unsafe-fixes", "--dry-run", dir}} {
				var out, stderr bytes.Buffer
				run(t.Context(), args, streams{strings.NewReader(""), &out, &stderr})
				if said := out.String() + stderr.String(); strings.Contains(said, "hunter2") && !there {
					t.Errorf("build: %s: nonroot %v says %s", body, args, said)
				}
			}
		}
	}
}

// TestFilesThatAreNone puts pipes and folders where files are looked for. Nothing
// waits for a writer.
func TestFilesThatAreNone(t *testing.T) {
	for _, name := range []string{
		"Dockerfile", "compose.yaml", ".env", "Makefile", ".nonroot.yaml", ".gitignore", ".dockerignore", "Dockerfile.dockerignore", "run.sh", ".git", "x.yaml", "included.yaml",
	} {
		for kind, plant := range map[string]func(path string) error{
			"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o644) },
			"folder": func(path string) error { return os.Mkdir(path, 0o755) },
			"socket": func(path string) error { return syscall.Mknod(path, syscall.S_IFSOCK|0o644, 0) },
			"device": func(path string) error { return os.Symlink("/dev/zero", path) },
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				files := map[string]string{
					".git/HEAD":        "",
					"Dockerfile":       "FROM debian:12\nCOPY . /app\nCOPY run.sh /run.sh\nENTRYPOINT [\"/run.sh\"]\n",
					"compose.yaml":     "include: [included.yaml]\nservices:\n  web:\n    build: .\n    volumes: [./data:/data]\n",
					"included.yaml":    "services:\n  other:\n    image: nginx:1.27\n",
					"sub/compose.yaml": onTerminal,
				}
				if name == ".git" {
					delete(files, ".git/HEAD")
				}
				delete(files, name)
				for name, text := range files {
					put(t, dir, name, text)
				}
				if err := plant(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				for _, args := range [][]string{{"check"}, {"fix", "--yes", "--unsafe-fixes"}, {"template"}, {"init", "--print"}} {
					cmd := exec.CommandContext(t.Context(), "nonroot", args...)
					cmd.Dir = dir
					var said bytes.Buffer
					cmd.Stdout, cmd.Stderr = &said, &said
					stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
					_ = cmd.Run()
					if !stuck.Stop() {
						t.Errorf("nonroot %v does not end", args)
					}
					if text := said.String(); strings.Contains(text, "panic") || strings.Contains(text, "bug in nonroot") {
						t.Errorf("nonroot %v says %s", args, text)
					}
					if code := cmd.ProcessState.ExitCode(); args[0] == "check" && code != exitError && (name == "Dockerfile" || name == "compose.yaml" || name == ".nonroot.yaml" || name == "included.yaml") && !(kind == "folder" && name != ".nonroot.yaml" && name != "included.yaml") {
						t.Errorf("nonroot %v exits %d: %s", args, code, said.String())
					}
				}
			})
		}
	}
}

// TestSecurityPage asserts that every test which docs/security.md names exists.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:[a-z]+/)*)(Test[A-Za-z]+|[a-z_]+\\.txtar)`").FindAllStringSubmatch(string(page), -1)
	if len(named) < 25 {
		t.Errorf("the page names %d tests", len(named))
	}
	for _, name := range named {
		if strings.HasSuffix(name[2], ".txtar") {
			if _, err := os.Stat(filepath.Join("../../testdata", name[1], name[2])); err != nil {
				t.Error(err)
			}
			continue
		}
		found := false
		files, _ := filepath.Glob(filepath.Join("../..", name[1], "*_test.go"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			found = found || err == nil && bytes.Contains(text, []byte("\nfunc "+name[2]+"(t *testing.T)"))
		}
		if !found {
			t.Errorf("there is no test %s in %s", name[2], name[1])
		}
	}
}
