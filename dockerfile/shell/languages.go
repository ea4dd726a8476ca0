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

func (c *command) pip(args []Word) {
	p := &command{c.in, c.name, args, c.text}
	switch verb := p.verb(); {
	case verb == "install" || verb == "uninstall":
		p.pipInstall()
	case verb == "download" || verb == "wheel":
		p.into(p.after("-d", "--dest", "-w", "--wheel-dir"))
	case verb == "config" || verb == "cache":
		c.user()
	case verb == "":
		c.unknown("its arguments are not understood")
	default:
		c.emit(Effect{Need: None})
	}
}

func (c *command) pipInstall() {
	for _, name := range [...]string{"--target", "-t", "--prefix", "--root"} {
		if dir := c.after(name); dir.Given() {
			c.fill(dir)
			return
		}
	}
	if c.hasArg("--user") {
		c.inHome("installs into ~/.local")
		return
	}
	if venv, known := c.in.lookup("VIRTUAL_ENV"); known && venv != "" {
		c.fill(Lit(venv))
		return
	}
	if base := c.venv(); base != "" {
		c.fill(Lit(base))
		return
	}
	c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
}

// venv is the directory of the virtual environment that a program path lies in.
func (c *command) venv() string {
	program, _, _ := strings.Cut(c.text, " ")
	if at := strings.LastIndex(program, "/bin/"); at > 0 && !strings.HasPrefix(program, "/usr/") {
		return program[:at]
	}
	return ""
}

func (c *command) python() {
	if len(c.args) == 0 {
		c.unknown("it is not known what the program does")
		return
	}
	switch first := c.arg(0); {
	case first == "-m":
		c.pythonModule()
	case first == "manage.py" || strings.HasSuffix(first, "/manage.py"):
		c.user()
	case first == "setup.py":
		c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
	case first == "-c" && strings.Contains(c.arg(1), "nltk.download"):
		c.inHome("downloads into ~/nltk_data")
	default:
		c.unknown("it is not known what the program does")
	}
}

func (c *command) pythonModule() {
	rest := c.args[min(2, len(c.args)):]
	switch c.arg(1) {
	case "pip":
		c.pip(rest)
	case "venv", "virtualenv":
		if n := len(rest); n > 0 {
			c.fillNew(rest[n-1])
			return
		}
		c.user()
	case "ensurepip":
		c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
	case "playwright":
		c.browsers("playwright")
	case "nltk.downloader":
		if dir := c.after("-d", "--dir"); dir.Given() {
			c.fill(dir)
			return
		}
		c.inHome("downloads into the home directory")
	case "spacy":
		c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
	case "compileall", "unittest", "pytest", "build", "http.server", "json.tool", "grpc_tools.protoc":
		c.user()
	default:
		c.unknown("it is not known what the program does")
	}
}

// uv installs into the environment that its variables or its arguments name
// (docs.astral.sh/uv: Environment variables).
func (c *command) uv() {
	switch c.verb() {
	case "pip":
		system, known := c.in.lookup("UV_SYSTEM_PYTHON")
		if c.hasArg("--system") || known && (system == "1" || system == "true") {
			c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
			return
		}
		if c.sent("VIRTUAL_ENV") {
			return
		}
	case "sync", "run", "add", "remove":
		if c.sent("UV_PROJECT_ENVIRONMENT") {
			return
		}
	case "venv":
		if n := len(c.args); n > 1 && c.args[n-1].Known && strings.HasPrefix(c.args[n-1].Text, "/") {
			c.fillNew(c.args[n-1])
			return
		}
	case "python":
		if !c.sent("UV_PYTHON_INSTALL_DIR") {
			c.inHome("installs into ~/.local")
		}
		return
	case "tool":
		c.inHome("installs into ~/.local")
		return
	}
	c.user()
}

func (c *command) pythonTool() {
	switch c.name {
	case "poetry":
		switch c.verb() {
		case "config":
			if off := c.after("virtualenvs.create"); off.Known && off.Text == "false" {
				c.in.set("POETRY_VIRTUALENVS_CREATE", off)
			}
		case "install", "sync", "add", "update":
			if c.sent("VIRTUAL_ENV") {
				return
			}
			if v, known := c.in.lookup("POETRY_VIRTUALENVS_CREATE"); known && (v == "false" || v == "0") {
				c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
				return
			}
			if v, known := c.in.lookup("POETRY_VIRTUALENVS_IN_PROJECT"); known && (v == "true" || v == "1") {
				break
			}
			c.unknown("it depends on poetry's configuration where it installs")
			return
		}
		c.user()
	case "pipenv":
		if c.hasArg("--system") {
			c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
			return
		}
		c.inHome("makes its virtual environment in the home directory")
	case "virtualenv":
		if n := len(c.args); n > 0 {
			c.fillNew(c.args[n-1])
			return
		}
		c.user()
	case "easy_install", "spacy":
		c.root(whySite, Effect{Kind: InstallPackages, Manager: "pip"})
	case "playwright":
		c.browsers("playwright")
	case "pipx", "nltk":
		c.inHome("installs into the home directory")
	default:
		c.user()
	}
}

func (c *command) node() {
	global := c.hasArg("-g", "--global", "--location=global") || c.name == "yarn" && c.verb() == "global"
	switch {
	case c.name == "corepack":
		c.root("writes the program directory of node", Effect{Kind: InstallPackages, Manager: "npm"})
	case global && (c.name == "pnpm" || c.name == "bun"):
		c.inHome("installs into the home directory")
	case global && c.verb() != "config" && c.verb() != "cache":
		if prefix, known := c.in.lookup("NPM_CONFIG_PREFIX"); known && prefix != "" {
			c.fill(Lit(prefix))
			return
		}
		c.root("installs into the program directory of node", Effect{Kind: InstallPackages, Manager: "npm"})
	case c.hasArg("playwright") && c.hasArg("install", "install-deps"):
		c.browsers("playwright")
	case c.hasArg("puppeteer") && c.hasArg("install"):
		c.browsers("puppeteer")
	case c.hasArg("cypress") && c.hasArg("install"):
		c.browsers("cypress")
	default:
		if dir := c.after("--prefix", "-C", "--cwd", "--dir"); dir.Given() {
			c.fill(dir)
			return
		}
		c.user()
	}
}

// browsers is a tool that downloads browsers, and perhaps installs the packages
// that they need (playwright.dev: Browsers; pptr.dev: Configuration).
func (c *command) browsers(tool string) {
	if c.hasArg("install-deps", "--with-deps") {
		c.root("installs packages", Effect{Kind: InstallPackages, Manager: "apt-get"})
		if c.hasArg("install-deps") {
			return
		}
	}
	variable := map[string]string{"playwright": "PLAYWRIGHT_BROWSERS_PATH", "puppeteer": "PUPPETEER_CACHE_DIR", "cypress": "CYPRESS_CACHE_FOLDER"}[tool]
	if v, known := c.in.lookup(variable); known && tool == "playwright" && v == "0" {
		c.user() // into node_modules
		return
	}
	if !c.sent(variable) {
		c.inHome("downloads into the home directory")
	}
}

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
