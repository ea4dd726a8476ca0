package compose

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

func parse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse(&edit.Source{Path: "dir/compose.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNoServices(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "a: b\n", "- a\n", "text\n", "services:\n", "services: [a]\n", "services: text\n", "kind: Pod\n---\nkind: Service\n"} {
		if _, err := Parse(&edit.Source{Text: text}); !errors.Is(err, ErrNoServices) {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"services: {a: {image: x}}\n---\nb: c\n":              "several YAML documents",
		"services:\n  web: nginx\n":                           "a.yaml:2:8: services.web must be a mapping, and is a scalar",
		"services:\n  web:\n    tmpfs: {a: b}\n":              "a.yaml:3:12: services.web.tmpfs must be a string or a list, and is a mapping",
		"services:\n  web:\n    security_opt: a\n":            "services.web.security_opt must be a list, and is a scalar",
		"services:\n  web:\n    tmpfs: [/a, [b]]\n":           "a.yaml:3:17: services.web.tmpfs[1] is a list",
		"services:\n  web:\n    tmpfs:\n      -\n":            "services.web.tmpfs[0] is an empty value",
		"services:\n  web:\n    volumes: [{a: b}, ~]\n":       "services.web.volumes[1] is an empty value",
		"services:\n  web:\n    build: [a]\n":                 "services.web.build must be a string or a mapping, and is a list",
		"services:\n  web:\n    build: {args: text}\n":        "services.web.build.args must be a list or a mapping, and is a scalar",
		"services:\n  web:\n    user: [a]\n":                  "services.web.user must be a string, and is a list",
		"services: {a: {image: x}}\nvolumes: [a]\n":           "volumes must be a mapping",
		"services: {a: {image: x}}\nvolumes: {a: [b]}\n":      "volumes.a must be a mapping",
		"services: {a: {image: x}}\ninclude: a.yaml\n":        "include must be a list",
		"services: {a: {image: x}}\ninclude: [{env_file: a}]": "an include must name a file",
		"services: {a: {image: x}, a: {image: y}}\n":          `the key "a" is already set`,
		"services:\n\ta: b\n":                                 "a.yaml:2: found character that cannot start any token",
	} {
		_, err := Parse(&edit.Source{Path: "a.yaml", Text: text})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// say is its arguments with blanks between.
func say(args ...any) string { return strings.TrimSpace(fmt.Sprintln(args...)) }

func TestReading(t *testing.T) {
	f := parse(t, `name: shop
include:
  - one.yaml
  - {path: [two.yaml, three.yaml], project_directory: p, env_file: .env}
services:
  web:
    image: nginx
    user: 1000
    read_only: ${RO:-true}
    privileged: "yes"
    tmpfs:
      - /tmp:uid=${APP_USER_ID:-1000},gid=1000,mode=1777,exec
      - /run
    volumes:
      - ./src:/app/src/:ro
      - data:/data
      - /anonymous
      - ${HOST:-/srv}:/srv
      - type: tmpfs
        target: /cache
        tmpfs: {size: 1m, mode: 1777}
      - type: bind
        source: ..
        target: /up
        read_only: true
    env_file: [{path: x, required: false, format: raw}, y]
volumes:
  data:
  fast:
    driver: local
    driver_opts: {type: tmpfs, o: "uid=1000", size: 5}
  theirs: {external: true}
`)
	web := f.Service("web")
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
	}
	check("name", f.Name, "shop")
	check("includes", say(f.Includes[0].Paths, f.Includes[1].Paths, f.Includes[1].ProjectDirectory, f.Includes[1].EnvFiles), "[one.yaml] [two.yaml three.yaml] p [.env]")
	check("key", web.Key.Text(), "web")
	check("user", web.User().Text+web.User().Type(), "1000!!int")
	check("dir", web.User().Dir, "dir")
	value, known := web.ReadOnly().Truth(lookup)
	check("read_only", say(value, known), "true true")
	value, known = web.Privileged().Truth(lookup)
	check("privileged", say(value, known), "true true")
	value, known = web.NetworkMode().Truth(lookup)
	check("nothing", say(value, known), "false true")
	check("tmpfs", say(web.Tmpfs()[0].Path, web.Tmpfs()[0].Options), "/tmp [{uid ${APP_USER_ID:-1000} true} {gid 1000 true} {mode 1777 true} {exec  false}]")
	check("bare tmpfs", say(web.Tmpfs()[1].Path, web.Tmpfs()[1].Options), "/run []")
	_, ok := web.Tmpfs()[0].Option("size")
	check("size", say(ok), "false")
	var mounts []string
	for _, m := range web.Volumes() {
		mounts = append(mounts, say(m.Type, m.Source, m.Target, m.ReadOnly, m.Long))
	}
	check("volumes", strings.Join(mounts, "\n"), "bind ./src /app/src true false\nvolume data /data false false\nvolume  /anonymous false false\nvolume ${HOST:-/srv} /srv false false\ntmpfs  /cache false true\nbind .. /up true true")
	env := web.EnvFiles()
	check("env_file", say(env[0].Path, env[0].Optional, env[0].Raw, env[1].Path, env[1].Optional), "x true true y false")
	long := web.Volumes()[4]
	check("long tmpfs", long.Mode.Text+" "+long.Size.Text, "1777 1m")
	check("volume", say(f.Volumes[1].Driver().Text, len(f.Volumes[1].DriverOpts()), f.Volumes[1].DriverOpts()[1].Value), "local 3 uid=1000")
	check("external", say(f.Volumes[0].External(), f.Volumes[1].External(), f.Volumes[2].External()), "false false true")
	if web.Build() != nil || web.Image().Part != web || web.Raw("restart") != nil {
		t.Error("read what is not there")
	}
}

// What the source of a mount is may depend on a variable.
func TestMountsWithVariables(t *testing.T) {
	web := parse(t, `services:
  web:
    tmpfs: ['${NO:-/tmp}:uid=${A}', '$NO']
    volumes:
      - ${NO:-./x}:/x
      - C:\x:/y
      - \\.\pipe\x:/z
      - ${A}:/a:${NO:-ro}
      - {type: bind, source: "${NO:-/s}", target: "/${A}"}
      - $NO/x:/b
`).Service("web")
	want := []string{
		"volume ${NO:-./x} /x false; bind ./x /x false true",
		"bind C:\\x /y false; bind C:\\x /y false true",
		"bind \\\\.\\pipe\\x /z false; bind \\\\.\\pipe\\x /z false true",
		"volume ${A} /a false; volume one /a true true",
		"bind ${NO:-/s} /${A} false; bind /s /one false true",
		"volume $NO/x /b false; bind /x /b false false",
	}
	for i, m := range web.Volumes() {
		with, known := m.With(lookup)
		got := say(m.Type, m.Source, m.Target, m.ReadOnly) + "; " + say(with.Type, with.Source, with.Target, with.ReadOnly, known)
		if got != want[i] {
			t.Errorf("%s is %s, want %s", m.Range.Text(), got, want[i])
		}
	}
	one, known := web.Tmpfs()[0].With(lookup)
	if one.Path != "/tmp" || one.Options[0].Value != "one" || !known {
		t.Errorf("tmpfs is %+v", one)
	}
	if _, known := web.Tmpfs()[1].With(lookup); known {
		t.Error("an unknown variable is known")
	}
}

func TestUsedBy(t *testing.T) {
	f := parse(t, "services:\n  base: {image: x}\n  a: {extends: base}\n  b: {extends: a}\n  c: {image: y}\n")
	m, err := Merge(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.UsedBy(f.Service("a"))); got != "[a b]" {
		t.Errorf("a is part of %s", got)
	}
	if got := m.Service("b").Image(); got.Part != f.Service("base") || got.Kind != tree.Scalar {
		t.Errorf("the image comes from %v", got.Part.Name)
	}
	if len(m.Service("b").Parts()) != 3 || m.Service("d") != nil {
		t.Error("wrong parts")
	}
}
