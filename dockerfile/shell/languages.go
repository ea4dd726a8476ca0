package shell

import "strings"

// languages runs the tools of programming languages; false where it is none.
func (c *command) languages() bool {
	switch c.name {
	case "pip", "pip2", "pip3", "pip3.9", "pip3.10", "pip3.11", "pip3.12", "pip3.13":
		c.pip(c.args)
	case "python", "python2", "python3", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "pypy", "pypy3":
		c.python()
	case "uv":
		c.uv()
	case "poetry", "pipenv", "pdm", "hatch", "pipx", "virtualenv", "easy_install", "playwright", "spacy", "nltk":
		c.pythonTool()
	case "npm", "yarn", "pnpm", "yarnpkg", "bun", "corepack", "npx", "bunx", "lerna", "turbo", "nx", "ng", "vite", "webpack", "next", "gulp", "grunt", "bower", "pnpx", "node-gyp":
		c.node()
	case "go":
		c.golang()
	case "cargo", "rustup", "rustup-init", "nvm", "sdk", "pyenv", "rbenv", "asdf", "volta", "fnm", "deno", "ghcup", "stack", "cabal", "opam":
		c.homeTool()
	case "gem", "bundle", "bundler", "rails", "rake":
		c.ruby()
	case "mvn", "mvnw", "gradle", "gradlew", "sbt", "ant", "lein", "composer", "php", "dotnet", "mix", "rebar3", "swift", "nuget", "msbuild", "xbuild", "artisan", "hugo", "jekyll", "mkdocs", "dart", "flutter", "cmake", "ninja", "meson", "make":
		c.builder()
	default:
		return false
	}
	return true
}

const whySite = "installs into the system's site-packages"

// sent makes and fills the directory that a variable sends a tool to, where it has
// a value.
func (c *command) sent(variable string) bool {
	dir, known := c.in.lookup(variable)
	if !known || dir == "" {
		return false
	}
	c.fillNew(Lit(dir))
	return true
}

func (c *command) golang() {
	switch c.verb() {
	case "build", "test":
		c.to(c.after("-o"))
	case "install", "get":
		if bin, known := c.in.lookup("GOBIN"); known && bin != "" {
			c.fill(Lit(bin))
			return
		}
		if path, known := c.in.lookup("GOPATH"); known && path != "" {
			c.fill(Lit(path + "/bin"))
			return
		}
		c.user()
	case "env", "version", "list", "vet", "fmt", "mod", "generate", "run", "clean", "tool", "work", "help", "doc":
		if c.verb() == "run" || c.verb() == "generate" {
			c.unknown("it is not known what the program does")
			return
		}
		c.user()
	default:
		c.unknown("its arguments are not understood")
	}
}

// homeTool is a tool that installs below HOME, unless a variable sends it elsewhere.
func (c *command) homeTool() {
	if c.name == "cargo" || c.name == "deno" {
		if root := c.after("--root"); root.Given() && c.verb() == "install" {
			c.fill(root)
			return
		}
		if c.verb() != "install" {
			c.user()
			return
		}
	}
	if variable := homeVariable(c.name); variable != "" {
		if dir, known := c.in.lookup(variable); known && dir != "" {
			c.fill(Lit(dir))
			return
		}
	}
	c.inHome("installs into the home directory")
}

// homeVariable is the variable that says where a tool keeps its things.
func homeVariable(tool string) string {
	switch tool {
	case "cargo":
		return "CARGO_HOME"
	case "rustup", "rustup-init":
		return "RUSTUP_HOME"
	case "nvm":
		return "NVM_DIR"
	case "pyenv":
		return "PYENV_ROOT"
	case "rbenv":
		return "RBENV_ROOT"
	case "deno":
		return "DENO_DIR"
	case "sdk":
		return "SDKMAN_DIR"
	}
	return ""
}

func (c *command) ruby() {
	gems := func() {
		if home, known := c.in.lookup("GEM_HOME"); known && home != "" {
			c.emit(Effect{Kind: Fill, Need: User, Paths: []Word{Lit(home)}}) // ruby's own image lets any user write there
			return
		}
		c.root("installs into the system's gems", Effect{Kind: InstallPackages, Manager: "gem"})
	}
	switch c.name {
	case "gem":
		switch {
		case c.hasArg("--user-install"):
			c.inHome("installs into ~/.gem")
		case c.verb() == "install" || c.verb() == "update" || c.verb() == "uninstall":
			gems()
		default:
			c.user()
		}
	case "bundle", "bundler":
		path, known := c.in.lookup("BUNDLE_PATH")
		switch {
		case c.verb() != "install" && len(c.args) > 0 && c.verb() != "":
			if c.verb() == "config" && c.hasArg("path", "deployment") {
				c.in.set("BUNDLE_PATH", Lit("vendor/bundle"))
			}
			c.user()
		case c.hasArg("--deployment") || c.after("--path").Given():
			c.user()
		case known && path != "":
			c.fill(Lit(path))
		default:
			gems()
		}
	default:
		c.user()
	}
}

// builder are tools that build a project in the working directory.
func (c *command) builder() {
	switch c.name {
	case "composer":
		if c.verb() == "global" {
			c.inHome("installs into the home directory")
			return
		}
		if dir := c.after("-d", "--working-dir"); dir.Given() {
			c.fill(dir)
			return
		}
	case "php":
		if a := c.arg(0); a != "artisan" && a != "bin/console" && !strings.HasSuffix(a, "composer.phar") && a != "-v" && a != "-m" && a != "-i" {
			c.unknown("it is not known what the program does")
			return
		}
	case "dotnet":
		c.dotnet()
		return
	case "make", "cmake", "ninja", "meson", "ant":
		if c.hasArg("install", "--install") {
			if c.after("DESTDIR").Given() || c.after("--prefix").Given() {
				c.unknown("it is not known what the project installs")
				return
			}
			c.root("installs into the system's directories", Effect{Kind: InstallPackages, Manager: c.name})
			return
		}
		if c.name == "make" || c.name == "ant" {
			c.unknown("it is not known what the project's targets do")
			return
		}
	}
	c.user()
}

func (c *command) dotnet() {
	switch c.verb() {
	case "restore", "build", "publish", "test", "clean", "pack", "new", "add", "sln", "msbuild":
		c.into(c.after("-o", "--output"))
	case "tool":
		if c.hasArg("-g", "--global") {
			c.inHome("installs into ~/.dotnet/tools")
			return
		}
		if dir := c.after("--tool-path"); dir.Given() {
			c.fill(dir)
			return
		}
		c.user()
	case "nuget", "dev-certs", "ef", "workload":
		c.user()
	default:
		c.unknown("it is not known what the program does")
	}
}
