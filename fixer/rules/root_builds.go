package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// buildsAtStart is the command that a target starts to build or to watch its
// sources, as development servers do; empty where it starts a program that is
// built. Such a command writes into its work directory, next to the sources.
func buildsAtStart(t *fixer.Target) []string {
	for _, call := range t.Commands() {
		if call = shell.BehindHelpers(call); len(call) > 0 && isBuild(call) {
			if _, set := t.Stage.End().Env("UV_NO_SYNC"); set == rootfs.Yes && path.Base(call[0]) == "uv" {
				continue
			}
			return call
		}
	}
	return nil
}

func isBuild(argv []string) bool {
	verb := ""
	if i := slices.IndexFunc(argv[1:], func(w string) bool { return !strings.HasPrefix(w, "-") }); i >= 0 {
		verb = argv[1+i]
	}
	switch tool := path.Base(argv[0]); tool {
	case "mvn", "mvnw", "gradle", "gradlew", "sbt", "lein", "clojure", "clj", "vite", "webpack-dev-server", "parcel":
		return true
	case "npm", "yarn", "pnpm", "bun":
		return slices.ContainsFunc(argv[1:], isDevScript)
	case "npx", "bunx", "pnpx":
		i := slices.Index(argv[1:], verb)
		return verb != "" && isBuild(argv[1+i:])
	case "cargo", "go", "dotnet", "mix", "stack", "cabal", "swift":
		return verb == "run" || verb == "watch" || tool == "mix" && verb == "phx.server"
	case "uv": // it brings its environment up to date: docs.astral.sh/uv, Locking and syncing
		return verb == "run" && !slices.Contains(argv, "--no-sync")
	case "next", "nuxt", "nuxi", "astro", "remix":
		return verb == "dev"
	case "ng", "ember", "vue-cli-service", "webpack", "jekyll":
		return verb == "serve"
	case "gatsby":
		return verb == "develop"
	case "react-scripts":
		return verb == "start"
	case "hugo":
		return verb == "server" || verb == "serve"
	}
	return false
}

// isDevScript reports whether a script of package.json is one for development, by
// its usual names.
func isDevScript(name string) bool {
	switch name, _, _ := strings.Cut(name, ":"); name {
	case "dev", "develop", "serve", "watch":
		return true
	}
	return name == "start:dev"
}

// keepsInHome reports whether a build tool keeps what it downloads below HOME.
func keepsInHome(tool string) bool {
	switch tool {
	case "mvn", "mvnw", "gradle", "gradlew", "sbt", "lein", "clojure", "clj", "dotnet":
		return true
	}
	return false
}

// buildsElsewhere refuses a command that builds when the container starts where
// the process cannot write next to the sources, or does not find what the build
// has downloaded for it.
func (u *userPlan) buildsElsewhere() error {
	if len(u.builds) == 0 {
		return nil
	}
	command := clip(strings.Join(u.builds, " "))
	if dir, known := u.stage.End().Dir(); known && !fixer.Ownable(dir) {
		return fmt.Errorf("%q builds in its work directory when it starts, and %s stays root's: move the sources, to /app for example", command, dir)
	}
	tool := path.Base(u.builds[0])
	if !keepsInHome(tool) {
		return nil
	}
	for s := u.stage; s != nil; s = s.Parent {
		for _, run := range s.Runs {
			if !u.asRoot(s, run) {
				continue
			}
			for _, e := range run.Effects {
				if words := strings.Fields(e.Command); len(words) > 0 && path.Base(words[0]) == tool {
					return fmt.Errorf("%q builds when it starts, and finds nothing of what line %d has downloaded into root's home: write USER before that line, or start what is built", command, run.In.Line)
				}
			}
		}
	}
	return nil
}

// asRoot reports whether a RUN of the stage, or of one that it starts from, goes
// on running as root.
func (u *userPlan) asRoot(s *rootfs.Stage, run *rootfs.Run) bool {
	return run.User.IsRoot() != rootfs.No && (s != u.stage || u.user == nil || run.In.Index < u.user.Index)
}
