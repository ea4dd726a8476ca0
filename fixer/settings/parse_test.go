package settings_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"nonroot/fixer/edit"
	"nonroot/fixer/settings"
)

// whole has every key.
const whole = `# all of it
ids: args                  # auto | fixed | args
numeric: false
user: app
group: "apps"
uid: 10001
gid: 10002
rules: {read-only-root: off, tmpfs-owner: on, x: true, "y": false}
ignore: [legacy/**, '!legacy/x']
base-images: {"registry.example/base:*": debian, corp/alpine: alpine}
shared: [./pipeline-data, other/dir/]
env:
  user-id: MY_UID
  group-id: MY_GID
services:
  demucs:
    user: demucs
    group: demucs
    uid: 1
    gid: 4294967294
    home: /home/demucs
    numeric: true
    writable:
      - /app/logs
      - {path: /app/cache, as: volume}
      - path: /app/run
        as: tmpfs-volume
        mode: "0700"
    volumes:
      ./pipeline-data/models/demucs: /home/demucs/.cache/torch
      models: /models
      /srv/data: /data
  other: {}
`

func parse(text string) (*settings.Settings, error) {
	return settings.Parse(&edit.Source{Path: ".nonroot.yaml", Text: text})
}

func TestParseWhole(t *testing.T) {
	for name, text := range map[string]string{"LF": whole, "CRLF": strings.ReplaceAll(whole, "\n", "\r\n"), "BOM": edit.BOM + whole, "no final newline": strings.TrimSuffix(whole, "\n")} {
		s, err := parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkPlaces(t, name, s)
		yes, no := true, false
		want := &settings.Settings{
			IDs: settings.Args, Numeric: &no, User: "app", Group: "apps", UID: 10001, GID: 10002,
			Rules:      map[string]bool{"read-only-root": false, "tmpfs-owner": true, "x": true, "y": false},
			Ignore:     []string{"legacy/**", "!legacy/x"},
			BaseImages: []settings.BaseImage{{Pattern: "registry.example/base:*", Family: settings.Debian}, {Pattern: "corp/alpine", Family: settings.Alpine}},
			Shared:     []string{"pipeline-data", "other/dir"},
			Env:        settings.Env{UserID: "MY_UID", GroupID: "MY_GID"},
			Services: map[string]*settings.Service{
				"demucs": {
					User: "demucs", Group: "demucs", UID: 1, GID: 4294967294, Home: "/home/demucs", Numeric: &yes,
					Writable: []settings.Writable{{Path: "/app/logs", As: settings.Tmpfs}, {Path: "/app/cache", As: settings.NamedVolume}, {Path: "/app/run", As: settings.TmpfsVolume, Mode: "0700"}},
					Volumes:  []settings.Volume{{Source: "./pipeline-data/models/demucs", Target: "/home/demucs/.cache/torch"}, {Source: "models", Target: "/models"}, {Source: "/srv/data", Target: "/data"}},
				},
				"other": {},
			},
		}
		if !reflect.DeepEqual(s, want) {
			t.Errorf("%s:\n%+v, not\n%+v", name, s, want)
		}
	}
}

// checkPlaces checks what the ranges hold, and takes them out of s.
func checkPlaces(t *testing.T, name string, s *settings.Settings) {
	t.Helper()
	expect := func(at edit.Range, want string) {
		t.Helper()
		if at.Src == nil || at.Src != s.Src || at.Text() != want {
			t.Errorf("%s: the place of %q is wrong: %+v", name, want, at)
		}
	}
	expect(s.RuleAt["read-only-root"], "read-only-root")
	expect(s.RuleAt["y"], `"y"`)
	expect(s.BaseImages[0].At, `"registry.example/base:*"`)
	demucs := s.Services["demucs"]
	expect(demucs.At, "demucs")
	expect(demucs.Writable[0].At, "/app/logs")
	expect(demucs.Volumes[1].At, "models")
	if line, column := demucs.Writable[2].At.Position(); line != 26 || column != 9 {
		t.Errorf("%s: the third directory is at %d:%d", name, line, column)
	}
	for i := range s.BaseImages {
		s.BaseImages[i].At = edit.Range{}
	}
	for _, service := range s.Services {
		service.At = edit.Range{}
		for i := range service.Writable {
			service.Writable[i].At = edit.Range{}
		}
		for i := range service.Volumes {
			service.Volumes[i].At = edit.Range{}
		}
	}
	s.RuleAt, s.Src = nil, nil
}

func TestParseNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "---\n", "--- # x\n", edit.BOM, "null\n"} {
		s, err := parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		s.Src = nil
		if !reflect.DeepEqual(s, &settings.Settings{}) {
			t.Errorf("%q: %+v", text, s)
		}
	}
}

// bad has documents and what is said about them, line by line.
var bad = []struct{ text, want string }{
	{"idz: auto", "1:1: idz: there is no such key; did you mean ids?"},
	{"service: {}", "1:1: service: there is no such key; did you mean services?"},
	{"base-image: {}", "1:1: base-image: there is no such key; did you mean base-images?"},
	{"sahred: []", "1:1: sahred: there is no such key; did you mean shared?"},
	{"services: {a: {wirtable: []}}", "1:16: services.a.wirtable: there is no such key; did you mean writable?"},
	{"services: {a: {banana: 1}}", "1:16: services.a.banana: there is no such key; allowed are gid, group, home, numeric, uid, user, volumes and writable"},
	{"env: {userid: A}", "1:7: env.userid: there is no such key; did you mean user-id?"},
	{"x: 1\ny: 2", "1:1: x: there is no such key; allowed are base-images, env, gid, group, ids, ignore, numeric, rules, services, shared, uid and user\n" +
		"2:1: y: there is no such key; allowed are base-images, env, gid, group, ids, ignore, numeric, rules, services, shared, uid and user"},
	{"ids: auto\nnumeric: true\nids: args", "3:1: ids: the key is there twice"},
	{"services: {a: {}, b: {}, a: {}}", "1:26: services.a: the key is there twice"},
	{"ids: dynamic", `1:6: ids: auto, fixed or args is wanted, not "dynamic"`},
	{"ids: [auto]", "1:6: ids: auto, fixed or args is wanted, not a list"},
	{"ids:", "1:5: ids: auto, fixed or args is wanted, not an empty value"},
	{"ids: true", "1:6: ids: auto, fixed or args is wanted, not true"},
	{"numeric: yes", `1:10: numeric: true or false is wanted, not "yes"`},
	{`numeric: "true"`, `1:10: numeric: true or false is wanted, not "true"`},
	{"numeric: 1", "1:10: numeric: true or false is wanted, not 1"},
	{"uid: 0", "1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not 0"},
	{"uid: -5", "1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not -5"},
	{"uid: 4294967295", "1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not 4294967295"},
	{"uid: 99999999999999999999", "1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not 99999999999999999999"},
	{"uid: 1000.5", "1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not 1000.5"},
	{`uid: "1000"`, `1:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not "1000"`},
	{"gid: 0644", "1:6: gid: a whole number from 1 to 4294967294, without quotes is wanted, not 0644"},
	{"user: root", `1:7: user: a name of at most 32 lower-case letters, digits, _ and -, not root, is wanted, not "root"`},
	{"user: App", `1:7: user: a name of at most 32 lower-case letters, digits, _ and -, not root, is wanted, not "App"`},
	{"group: 'a b'", `1:8: group: a name of at most 32 lower-case letters, digits, _ and -, not root, is wanted, not "a b"`},
	{"user: 1000", "1:7: user: a name of at most 32 lower-case letters, digits, _ and -, not root, is wanted, not 1000"},
	{"rules: {a: warn}", `1:12: rules.a: on or off is wanted, not "warn"`},
	{"rules: [a]", "1:8: rules: a mapping, key: value is wanted, not a list"},
	{"ignore: legacy", `1:9: ignore: a list of patterns is wanted, not "legacy"`},
	{"ignore: [a, 1, '', {b: c}]", "1:13: ignore[1]: a pattern as in .gitignore is wanted, not 1\n1:16: ignore[2]: a pattern as in .gitignore is wanted, not \"\"\n1:20: ignore[3]: a pattern as in .gitignore is wanted, not a mapping"},
	{"base-images: {x: ubuntu}", `1:18: base-images.x: debian, rhel, alpine, busybox, minimal or none is wanted, not "ubuntu"`},
	{"base-images: {'a b': debian}", `1:15: base-images.a b: the name of an image, in which * stands for any text, is wanted, not "a b"`},
	{"shared: [/data]", `1:10: shared[0]: a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..), is wanted, not "/data"`},
	{"shared: [../data]", `1:10: shared[0]: a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..), is wanted, not "../data"`},
	{"shared: [a/../..]", `1:10: shared[0]: a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..), is wanted, not "a/../.."`},
	{"shared: [./a, a/]", "1:15: shared[1]: a is listed twice"},
	{"env: {user-id: 'A-B'}", `1:16: env.user-id: a name of letters, digits and _ is wanted, not "A-B"`},
	{"env: {user-id: A, group-id: A}", "1:6: env: user-id and group-id both name A; two variables are wanted"},
	{"env: {user-id: APP_GROUP_ID}", "1:6: env: user-id and group-id both name APP_GROUP_ID; two variables are wanted"},
	{"services: {a: }", "1:15: services.a: a mapping, key: value is wanted, not an empty value"},
	{"services: {'a b': {}}", `1:12: services.a b: the name of a service (letters, digits and . _ -) is wanted, not "a b"`},
	{"services: {a: {home: home}}", `1:22: services.a.home: an absolute path of the container, like /app/logs (letters, digits and . _ @ + -, no .. and no slash at the end), is wanted, not "home"`},
	{"services: {a: {writable: [/a, {path: /a}]}}", "1:31: services.a.writable[1]: /a is given twice for this service"},
	{"services: {a: {writable: [/a], volumes: {b1: /a}}}", "1:46: services.a.volumes.b1: /a is given twice for this service"},
	{"services: {a: {writable: [{as: tmpfs}]}}", "1:27: services.a.writable[0]: path is missing"},
	{"services: {a: {writable: [{path: /a, as: disk}]}}", `1:42: services.a.writable[0].as: tmpfs, volume or tmpfs-volume is wanted, not "disk"`},
	{"services: {a: {writable: [{path: /a, mode: 0755}]}}", `1:44: services.a.writable[0].mode: a mode in quotes, like "0755" (three or four octal digits), is wanted, not 0755`},
	{"services: {a: {writable: [{path: /a, mode: '0788'}]}}", `1:44: services.a.writable[0].mode: a mode in quotes, like "0755" (three or four octal digits), is wanted, not "0788"`},
	{"services: {a: {volumes: {../x: /a}}}", `1:26: services.a.volumes.../x: a directory like ./data, an absolute path of the host, or the name of a volume is wanted, not "../x"`},
	{"services: {a: {volumes: ['./x:/a']}}", "1:25: services.a.volumes: a mapping, key: value is wanted, not a list"},
	{"- a", "1:1: the file: a mapping, key: value is wanted, not a list"},
	{"text", `1:1: the file: a mapping, key: value is wanted, not "text"`},
	{"? [a]\n: b", "1:3: the file: a key must be a name"},
	{"ids: auto\n---\nids: args", "2:1: a second document starts here; only one is read"},
	{"ids: !!str auto", "1:6: ids: auto, fixed or args is wanted, not a value with a tag (!!str)"},
	{"services: {a: &x {}, b: *x}", "1:25: services.b: a mapping, key: value is wanted, not an alias: write the value out"},
	{"<<: {ids: auto}", "1:1: <<: there is no such key; allowed are base-images, env, gid, group, ids, ignore, numeric, rules, services, shared, uid and user"},
	{"ids: [", "1:1: this is not YAML: did not find expected node content"},
	{"ids: auto\n\tnumeric: true", "2:1: this is not YAML: found a tab character that violates indentation"},
	{"ids: auto\rnumeric: true", "1:10: lines must end with LF or CRLF; here is another line break"},
	{"# a\u2028ids: auto", "1:4: lines must end with LF or CRLF; here is another line break"},
	{edit.BOM + "é: 1", "1:1: é: there is no such key; allowed are base-images, env, gid, group, ids, ignore, numeric, rules, services, shared, uid and user"},
	{"shared: ['é', 'b c']\r\nuid: x", "1:10: shared[0]: a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..), is wanted, not \"é\"\n" +
		"1:15: shared[1]: a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..), is wanted, not \"b c\"\n" +
		"2:6: uid: a whole number from 1 to 4294967294, without quotes is wanted, not \"x\""},
}

