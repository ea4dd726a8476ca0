package compose

import (
	"strings"
	"testing"
)

// projects are files that compose-go and we must read alike; those that take
// part are a.yaml, and b.yaml and c.yaml on top where they are there.
var projects = map[string]map[string]string{
	"one file": {"a.yaml": benchText},
	"the last wins": {
		"a.yaml": "services:\n  web:\n    image: a\n    user: '1'\n    read_only: false\n    working_dir: /a\n    command: [a, b]\n    entrypoint: a b\n",
		"b.yaml": "services:\n  web:\n    image: b\n    user: \"2:2\"\n    read_only: true\n    command: c d\n    privileged: true\n  new: {image: x}\n",
	},
	"empty does not win": {
		"a.yaml": "services:\n  web: {image: a, user: '1', tmpfs: /tmp, security_opt: [a], volumes: [x:/x], command: a, entrypoint: b, environment: {A: b}, build: {context: x, args: [A=b]}}\nvolumes: {x: }\n",
		"b.yaml": "services:\n  web:\n    user:\n    tmpfs:\n    security_opt:\n    volumes:\n    command:\n    environment:\n    build:\n      args:\n      context:\n",
	},
	"lists are appended": {
		"a.yaml": "services:\n  web:\n    image: a\n    tmpfs: /tmp\n    security_opt: [no-new-privileges:true, x]\n    cap_drop: [ALL]\n    cap_add: [A]\n    profiles: [p]\n    env_file: a.env\n",
		"b.yaml": "services:\n  web:\n    tmpfs: [/run, /tmp]\n    security_opt: [x, y]\n    cap_drop: [ALL, B]\n    cap_add: [B]\n    profiles: [q, p]\n    env_file: [b.env, {path: c.env, required: false}, a.env]\n",
	},
	"tmpfs by key": {
		"a.yaml": "services:\n  web:\n    image: a\n    tmpfs: [/tmp:uid=1, /run:mode=1, /x]\n",
		"b.yaml": "services:\n  web:\n    tmpfs: [/tmp:uid=2, /run, /x, /tmp]\n",
	},
	"volumes by target": {
		"a.yaml": "services:\n  web:\n    image: a\n    volumes: [./a:/a, b:/b/, /c, '~/d:/d:ro', {type: tmpfs, target: /t, tmpfs: {size: 1, mode: 0o1777}}, '${E:-./e}:/e']\nvolumes: {b: }\n",
		"b.yaml": "services:\n  web:\n    volumes:\n      - ./other:/b:ro\n      - type: bind\n        source: x\n        target: /a\n        read_only: true\n      - n:/c\n      - /t\nvolumes: {n: }\n",
	},
	"mappings and lists": {
		"a.yaml": "services:\n  web:\n    build:\n      context: .\n      args: {A: 1, B: two, C: }\n      additional_contexts: [x=y]\n    environment: [A=1, B, C=3]\n",
		"b.yaml": "services:\n  web:\n    build:\n      args: [B=2, D, C=x=y]\n      additional_contexts: {z: w}\n    environment:\n      B: true\n      D: 1.5\n",
	},
	"build short and long": {
		"a.yaml": "services:\n  a: {build: ./a}\n  b: {build: {context: ./b, dockerfile: D, target: t}}\n  c: {image: x}\n",
		"b.yaml": "services:\n  a: {build: {target: x, args: [A=1]}}\n  b: {build: ./other}\n  c: {build: {dockerfile: E}}\n",
	},
	"reset": {
		"a.yaml": "services:\n  web:\n    image: a\n    user: '1'\n    tmpfs: [/a]\n    security_opt: [a]\n    build: {context: ., args: [A=1], target: t}\n    volumes: [./a:/a]\n    environment: {A: b}\n  gone: {image: x}\n  over: {image: y, user: '2'}\n",
		"b.yaml": "services:\n  web:\n    user: !reset null\n    tmpfs: !reset []\n    security_opt: !override [b]\n    build: {args: !reset [], target: !reset null}\n    volumes: !override\n      - ./b:/b\n    environment: !reset {}\n  gone: !reset null\n  over: !override {image: z}\n",
		"c.yaml": "services:\n  web: {tmpfs: [/c], build: {args: {C: 3}}}\n",
	},
	"reset in lists": {
		"a.yaml": "services:\n  web:\n    image: a\n    tmpfs: [/a, /b]\n",
		"b.yaml": "services:\n  web:\n    tmpfs: [!reset /a, /c]\n",
	},
	"extends": {
		"a.yaml": "services:\n  base: {image: a, user: '1', tmpfs: [/a], security_opt: [x], environment: {A: 1}, build: ./a}\n  mid: {extends: base, tmpfs: [/b], environment: [B=2]}\n  web: {extends: {service: mid}, user: '2', tmpfs: /c, build: {target: t}}\n",
		"b.yaml": "services:\n  web: {tmpfs: [/d], security_opt: !override [y]}\n  other: {extends: {service: base, file: a.yaml}}\n",
	},
	"extends and reset": {
		"a.yaml":   "services:\n  base: {image: a, user: '1', tmpfs: [/a], security_opt: [x]}\n  mid: {extends: base, tmpfs: !reset [], security_opt: !override [m]}\n  web: {extends: mid, user: !reset null, tmpfs: [/w], security_opt: [w]}\n",
		"b.yaml":   "services:\n  mid: {tmpfs: [/m]}\n  web: {extends: {service: x, file: c/x.yaml}, tmpfs: !override [/z]}\n",
		"c/x.yaml": "services:\n  x: {extends: y, cap_drop: [X], user: '9', tmpfs: !override [/x], security_opt: [s]}\n  y: {image: y, tmpfs: [/y], cap_drop: [Y]}\n",
	},
	"extends another file": {
		"a.yaml":                 "services:\n  web: {extends: {file: common/base.yaml, service: base}, command: run}\n",
		"common/base.yaml":       "services:\n  base: {extends: {file: deeper/one.yaml, service: one}, user: '1', env_file: [x.env], build: ./b, volumes: [./v:/v, n:/n]}\n",
		"common/deeper/one.yaml": "services:\n  one: {image: one, tmpfs: [/one], volumes: [../w:/w], build: {args: [A=b]}}\n",
	},
	"include": {
		"a.yaml":     "include:\n  - inc/b.yaml\n  - path: [inc/c.yaml, inc/d.yaml]\nservices:\n  web: {image: w, extends: one}\n  two: {user: '2'}\n",
		"inc/b.yaml": "services:\n  one: {image: one, tmpfs: [/one]}\n",
		"inc/c.yaml": "services:\n  two: {image: two}\n  three: {image: three, user: '3'}\n",
		"inc/d.yaml": "services:\n  three: {user: !reset null, tmpfs: /t}\n",
	},
	"anchors": {
		"a.yaml": "x-a: &a\n  user: '1'\n  tmpfs: &t [/a, /b]\nx-b: &b {<<: *a, image: b, user: '2'}\nservices:\n  one: *b\n  two: {<<: *a, image: c, tmpfs: *t}\n  three:\n    <<: [*a, *b]\n    tmpfs: [/c]\n  four:\n    <<: [*b, *a]\n    user: '4'\n",
		"b.yaml": "services:\n  one: {tmpfs: [/z]}\n",
	},
	"env file and environment": {
		"a.yaml": "services:\n  web:\n    image: a\n    environment:\n      - A=1\n      - A=2\n      - B\n",
	},
	"windows and odd volumes": {
		"a.yaml": "services:\n  web:\n    image: a\n    volumes: ['C:\\data:/data', 'x:/y:z,ro', './a:/a:rw', 'v:/v:nocopy', '${A}:/a1', '${A:-b}:/a2:ro', '/:/host:ro,rslave', 'a:/b/../c']\nvolumes: {x: , v: , a: }\n",
	},
	"nothing on top": {
		"a.yaml": "services:\n  web: {image: a}\n",
		"b.yaml": "services:\n  web:\n",
	},
}

