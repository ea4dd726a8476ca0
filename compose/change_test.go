package compose

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// edits by name, as the cases below use them.
var (
	appendTmpfs = func(s *Service) (edit.Edit, error) {
		return s.AppendTo("tmpfs", []string{"/var/tmp:uid=1000,gid=1000,mode=1777"}, Options{After: "read_only"})
	}
	appendBoth = func(s *Service) (edit.Edit, error) {
		return s.AppendTo("tmpfs", []string{"/var/tmp"}, Options{With: []string{"worker"}})
	}
	noNewPrivileges = func(s *Service) (edit.Edit, error) {
		return s.AppendTo("security_opt", []string{"no-new-privileges:true"}, Options{})
	}
	firstTmpfs = func(s *Service) (edit.Edit, error) {
		return s.SetItem(s.Tmpfs()[0].Value, "/tmp:uid=1000,gid=1000,mode=1777")
	}
	readOnly = func(s *Service) (edit.Edit, error) { return s.SetKey("read_only", tree.Bool(true), Options{}) }
	user     = func(s *Service) (edit.Edit, error) { return s.SetKey("user", tree.Str("1000:1000"), Options{}) }
	args     = func(s *Service) (edit.Edit, error) {
		return s.AddBuildArgs([]Arg{{"USER_ID", "${APP_USER_ID:-1000}"}, {"GROUP_ID", "${APP_GROUP_ID:-1000}"}}, Options{})
	}
	volume = func(s *Service) (edit.Edit, error) { return s.File.AddVolume("data", tree.Nothing()) }
)