func TestParseErrors(t *testing.T) {
	for _, c := range bad {
		s, err := parse(c.text)
		if err == nil {
			t.Errorf("%q: no error", c.text)
			continue
		}
		want := ".nonroot.yaml:" + strings.ReplaceAll(c.want, "\n", "\n.nonroot.yaml:")
		if err.Error() != want {
			t.Errorf("%q:\n%v, not\n%s", c.text, err, want)
		}
		var one *settings.Error
		if s != nil || !errors.As(err, &one) || one.At.Src == nil {
			t.Errorf("%q: %+v, %#v", c.text, s, err)
		}
	}
}

func TestParseLarge(t *testing.T) {
	if _, err := parse(strings.Repeat("# x\n", 300_000)); err == nil || !strings.Contains(err.Error(), "1048576") {
		t.Error(err)
	}
	if _, err := parse(strings.Repeat("[", 100_000)); err == nil {
		t.Error("deep nesting is accepted")
	}
	long := strings.Repeat("ä", 1000)
	if _, err := parse("ids: " + long); err == nil || len(err.Error()) > 300 {
		t.Errorf("the message has %d bytes", len(err.Error()))
	}
}

func TestService(t *testing.T) {
	s, err := parse("user: app\nuid: 10001\nnumeric: true\nservices: {a: {user: other, gid: 5, numeric: false, home: /h}}")
	if err != nil {
		t.Fatal(err)
	}
	a, b := s.Service("a"), s.Service("b")
	if a.User != "other" || a.UID != 10001 || a.GID != 5 || *a.Numeric || a.Home != "/h" || a.At.Src == nil {
		t.Errorf("%+v", a)
	}
	if b.User != "app" || b.UID != 10001 || b.GID != 0 || !*b.Numeric || b.Home != "" || b.At.Src != nil {
		t.Errorf("%+v", b)
	}
	var none settings.Settings
	if z := none.Service("a"); !reflect.DeepEqual(z, settings.Service{}) {
		t.Errorf("%+v", z)
	}
	if user, group := none.EnvNames(); user != "APP_USER_ID" || group != "APP_GROUP_ID" {
		t.Error(user, group)
	}
}