func TestMergeLikeCompose(t *testing.T) {
	for name, files := range projects {
		t.Run(name, func(t *testing.T) {
			dir := write(t, files)
			names := []string{"a.yaml"}
			for _, more := range []string{"b.yaml", "c.yaml"} {
				if _, ok := files[more]; ok {
					names = append(names, more)
				}
			}
			for n := range names {
				compare(t, dir, names[:n+1]...)
			}
		})
	}
}

func TestMergeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a service without content": {map[string]string{"a.yaml": "services:\n  web:\n"}, "no content"},
		"a circle of extends":       {map[string]string{"a.yaml": "services:\n  a: {extends: b}\n  b: {extends: a}\n"}, "circle"},
		"extends itself":            {map[string]string{"a.yaml": "services:\n  a: {extends: a}\n"}, "circle"},
		"a circle of files":         {map[string]string{"a.yaml": "services:\n  a: {extends: {file: b.yaml, service: a}}\n", "b.yaml": "services:\n  a: {extends: {file: a.yaml, service: a}}\n"}, "circle"},
		"extends nobody":            {map[string]string{"a.yaml": "services:\n  a: {extends: b}\n"}, "no such service"},
		"extends no file":           {map[string]string{"a.yaml": "services:\n  a: {extends: {file: b.yaml, service: a}}\n"}, "a.yaml refers to"},
		"a circle of includes":      {map[string]string{"a.yaml": "include: [b.yaml]\nservices: {a: {image: x}}\n", "b.yaml": "include: [a.yaml]\nservices: {b: {image: x}}\n"}, "circle"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := merge(write(t, c.files), "a.yaml")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
