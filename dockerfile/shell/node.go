package shell

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