func TestFamily(t *testing.T) {
	s, err := parse(`base-images: {"r.example:5000/base": debian, "r.example/*-min:*": minimal, "corp/*": alpine, "x:1": none, "a*b*c": rhel}`)
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string]settings.Family{
		"r.example:5000/base": settings.Debian, "r.example:5000/base:1.2": settings.Debian, "r.example:5000/base@sha256:aa": settings.Debian,
		"r.example:5000/base:1@sha256:aa": settings.Debian, "r.example:5000/base2": "", "r.example/x-min:3": settings.Minimal, "r.example/x-min": "",
		"corp/a": settings.Alpine, "corp/a/b:1": settings.Alpine, "x": "", "x:1": settings.None, "x:2": "", "abc": settings.RHEL, "aXbXc:1": settings.RHEL, "acb": "", "": "",
	} {
		got, ok := s.Family(image)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, not %q", image, got, want)
		}
	}
}

func TestHost(t *testing.T) {
	for source, want := range map[string]string{"./a/b/": "a/b", "/srv/x": "/srv/x", "data": "", "x.y": ""} {
		if dir, ok := (settings.Volume{Source: source}).Host(); dir != want || ok != (want != "") {
			t.Errorf("%s: %q, %t", source, dir, ok)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	for _, c := range bad {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text)
		if (s == nil) == (err == nil) {
			t.Fatal(s, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), ".nonroot.yaml:") {
			t.Fatal(err)
		}
	})
}
