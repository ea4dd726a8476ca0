package discover

import (
	"slices"
	"strings"

	"nonroot/fixer/write"
)

// kind is what a file's name makes of it.
type kind int8

const (
	other kind = iota
	dockerfileKind
	composeKind
	makefileKind
	envKind
	chartKind // Kubernetes by its name alone
	yamlKind  // Kubernetes if it says so
	tempKind  // a temporary file of ours
)

// kindOf is called for each file of a tree: the common answer, other, is quick.
func kindOf(name string) kind {
	switch {
	case IsDockerfile(name):
		return dockerfileKind
	case IsCompose(name):
		return composeKind
	case name == "Chart.yaml", name == "kustomization.yaml", name == "kustomization.yml", name == "Kustomization":
		return chartKind
	case strings.HasSuffix(name, ".yaml"), strings.HasSuffix(name, ".yml"):
		return yamlKind
	case name == "Makefile", name == "makefile", name == "GNUmakefile":
		return makefileKind
	case name == ".env", name == ".env.example", name == ".env.dist", name == ".env.sample":
		return envKind
	case write.IsTemp(name):
		return tempKind
	}
	return other
}

// IsDockerfile reports whether a file of that name (without a folder) is taken
// for a Dockerfile: Dockerfile, Containerfile, Dockerfile.*, Containerfile.*,
// *.Dockerfile, in any case, but no .dockerignore, template or backup. A lower
// case dockerfile.go is source code where Dockerfile.go is a variant for Go.
func IsDockerfile(name string) bool {
	for _, stem := range []string{"Dockerfile", "Containerfile"} {
		if len(name) < len(stem) || !strings.EqualFold(name[:len(stem)], stem) {
			continue
		}
		rest := name[len(stem):]
		if rest == "" {
			return true
		}
		return rest[0] == '.' && !isLeftOut(rest) && !(name[0] == stem[0]|0x20 && isSource(rest))
	}
	const suffix = ".Dockerfile"
	return len(name) >= len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
}

// isLeftOut knows what is made from a Dockerfile, or into one, and is none. No
// engine reads such a file, and a template is not in the language.
func isLeftOut(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{
		".dockerignore",
		".j2", ".tmpl", ".tpl", ".in", ".erb",
		".bak", ".orig", "~",
		".md", ".rst", ".html", ".json", ".yaml", ".yml",
	}, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// isSource knows the programs that are about Dockerfiles.
func isSource(rest string) bool {
	return slices.ContainsFunc([]string{
		".go", ".py", ".js", ".mjs", ".ts", ".tsx", ".rs", ".rb", ".java", ".kt", ".php", ".c", ".h", ".cc", ".cpp",
		".cs", ".swift", ".lua", ".vim", ".el", ".ex", ".exs", ".scala", ".groovy", ".sh",
	}, func(suffix string) bool { return strings.HasSuffix(rest, suffix) })
}

// IsCompose reports whether a file of that name (without a folder) is taken for
// a compose file: compose*.y[a]ml and docker-compose*.y[a]ml.
func IsCompose(name string) bool {
	return (strings.HasPrefix(name, "compose") || strings.HasPrefix(name, "docker-compose")) &&
		(strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml"))
}

// skipped are the folders whose content others made: version control, installed
// packages, caches. A vendor folder is not among them: many hold the project's own.
func skipped(name string) bool {
	switch name {
	case ".git", ".hg", ".svn", "node_modules", "bower_components", ".venv", "venv", "__pycache__", ".terraform", ".tox":
		return true
	}
	return false
}
