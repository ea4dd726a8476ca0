package starter_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/rules"
	"nonroot/fixer/settings"
	"nonroot/fixer/starter"
)

// text is the starter of files.
func text(t *testing.T, kubernetes bool, files map[string]string) string {
	t.Helper()
	list := fixer.Listing{FS: fstest.MapFS{}, Kubernetes: kubernetes, Tracks: func(string) ([]string, bool) { return nil, true }}
	for name, text := range files {
		list.FS.(fstest.MapFS)[name] = &fstest.MapFile{Data: []byte(text)}
		if strings.HasSuffix(name, "Dockerfile") {
			list.Dockerfiles = append(list.Dockerfiles, name)
		} else if strings.HasSuffix(name, "compose.yaml") {
			list.Composes = append(list.Composes, name)
		}
	}
	slices.Sort(list.Dockerfiles)
	slices.Sort(list.Composes)
	ws, err := fixer.OpenFS(list)
	if err != nil {
		t.Fatal(err)
	}
	var found []starter.Found
	err = fixer.Each(t.Context(), ws, func(p *fixer.Project) (starter.Found, error) {
		return starter.Look(p), nil
	}, func(_ *fixer.Project, f starter.Found, problems []fixer.Problem) {
		for _, p := range problems {
			t.Error(p.Err)
		}
		found = append(found, f)
	})
	if err != nil {
		t.Fatal(err)
	}
	return starter.Text(found, rules.All())
}

// uncommented is the text with its settings taken out of the comments.
func uncommented(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, "#")
		if ok && (!strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "  ")) {
			line = rest
		}
		out.WriteString(line)
	}
	return out.String()
}

func parse(t *testing.T, text string) *settings.Settings {
	t.Helper()
	set, err := settings.Parse(&edit.Source{Path: fixer.SettingsFile, Text: text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	set.Src = nil
	return set
}

// TestText checks that the text sets nothing, and that what it proposes is
// accepted: all of it at once, and each setting alone.
func TestText(t *testing.T) {
	for name, c := range projects {
		t.Run(name, func(t *testing.T) {
			text := text(t, c.kubernetes, c.files)
			if got := parse(t, text); !reflect.DeepEqual(got, &settings.Settings{}) {
				t.Errorf("it sets %+v:\n%s", got, text)
			}
			parse(t, uncommented(text))
			for block := range strings.SplitSeq(text, "\n\n") {
				parse(t, uncommented(block+"\n"))
			}
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("no %q:\n%s", want, text)
				}
			}
			for _, not := range c.hasNot {
				if strings.Contains(text, not) {
					t.Errorf("it has %q:\n%s", not, text)
				}
			}
		})
	}
}