// changes are edits of the service web: the text before and after.
var changes = []struct {
	name          string
	edit          func(*Service) (edit.Edit, error)
	before, after string
	others        bool // services besides web change too
	broken        bool // compose does not take the text before
}{
	{name: "a list of items", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs:\n      - /tmp # scratch\n      # below\n\n    read_only: true\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs:\n      - /tmp # scratch\n      - /var/tmp:uid=1000,gid=1000,mode=1777\n      # below\n\n    read_only: true\n"},
	{name: "a list without indentation", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs:\n    - '/tmp'\n  # next\n  db: {image: y}\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs:\n    - '/tmp'\n    - '/var/tmp:uid=1000,gid=1000,mode=1777'\n  # next\n  db: {image: y}\n"},
	{name: "a list between brackets", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs: [/tmp]\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs: [/tmp, \"/var/tmp:uid=1000,gid=1000,mode=1777\"]\n"},
	{name: "a list that an extension has, too", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs: &l [/tmp]\n    x-list: *l\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs: &l [/tmp, \"/var/tmp:uid=1000,gid=1000,mode=1777\"]\n    x-list: *l\n"},
	{name: "an empty list", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs: [ ]\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs: [\"/var/tmp:uid=1000,gid=1000,mode=1777\"]\n"},
	{name: "a key without a value", broken: true, edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs: # none yet\n    ports:\n    - 80:80\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs: # none yet\n    - /var/tmp:uid=1000,gid=1000,mode=1777\n    ports:\n    - 80:80\n"},
	{name: "a string", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs: \"/tmp\" # scratch\n    ports:\n      - 80:80\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs:\n      - \"/tmp\" # scratch\n      - \"/var/tmp:uid=1000,gid=1000,mode=1777\"\n    ports:\n      - 80:80\n"},
	{name: "a string in a service between braces", edit: appendTmpfs,
		before: "services:\n  web: {image: x, tmpfs: /tmp}\n",
		after:  "services:\n  web: {image: x, tmpfs: [/tmp, \"/var/tmp:uid=1000,gid=1000,mode=1777\"]}\n"},
	{name: "no key, beside read_only", edit: appendTmpfs,
		before: "services:\n  web:\n    image: x\n    read_only: true # on purpose\n    ports:\n      - 80:80\n",
		after:  "services:\n  web:\n    image: x\n    read_only: true # on purpose\n    tmpfs:\n      - /var/tmp:uid=1000,gid=1000,mode=1777\n    ports:\n      - 80:80\n"},
	{name: "no key, at the end, four columns", edit: noNewPrivileges,
		before: "services:\n    web:\n        image: x\n        environment:\n            A: |\n                # text\n                # more\n\n# the end\n",
		after:  "services:\n    web:\n        image: x\n        environment:\n            A: |\n                # text\n                # more\n        security_opt:\n            - no-new-privileges:true\n\n# the end\n"},
	{name: "no key, in a service between braces", edit: noNewPrivileges,
		before: "services:\n  web: {image: x}\n",
		after:  "services:\n  web: {image: x, security_opt: [no-new-privileges:true]}\n"},
	{name: "JSON", edit: noNewPrivileges,
		before: "{\n  \"services\": {\n    \"web\": {\n      \"image\": \"x\"\n    }\n  }\n}\n",
		after:  "{\n  \"services\": {\n    \"web\": {\n      \"image\": \"x\",\n      \"security_opt\": [\"no-new-privileges:true\"]\n    }\n  }\n}\n"},
	{name: "an anchored service", edit: noNewPrivileges,
		before: "services:\n  web: &web\n    image: x\n  db:\n    image: y\n",
		after:  "services:\n  web: &web\n    image: x\n    security_opt:\n      - no-new-privileges:true\n  db:\n    image: y\n"},
	{name: "a tagged service", edit: noNewPrivileges,
		before: "services:\n  web: !override\n    image: x\n",
		after:  "services:\n  web: !override\n    image: x\n    security_opt:\n      - no-new-privileges:true\n"},
	{name: "the text of an item", edit: firstTmpfs,
		before: "services:\n  web:\n    image: x\n    tmpfs:\n      - '/tmp' # scratch\n      - /run\n",
		after:  "services:\n  web:\n    image: x\n    tmpfs:\n      - '/tmp:uid=1000,gid=1000,mode=1777' # scratch\n      - /run\n"},
	{name: "the text of an item between brackets", edit: firstTmpfs,
		before: "services:\n  web: {image: x, tmpfs: [/tmp]}\n",
		after:  "services:\n  web: {image: x, tmpfs: [\"/tmp:uid=1000,gid=1000,mode=1777\"]}\n"},
	{name: "the text of an item that is an alias", edit: firstTmpfs,
		before: "x-t: &t /tmp\nservices:\n  web: {image: x, tmpfs: [*t]}\n  db: {image: x, tmpfs: [*t]}\n",
		after:  "x-t: &t /tmp\nservices:\n  web: {image: x, tmpfs: [\"/tmp:uid=1000,gid=1000,mode=1777\"]}\n  db: {image: x, tmpfs: [*t]}\n"},
	{name: "a scalar that is there", edit: readOnly,
		before: "services:\n  web:\n    image: x\n    read_only: false # for now\n",
		after:  "services:\n  web:\n    image: x\n    read_only: true # for now\n"},
	{name: "a scalar that is not", edit: user,
		before: "services:\n  web:\n    image: x\n",
		after:  "services:\n  web:\n    image: x\n    user: \"1000:1000\"\n"},
	{name: "a scalar without a value", broken: true, edit: user,
		before: "services:\n  web:\n    image: x\n    user: # who\n",
		after:  "services:\n  web:\n    image: x\n    user: \"1000:1000\" # who\n"},
	{name: "a scalar that is merged", edit: readOnly,
		before: "x-c: &c\n  read_only: false\nservices:\n  web:\n    <<: *c\n    image: x\n  db:\n    <<: *c\n    image: y\n",
		after:  "x-c: &c\n  read_only: false\nservices:\n  web:\n    <<: *c\n    image: x\n    read_only: true\n  db:\n    <<: *c\n    image: y\n"},
	{name: "a list that is merged by this service alone", edit: appendTmpfs,
		before: "x-c: &c\n  tmpfs: [/tmp]\nservices:\n  web:\n    <<: *c\n    image: x\n  db:\n    <<: *c\n    tmpfs: [/run]\n    image: y\n",
		after:  "x-c: &c\n  tmpfs: [/tmp, \"/var/tmp:uid=1000,gid=1000,mode=1777\"]\nservices:\n  web:\n    <<: *c\n    image: x\n  db:\n    <<: *c\n    tmpfs: [/run]\n    image: y\n"},
	{name: "a list that is shared, with all named", edit: appendBoth, others: true,
		before: "x-c: &c\n  tmpfs:\n    - /tmp\nservices:\n  web:\n    <<: *c\n    image: x\n  worker:\n    <<: *c\n    image: y\n",
		after:  "x-c: &c\n  tmpfs:\n    - /tmp\n    - /var/tmp\nservices:\n  web:\n    <<: *c\n    image: x\n  worker:\n    <<: *c\n    image: y\n"},
	{name: "a list of its own beside a merged mapping", edit: noNewPrivileges,
		before: "x-c: &c\n  restart: always\nservices:\n  web:\n    <<: *c\n    image: x\n  db:\n    <<: *c\n    image: y\n",
		after:  "x-c: &c\n  restart: always\nservices:\n  web:\n    <<: *c\n    image: x\n    security_opt:\n      - no-new-privileges:true\n  db:\n    <<: *c\n    image: y\n"},
	{name: "build, short", edit: args,
		before: "services:\n  web:\n    build: ./web # here\n    ports:\n      - 80:80\n",
		after:  "services:\n  web:\n    build:\n      context: ./web # here\n      args:\n        - USER_ID=${APP_USER_ID:-1000}\n        - GROUP_ID=${APP_GROUP_ID:-1000}\n    ports:\n      - 80:80\n"},
	{name: "build, short, without indented lists", edit: args,
		before: "services:\n  web:\n    ports:\n    - 80:80\n    build: './web'\n",
		after:  "services:\n  web:\n    ports:\n    - 80:80\n    build:\n      context: './web'\n      args:\n      - USER_ID=${APP_USER_ID:-1000}\n      - GROUP_ID=${APP_GROUP_ID:-1000}\n"},
	{name: "build, short, between braces", edit: args,
		before: "services: {web: {build: .}}\n",
		after:  "services: {web: {build: {context: ., args: [\"USER_ID=${APP_USER_ID:-1000}\", \"GROUP_ID=${APP_GROUP_ID:-1000}\"]}}}\n"},
	{name: "build, long, without args", edit: args,
		before: "services:\n  web:\n    build:\n      context: .\n      # which\n      dockerfile: D\n    image: x\n",
		after:  "services:\n  web:\n    build:\n      context: .\n      # which\n      dockerfile: D\n      args:\n        - USER_ID=${APP_USER_ID:-1000}\n        - GROUP_ID=${APP_GROUP_ID:-1000}\n    image: x\n"},
	{name: "build, args as a list", edit: args,
		before: "services:\n  web:\n    build:\n      args:\n        - \"A=b\"\n      context: .\n",
		after:  "services:\n  web:\n    build:\n      args:\n        - \"A=b\"\n        - \"USER_ID=${APP_USER_ID:-1000}\"\n        - \"GROUP_ID=${APP_GROUP_ID:-1000}\"\n      context: .\n"},
	{name: "build, args as a mapping", edit: args,
		before: "services:\n  web:\n    build:\n      args:\n        A: b # said\n      context: .\n",
		after:  "services:\n  web:\n    build:\n      args:\n        A: b # said\n        USER_ID: ${APP_USER_ID:-1000}\n        GROUP_ID: ${APP_GROUP_ID:-1000}\n      context: .\n"},
	{name: "build, args between braces", edit: args,
		before: "services:\n  web:\n    build: {context: ., args: {A: b}}\n",
		after:  "services:\n  web:\n    build: {context: ., args: {A: b, USER_ID: \"${APP_USER_ID:-1000}\", GROUP_ID: \"${APP_GROUP_ID:-1000}\"}}\n"},
	{name: "build, args without a value", broken: true, edit: args,
		before: "services:\n  web:\n    build:\n      context: .\n      args:\n",
		after:  "services:\n  web:\n    build:\n      context: .\n      args:\n        - USER_ID=${APP_USER_ID:-1000}\n        - GROUP_ID=${APP_GROUP_ID:-1000}\n"},
	{name: "the first volume", edit: volume,
		before: "services:\n  web:\n    image: x\n",
		after:  "services:\n  web:\n    image: x\n\nvolumes:\n  data:\n"},
	{name: "another volume", edit: volume,
		before: "volumes:\n  a:\n  b: {external: true}\n\nservices:\n  web:\n    image: x\n",
		after:  "volumes:\n  a:\n  b: {external: true}\n  data:\n\nservices:\n  web:\n    image: x\n"},
	{name: "volumes without a value", broken: true, edit: volume,
		before: "services:\n    web:\n        image: x\nvolumes:\n",
		after:  "services:\n    web:\n        image: x\nvolumes:\n    data:\n"},
}

// twins are texts with other line endings, with a byte order mark, and without
// the last line break.
var twins = map[string]func(string) string{
	"LF":               func(s string) string { return s },
	"CRLF":             func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	"BOM":              func(s string) string { return edit.BOM + s },
	"no final newline": func(s string) string { return strings.TrimSuffix(s, "\n") },
}

func TestChanges(t *testing.T) {
	for _, c := range changes {
		for twin, make := range twins {
			t.Run(c.name+"/"+twin, func(t *testing.T) {
				if twin == "no final newline" && strings.Contains(c.before, "|") && !strings.Contains(c.before, "# the end") {
					t.Skip("a block scalar ends the file")
				}
				got := apply(t, make(c.before), c.edit)
				if want := make(c.after); got != want {
					t.Fatalf("got\n%s\nwant\n%s", got, want)
				}
				if c.broken {
					if _, err := model(write(t, map[string]string{"a.yaml": got}), "a.yaml"); err != nil {
						t.Errorf("compose-go: %v", err)
					}
					return
				}
				judge(t, make(c.before), got, c.others)
			})
		}
	}
}

// apply makes an edit of the service web.
func apply(t *testing.T, before string, e func(*Service) (edit.Edit, error)) string {
	t.Helper()
	src := &edit.Source{Path: "a.yaml", Text: before}
	f, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	made, err := e(f.Service("web"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := edit.Apply(src, []edit.Edit{made})
	if err != nil {
		t.Fatal(err)
	}
	return after.Text
}

// judge has compose-go load both texts: it takes both, they differ, and only in
// the service web and the volumes unless others may change.
func judge(t *testing.T, before, after string, others bool) {
	t.Helper()
	var models []map[string]any
	for _, text := range []string{before, after} {
		m, err := model(write(t, map[string]string{"a.yaml": text}), "a.yaml")
		if err != nil {
			t.Fatalf("compose-go: %v\n%s", err, text)
		}
		models = append(models, m)
	}
	if reflect.DeepEqual(models[0], models[1]) {
		t.Error("compose-go sees no change")
	}
	if others {
		return
	}
	for _, m := range models {
		delete(m["services"].(map[string]any), "web")
		delete(m, "volumes")
		delete(m, "x-c")
	}
	if !reflect.DeepEqual(models[0], models[1]) {
		t.Errorf("other services change: %v\n%v", models[0], models[1])
	}
}

func TestChangesRefused(t *testing.T) {
	shared := "x-c: &c\n  tmpfs: [/tmp]\n  user: '1'\n  build: {context: ., args: [A=b]}\nservices:\n  web:\n    <<: *c\n    image: x\n  worker:\n    <<: *c\n    image: y\n"
	for _, c := range []struct {
		name, text, want string
		edit             func(*Service) (edit.Edit, error)
	}{
		{"a merged list", shared, "shared by the anchor &c with services.worker", appendTmpfs},
		{"an item of a merged list", shared, "shared by the anchor &c with services.worker", firstTmpfs},
		{"a merged build", shared, "shared by the anchor &c with services.worker", args},
		{"a list by alias", "x-t: &t [/tmp]\nservices:\n  web: {image: x, tmpfs: *t}\n  db: {image: x, tmpfs: *t}\n", "&t with services.db", appendTmpfs},
		{"a list of two attributes", "services:\n  web: {image: x, dns: &l [1.1.1.1], tmpfs: *l}\n", "this is dns and tmpfs at once", appendTmpfs},
		{"nothing, of two attributes", "x-c: &c\n  user: &t\nservices:\n  web: {image: x, <<: *c, tmpfs: *t}\n", "this is tmpfs and user at once", appendTmpfs},
		{"a service by alias", "services:\n  web: &w {image: x}\n  db: *w\n", "&w with services.db", noNewPrivileges},
		{"a service that others merge", "services:\n  web: &w {image: x}\n  db: {<<: *w, image: y}\n", "&w with services.db", noNewPrivileges},
		{"a service that others extend", "services:\n  web: {image: x}\n  db: {extends: web}\n", "shared by extends with services.db", noNewPrivileges},
		{"a string by alias", "x-t: &t /tmp\nservices:\n  web: {image: x, tmpfs: *t}\n", "stands for a single string", appendTmpfs},
		{"a reset list", "services:\n  web:\n    image: x\n    tmpfs: !reset []\n", "!reset", appendTmpfs},
		{"an argument that is there", "services:\n  web:\n    build:\n      context: .\n      args: {USER_ID: 1}\n", "already has the build argument USER_ID", args},
		{"no build", "services:\n  web: {image: x}\n", "has no build", args},
		{"a list for a scalar", "services:\n  web:\n    image: x\n    tmpfs: [/x]\n", "already set", func(s *Service) (edit.Edit, error) {
			return s.SetKey("tmpfs", tree.Strs("/y"), Options{})
		}},
		{"another service's item", "services:\n  web: {image: x}\n  db: {image: y, tmpfs: [/t]}\n", "shared", func(s *Service) (edit.Edit, error) {
			return s.SetItem(s.File.Service("db").Tmpfs()[0].Value, "/z")
		}},
		{"nobody's item", "x-t: [/t]\nservices:\n  web: {image: x}\n", "not part of services.web", func(s *Service) (edit.Edit, error) {
			return s.SetItem(s.File.Root.Get("x-t").Items[0], "/z")
		}},
		{"a block scalar at the end", "services:\n  web:\n    image: x\n    command: |\n      a", "ends the file without a line break", readOnly},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse(&edit.Source{Path: "a.yaml", Text: c.text})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.edit(f.Service("web"))
			var refused *edit.Refusal
			if !errors.As(err, &refused) || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// Two edits under one line come out right in the order that tree.Order gives.
func TestEditsAtOnePoint(t *testing.T) {
	src := &edit.Source{Path: "a.yaml", Text: "services:\n  web:\n    image: x\n    tmpfs:\n    - /tmp\n"}
	f, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	var edits []edit.Edit
	for _, make := range []func(*Service) (edit.Edit, error){volume, readOnly, appendTmpfs, noNewPrivileges} {
		e, err := make(f.Service("web"))
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, e)
	}
	tree.Order(edits)
	after, err := edit.Apply(src, edits)
	if err != nil {
		t.Fatal(err)
	}
	want := src.Text + "    - /var/tmp:uid=1000,gid=1000,mode=1777\n    read_only: true\n    security_opt:\n    - no-new-privileges:true\n\nvolumes:\n  data:\n"
	if after.Text != want {
		t.Errorf("got\n%s\nwant\n%s", after.Text, want)
	}
}
