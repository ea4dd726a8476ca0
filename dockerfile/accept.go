package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// accept is what BuildKit says of the instructions that its parser has read: nil,
// or why they cannot be built. It is asked only of those that it may refuse,
// because it makes more of each than the parser does.
func accept(ast *parser.Node) error {
	var asked []*parser.Node // the first FROM is among them: but for ARG, nothing may stand before it
	inStage, doubt := false, false
	for _, node := range ast.Children {
		name := keywordName(node.Value)
		first := name == "from" && !inStage
		inStage = inStage || first
		certain := (inStage || name == "arg") && accepted(name, node)
		if first || !certain {
			asked = append(asked, node)
		}
		doubt = doubt || !certain
	}
	if !doubt {
		return nil
	}
	_, _, err := instructions.Parse(&parser.Node{Children: asked}, linter.New(&linter.Config{}))
	return err
}

// accepted reports whether BuildKit certainly takes an instruction where it may
// stand, as can be told at a glance: false says nothing.
func accepted(name string, node *parser.Node) bool {
	arg := node.Next
	switch name {
	case "run":
		return areMounts(node.Flags)
	case "cmd", "entrypoint":
		return len(node.Flags) == 0
	case "healthcheck":
		return count(arg) > 1 && strings.EqualFold(arg.Value, "cmd") && areTimes(node.Flags)
	case "from":
		return haveValues(node.Flags, "--platform") && (count(arg) == 1 || count(arg) == 3 && strings.EqualFold(arg.Next.Value, "as") && isStageName(arg.Next.Next.Value))
	case "user", "workdir", "stopsignal":
		return len(node.Flags) == 0 && count(arg) == 1
	case "expose":
		return len(node.Flags) == 0 && count(arg) > 0
	case "shell":
		return len(node.Flags) == 0 && count(arg) > 0 && node.Attributes["json"]
	case "add", "copy": // the target must not be a here-document
		from := "--chown"
		if name == "copy" {
			from = "--from"
		}
		n := count(arg)
		return haveValues(node.Flags, "--chown", "--chmod", from) && n > 1 &&
			every(arg, func(i int, s string) bool { return i+1 < n || !strings.Contains(s, "<<") })
	case "volume":
		return len(node.Flags) == 0 && count(arg) > 0 && every(arg, func(_ int, s string) bool { return strings.TrimSpace(s) != "" })
	case "arg":
		return len(node.Flags) == 0 && count(arg) > 0 && every(arg, func(_ int, s string) bool { return !strings.HasPrefix(s, "=") })
	case "env", "label": // three nodes for each pair, of which the first is the name
		return len(node.Flags) == 0 && count(arg) > 0 && count(arg)%3 == 0 && every(arg, func(i int, s string) bool { return i%3 > 0 || s != "" })
	}
	return false
}

// haveValues reports whether all flags are of those names and have a value, and
// none is there twice.
func haveValues(flags []string, names ...string) bool {
	for i, flag := range flags {
		name, _, has := strings.Cut(flag, "=")
		twice := slices.ContainsFunc(flags[:i], func(f string) bool { return strings.HasPrefix(f, name+"=") })
		if !has || twice || !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

// areMounts reports whether flags are --mount with values in which there is
// nothing to expand or to unquote: what else is wrong with them shows at the build.
func areMounts(flags []string) bool {
	return !slices.ContainsFunc(flags, func(flag string) bool {
		value, ok := strings.CutPrefix(flag, "--mount=")
		return !ok || value == "" || strings.ContainsAny(value, "\"$\r\n")
	})
}

// areTimes reports whether flags are those of HEALTHCHECK, with values such as 30s and 3.
func areTimes(flags []string) bool {
	if !haveValues(flags, "--interval", "--timeout", "--start-period", "--start-interval", "--retries") {
		return false
	}
	return !slices.ContainsFunc(flags, func(flag string) bool {
		name, value, _ := strings.Cut(flag, "=")
		if n := len(value) - 1; name != "--retries" && n > 0 && strings.IndexByte("smh", value[n]) >= 0 {
			value = value[:n]
		} else if name != "--retries" {
			return true
		}
		return len(value) == 0 || len(value) > 6 || strings.Trim(value, "0123456789") != ""
	})
}

// isStageName reports whether BuildKit takes a plain word as the name of a stage.
func isStageName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !('0' <= s[i] && s[i] <= '9') && s[i] != '-' && s[i] != '_' && s[i] != '.') {
			return false
		}
	}
	return s != ""
}

// count is how many arguments there are from node on.
func count(node *parser.Node) int {
	n := 0
	for ; node != nil; node = node.Next {
		n++
	}
	return n
}

// every reports whether all arguments from node on are fine.
func every(node *parser.Node, fine func(i int, value string) bool) bool {
	for i := 0; node != nil; i, node = i+1, node.Next {
		if !fine(i, node.Value) {
			return false
		}
	}
	return true
}
