package shell

import "strings"

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
