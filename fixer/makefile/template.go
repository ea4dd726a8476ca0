package makefile

// template is the target; ResetPermissions says what it does. The list of the
// directories is on a line of its own, which Extend finds.
const template = `# Gives the directories that containers share with the host to the user they run as:
# {user} and {group} of make or its environment,{source} else {uid}:{gid}.
.PHONY: {target}
{target}: export uid = $(strip $({user}))
{target}: export gid = $(strip $({group}))
{target}:
	@set -eu; export LC_ALL=C; \
	set -- {dirs}; \
	stop() { echo "{target}: $$*" >&2; exit 1; }; \
	sudo=sudo; [ "$$(id -u)" != 0 ] || sudo=; \
	try() { "$$@" 2>/dev/null || $$sudo "$$@"; }; \
{ids}	for id in "$$uid" "$$gid"; do case $$id in 0*|*[!0-9]*) \
	  stop "{user} and {group} must be whole numbers above 0, not $$id";; esac; done; \
	root=$$(pwd -P); home=$$(cd "$${HOME:-/}" 2>/dev/null && pwd -P) || home=; \
	for dir do \
	  case "/$$dir/" in *//*|*/./*|*/../*) stop "$$dir is not a directory of this project";; esac; \
	  case "$$home/" in "$${root%/}/$$dir/"*) stop "$$dir holds your home directory";; esac; \
	  part=$$dir; while [ "$$part" != . ]; do \
	    [ ! -L "$$part" ] || stop "$$part is a symbolic link"; part=$$(dirname "$$part"); done; \
	  [ -z "$$(find "$$dir" -name .git 2>/dev/null | head -n 1)" ] || stop "$$dir holds a .git"; \
	  files=$$(git ls-files -- ":(literal)$$dir" ':!*/.gitkeep' ':!*/.gitignore' ':!*/.keep' 2>&1) || \
	    case "$$? $$files" in 127*|*"not a git repository"*) files=;; esac; \
	  [ -z "$$files" ] || \
	    stop "git tracks files in $$dir, or cannot say: $$(printf '%s\n' "$$files" | head -n 1)"; \
	done; \
	for dir do try mkdir -p "$$dir"; done; \
	for dir do \
	  [ -z "$$(find "$$dir" ! \( -user "$$uid" -group "$$gid" \) 2>&1 | head -n 1)" ] || \
	    try chown -R -P -h "$$uid:$$gid" "$$dir"; \
	  try find "$$dir" -type d ! -perm 755 -exec chmod 00755 {} +; \
	  try find "$$dir" -type f ! -perm 644 -exec chmod 644 {} +; \
	done
`

// plainIDs is the part that finds the ids without a .env file.
const plainIDs = `	uid=$${uid:-{uid}}; gid=$${gid:-{gid}}; \
`

// envFileIDs is the part that finds them with one: the last line that sets the
// variable, and behind all of them one with what make knows, without export, quotes,
// comment and blanks. What else is in the file stays out of the shell's variables,
// which -x shows.
const envFileIDs = `	env="{file}"; [ -e "$$env" ] || env=/dev/null; [ -r "$$env" ] || stop "$$env cannot be read"; \
	id_of() { echo "$${3:+$$1=$$3}" | sed -E \
	  -e "/^[^[:alnum:]_#]*(export[[:space:]]+)?$$1[[:space:]]*[=:]/!d" \
	  -e "s/^[^=:]*[=:][[:space:]]*[\"']?([^\"'#]*).*/\1/; s/[[:space:]]*$$//" "$$env" - | \
	  tail -n 1 | grep . || echo "$$2"; }; \
	uid=$$(id_of {user} {uid} "$$uid"); gid=$$(id_of {group} {gid} "$$gid"); \
`