var projects = map[string]struct {
	kubernetes  bool
	files       map[string]string
	has, hasNot []string
}{
	"nothing": {has: []string{"fixed here: no service shares data", "#numeric: false\n", "#base-images: {}\n", "#shared: []\n"}},
	"services": {
		kubernetes: true,
		files: map[string]string{
			"compose.yaml": `services:
  api: {build: api, volumes: ["./data:/data", "cache:/app/cache"]}
  web: {build: web}
  own: {build: own}
  db: {image: "postgres:16"}
  proxy: {image: "nginx:1.27"}
  other: {image: "registry.example/x"}
volumes: {cache: {}}
`,
			"api/Dockerfile": "FROM python:3.11-slim\nRUN mkdir -p /app/logs /app/cache\nCMD [\"python3\"]\n",
			"web/Dockerfile": "FROM node:20-slim\nVOLUME /srv/uploads\nCMD [\"node\"]\n",
			"own/Dockerfile": "FROM registry.example/base:1\nRUN apk add curl\nCMD [\"x\"]\n",
		},
		has: []string{
			"args here: services share ./data with the host", "#numeric: true\n",
			"#shared:\n#  - ./data  # mounted by api\n",
			"#base-images:\n#  \"registry.example/base:1\": alpine  # what own/Dockerfile is built on\n",
			"#  api:\n#    # compose.yaml: built by api/Dockerfile on python:3.11-slim; runs as root\n" +
				"#    # shares ./data with the host, at /data\n#    user: appuser\n#    writable:\n#      - /app/logs  # the Dockerfile makes it\n#  db:",
			"#    # compose.yaml: image postgres:16; starts as root and becomes postgres by itself\n",
			"#    user: node\n#    writable:\n#      - {path: \"/srv/uploads\", as: volume}  # a VOLUME of the image\n",
			"#  other: {}\n",
			"#      - /var/cache/nginx  # the image's program writes it\n",
		},
	},
	"names that break the line": {
		files: map[string]string{
			"compose.yaml":   "services:\n  \"a: {}\\nignore: ['**']\\n#\":\n    image: x\n  b:\n    build: img\n    volumes: [\"./data\\nuser: evil\\n#:/data\"]\n",
			"img/Dockerfile": "FROM debian:12\nRUN <<EOF\nmkdir -p '/srv/x\ngroup: evil\n#'\nEOF\nVOLUME [\"/srv/y\\nuid: 7\\n#\"]\nCMD [\"x\"]\n",
		},
		has: []string{"#  b:\n"},
	},
	"variables": {
		files: map[string]string{
			"compose.yaml": "services:\n  a: {build: {context: ., args: [\"USER_ID=${APP_USER_ID:-1000}\"]}}\n",
			"Dockerfile":   "FROM debian:bookworm-slim\nRUN groupadd -g 1400 x && useradd -u 1400 -g x x\nUSER x\nCMD [\"a\"]\n",
		},
		has: []string{"args here: there are variables APP_USER_ID and APP_GROUP_ID", "#    user: x\n#    uid: 1400\n#    gid: 1400\n"},
	},
	"nginx that is built": {
		files: map[string]string{
			"compose.yaml":    "services:\n  root: {build: root}\n  user: {build: user}\n",
			"root/Dockerfile": "FROM nginx:1.27\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
			"user/Dockerfile": "FROM nginx:1.27\nUSER nginx\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
		},
		has: []string{
			"built by root/Dockerfile on nginx:1.27; starts as root and becomes nginx by itself\n",
			"built by user/Dockerfile on nginx:1.27; runs as nginx (101:101)\n",
		},
	},
	"one name in two projects": {
		files: map[string]string{
			"a/compose.yaml": "services: {app: {build: .}}\n", "a/Dockerfile": "FROM node:20\nRUN mkdir /a && mkdir /a/logs\nCMD [\"a\"]\n",
			"b/compose.yaml": "services: {app: {build: .}}\n", "b/Dockerfile": "FROM debian\nRUN mkdir -p /b/logs\nCMD [\"a\"]\n",
		},
		has:    []string{"# a/compose.yaml: built by a/Dockerfile on node:20;", "# b/compose.yaml: ", "#      - /a/logs", "#      - /b/logs"},
		hasNot: []string{"    user: node"},
	},
	"names that the settings do not take": {
		files: map[string]string{
			"compose.yaml": "services:\n  \"a b\": {image: x}\n  on: {image: x}\n  c: {image: \"x\\ny: z\", volumes: [\"./a b:/data\"]}\n",
		},
		has:    []string{"#  on: {}\n", "image x?y: z"},
		hasNot: []string{"#  a b", "#  - ./a b"},
	},
}

// TestTextHasEveryKey checks that each key of the file stands there once, and
// each key of a service in the example.
func TestTextHasEveryKey(t *testing.T) {
	var schema struct {
		Properties map[string]struct{ Properties map[string]any }
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(settings.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	text := text(t, false, projects["services"].files)
	example, _, _ := strings.Cut(text[strings.Index(text, "#  service-name:"):], "\n#  api:")
	for key, value := range schema.Properties {
		if n := strings.Count(text, "\n#"+key+":"); n != 1 {
			t.Errorf("%s stands there %d times", key, n)
		}
		for inner := range value.Properties {
			if n := strings.Count(text, "\n#  "+inner+":"); n != 1 {
				t.Errorf("%s.%s stands there %d times", key, inner, n)
			}
		}
	}
	for key := range schema.Defs["service"].Properties {
		if n := strings.Count(example, "\n#    "+key+":"); n != 1 {
			t.Errorf("%s stands in the example %d times", key, n)
		}
	}
	for key := range schema.Defs["writable"].Properties {
		if !strings.Contains(example, key+": ") {
			t.Errorf("%s does not stand in the example", key)
		}
	}
	for _, r := range rules.All() {
		if n := strings.Count(text, "\n#  "+r.ID+": on "); n != 1 {
			t.Errorf("the rule %s stands there %d times", r.ID, n)
		}
	}
}
