package rootfs_test

import (
	"fmt"
	"strings"
	"testing"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer/edit"
)

// account writes what is known of a user: "1000:1000 /home/app", "no", "unknown".
func account(a rootfs.Account, found rootfs.Tri) string {
	if found != rootfs.Yes {
		return found.String()
	}
	return fmt.Sprintf("%v:%v %s", a.UID, a.GID, a.Home)
}

func TestAccounts(t *testing.T) {
	const deb, alp = "FROM debian:bookworm-slim\n", "FROM alpine:3.20\n"
	tests := []struct {
		name, text string
		users      map[string]string
		groups     map[string]string
	}{
		{"of the base", "FROM node:20-slim\n", map[string]string{"node": "1000:1000 /home/node", "www-data": "33:33 /var/www", "app": "no", "messagebus": "unknown"},
			map[string]string{"node": "1000", "dialout": "20", "app": "no"}},
		{"of an unknown base", "FROM example/x\n", map[string]string{"app": "unknown", "root": "unknown"}, map[string]string{"app": "unknown"}},
		{"of scratch", "FROM scratch\n", map[string]string{"root": "no"}, map[string]string{"root": "no"}},
		{"with ids", deb + "RUN groupadd -r appuser -g 1000 && useradd -r -u 1000 -g appuser -d /app -s /bin/bash appuser\n",
			map[string]string{"appuser": "1000:1000 /app"}, map[string]string{"appuser": "1000"}},
		{"useradd picks the id behind the highest", deb + "RUN useradd -u 1500 a && useradd b && groupadd -g 1502 x && useradd c\n",
			map[string]string{"b": "1501:1501 /home/b", "c": "1502:1503 /home/c"}, map[string]string{"b": "1501", "c": "1503"}},
		{"useradd -r goes down", deb + "RUN useradd -r a && groupadd -r g && useradd -r b\n", map[string]string{"a": "999:999 /home/a", "b": "998:997 /home/b"}, map[string]string{"g": "998"}},
		{"useradd -r behind packages", deb + "RUN apt-get install -y x && useradd -r a && useradd b\n", map[string]string{"a": "?:? /home/a", "b": "1000:1000 /home/b"}, nil},
		{"useradd -N", deb + "RUN useradd -N a\n", map[string]string{"a": "1000:100 /home/a"}, map[string]string{"a": "no"}},
		{"Debian's adduser takes the first free id", deb + "RUN useradd -u 1001 x && adduser --disabled-password --gecos '' a && adduser --disabled-password --gecos '' b\n",
			map[string]string{"a": "1000:1000 /home/a", "b": "1002:1002 /home/b"}, nil},
		{"Debian's adduser --system", deb + "RUN adduser --system a && adduser --system --group b\n", map[string]string{"a": "?:65534 ", "b": "?:? "}, nil},
		{"busybox", alp + "RUN addgroup -S g && adduser -S -G g a && adduser -D b && adduser -S c\n",
			map[string]string{"a": "100:101 /home/a", "b": "1000:1000 /home/b", "c": "101:65533 /home/c"}, map[string]string{"g": "101", "b": "1000"}},
		{"numeric group", deb + "RUN groupadd -g 70 g && useradd -u 71 -g 70 a\n", map[string]string{"a": "71:70 /home/a"}, nil},
		{"a guard that is met", "FROM node:20\nRUN getent passwd 1000 || useradd -u 1000 app\n", map[string]string{"app": "no"}, nil},
		{"a guard that is not", deb + "RUN id app || useradd -u 1000 app\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"a guard of which nothing is known", "FROM example/x\nRUN id app || useradd -u 1000 app\nRUN getent group 1000 || groupadd -g 1000 grp\n",
			map[string]string{"app": "?:? "}, map[string]string{"grp": "unknown"}},
		{"a taken id, tolerated", "FROM node:20\nRUN useradd -u 1000 app || true\n", map[string]string{"app": "no"}, nil},
		{"a free id, tolerated", deb + "RUN useradd -u 1000 app || true\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"a branch", deb + "RUN if [ -f x ]; then useradd app; fi\n", map[string]string{"app": "unknown"}, nil},
		{"an unknown command", deb + "RUN ./setup.sh\n", map[string]string{"app": "unknown", "daemon": "1:1 /usr/sbin"}, nil},
		{"an unknown command of a user", deb + "USER 1000\nRUN ./setup.sh\n", map[string]string{"app": "no"}, nil},
		{"packages bring accounts of their names", alp + "RUN apk add --no-cache nginx\n", map[string]string{"nginx": "unknown", "appuser": "no"}, nil},
		{"usermod", "FROM node:20\nRUN usermod -u 1001 -d /app node && groupmod -g 1002 node\n", map[string]string{"node": "1001:1002 /app"}, map[string]string{"node": "1002"}},
		{"usermod -l", "FROM ubuntu:24.04\nRUN usermod -l app ubuntu && groupmod -n app ubuntu\n", map[string]string{"app": "1000:1000 /home/ubuntu", "ubuntu": "no"}, map[string]string{"app": "1000"}},
		{"userdel", "FROM ubuntu:24.04\nRUN userdel -r ubuntu && useradd -u 1000 app\n", map[string]string{"ubuntu": "no", "app": "1000:? /home/app"}, nil},
		{"passwd edited by sed", deb + "RUN sed -i 's/^daemon:x:1/daemon:x:9/' /etc/passwd\n", map[string]string{"daemon": "unknown", "root": "0:0 /root", "app": "unknown"}, map[string]string{"daemon": "1"}},
		{"passwd written by a user, who cannot", deb + "USER 33\nRUN sed -i 's/^daemon:x:1/daemon:x:9/' /etc/passwd || true\n", map[string]string{"daemon": "1:1 /usr/sbin"}, nil},
		{"an unknown line in passwd", deb + "RUN echo \"$X\" >> /etc/passwd\n", map[string]string{"daemon": "1:1 /usr/sbin", "app": "unknown"}, nil},
		{"userdel, tolerated", "FROM ubuntu:24.04\nRUN userdel ubuntu || true\n", map[string]string{"ubuntu": "unknown"}, nil},
		{"groupdel, tolerated", deb + "RUN groupadd -g 7000 g && useradd -g g a\nRUN groupdel g || true\n", nil, map[string]string{"g": "unknown"}},
		{"usermod, tolerated", "FROM node:20\nRUN usermod -u 1001 node || true\n", map[string]string{"node": "?:1000 /home/node"}, nil},
		{"a line in passwd", "FROM alpine\nRUN echo 'app:x:1000:1000::/app:/bin/sh' >> /etc/passwd\n", map[string]string{"app": "1000:1000 /app"}, nil},
		{"passwd from elsewhere, to another place perhaps", "FROM alpine:3.20\nFROM ubuntu:24.04\nCOPY --link --from=0 /etc/passwd ./\n", map[string]string{"daemon": "1:1 /usr/sbin"}, map[string]string{"daemon": "1"}},
		{"busybox adduser, whose uid a group has, tolerated", "FROM alpine:3.20\nRUN addgroup grp\nRUN adduser -D -u 1000 app || true\n", map[string]string{"app": "no"}, map[string]string{"grp": "1000", "app": "no"}},
		{"passwd from elsewhere", "FROM debian AS b\nRUN useradd -u 1507 app\nFROM scratch\nCOPY --from=b /etc/passwd /etc/passwd\n", map[string]string{"app": "1507:1507 /home/app", "other": "no"}, map[string]string{"app": "no"}},
		{"passwd from the context", "FROM scratch\nCOPY passwd /etc/passwd\n", map[string]string{"app": "unknown"}, nil},
		{"a tree over everything", "FROM debian\nCOPY src /\n", map[string]string{"app": "unknown", "daemon": "1:1 /usr/sbin"}, nil},
		{"ONBUILD runs in the stage from it", "FROM debian AS a\nONBUILD RUN useradd -u 1000 app\nFROM a\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"ONBUILD does not run in its own stage", "FROM debian AS a\nONBUILD RUN useradd -u 1000 app\n", map[string]string{"app": "no"}, nil},
		{"JSON form", "FROM debian\nRUN [\"useradd\", \"-u\", \"1000\", \"app\"]\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"a script in a here-document", "FROM debian\nRUN <<EOF\nset -e\nuseradd -u 1000 app\nEOF\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"a script in another language", "FROM debian\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\n", map[string]string{"app": "unknown"}, nil},
		{"PowerShell", "FROM debian\nSHELL [\"pwsh\", \"-Command\"]\nRUN useradd -u 1000 app\n", map[string]string{"app": "unknown"}, nil},
		{"a stage from a stage", "FROM debian AS a\nRUN useradd -u 1000 app\nFROM a\n", map[string]string{"app": "1000:1000 /home/app"}, nil},
		{"COPY --from brings no accounts", "FROM debian AS a\nRUN useradd -u 1000 app\nFROM debian\nCOPY --from=a /x /x\n", map[string]string{"app": "no"}, nil},
		{"ids from arguments", "FROM debian\nARG UID=1234\nARG GID\nRUN groupadd -g ${GID:-4321} g && useradd -u $UID -g g app\n", map[string]string{"app": "1234:4321 /home/app"}, nil},
	}
	for _, tt := range tests {
		st := end(t, tt.text)
		for name, want := range tt.users {
			if got := account(st.Account(name)); got != want {
				t.Errorf("%s: user %s is %q, want %q", tt.name, name, got, want)
			}
		}
		for name, want := range tt.groups {
			g, found := st.Group(name)
			got := found.String()
			if found == rootfs.Yes {
				got = g.GID.String()
			}
			if got != want {
				t.Errorf("%s: group %s is %q, want %q", tt.name, name, got, want)
			}
		}
	}
}

func TestAccountByID(t *testing.T) {
	tests := []struct {
		text string
		uid  int
		want string
	}{
		{"FROM node:20\n", 1000, "1000:1000 /home/node"},
		{"FROM debian\n", 1000, "no"},
		{"FROM debian\nRUN apt-get install -y x\n", 1000, "no"},
		{"FROM debian\nRUN apt-get install -y x\n", 101, "unknown"},
		{"FROM maven:3.8.5-eclipse-temurin-17\n", 1000, "unknown"},
		{"FROM example/x\n", 1000, "unknown"},
		{"FROM example/x\nRUN getent passwd 1000 || useradd -u 1000 a\n", 1000, "1000:? "},
		{"FROM debian\nRUN useradd -u $X a\n", 1000, "unknown"},
	}
	for _, tt := range tests {
		if got := account(end(t, tt.text).AccountByUID(tt.uid)); got != tt.want {
			t.Errorf("%q: uid %d is %q, want %q", tt.text, tt.uid, got, tt.want)
		}
	}
}

func TestUser(t *testing.T) {
	const app = "FROM debian\nRUN groupadd -g 1500 grp && useradd -u 1500 -g grp -G staff app\n"
	tests := []struct {
		text, want string
	}{
		{"FROM debian\n", `"" 0:0 account=yes home=/root groups=[]`},
		{"FROM example/x\n", `unknown`},
		{"FROM example/x\nUSER 7\n", `"7" 7:? account=unknown home=? groups=?`},
		{"FROM example/x\nUSER 7:8\n", `"7:8" 7:8 account=unknown home=? groups=[]`},
		{"FROM node:20\nUSER node\n", `"node" 1000:1000 account=yes home=/home/node groups=[]`},
		{"FROM debian\nUSER 1000:1000\n", `"1000:1000" 1000:1000 account=no home=/ groups=[]`},
		{"FROM debian\nUSER 1000\n", `"1000" 1000:0 account=no home=/ groups=[]`},
		{app + "USER app\n", `"app" 1500:1500 account=yes home=/home/app groups=[50]`},
		{app + "USER app:staff\n", `"app:staff" 1500:50 account=yes home=/home/app groups=[]`},
		{app + "USER 1500\n", `"1500" 1500:1500 account=yes home=/home/app groups=[50]`},
		{app + "ENV HOME=/x\nUSER app\n", `"app" 1500:1500 account=yes home=/x groups=[50]`},
		{"FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER $APP_UID\n", `"$APP_UID" 1654:1654 account=yes home=/home/app groups=[]`},
		{"FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER app\n", `"app" 1654:1654 account=yes home=/home/app groups=[]`},
		{"FROM debian\nARG U=33\nUSER ${U}\n", `"${U}" 33:33 account=yes home=/var/www groups=[]`},
		{"FROM debian\nUSER ${U}\n", `unknown`},
		{"FROM debian\nUSER nobodyknows\n", `"nobodyknows" ?:0 account=no home=/ groups=[]`},
		{"FROM gcr.io/distroless/static:nonroot\n", `"65532" 65532:65532 account=yes home=/home/nonroot groups=[]`},
		{"FROM prom/prometheus\n", `"nobody" 65534:65534 account=yes home=/home groups=[]`},
		{"FROM debian AS a\nUSER 4242\nFROM a\n", `"4242" 4242:0 account=no home=/ groups=[]`},
		{"FROM ubuntu:24.04\nUSER root\n", `"root" 0:0 account=yes home=/root groups=[]`},
	}
	for _, tt := range tests {
		st := end(t, tt.text)
		if got := showUser(st); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func showUser(st rootfs.State) string {
	u := st.User()
	if !u.Known {
		return "unknown"
	}
	home, known := st.Home()
	if !known {
		home = "?"
	}
	groups := fmt.Sprint(u.Groups)
	if !u.GroupsKnown {
		groups = "?"
	}
	return fmt.Sprintf("%q %v:%v account=%v home=%s groups=%s", u.Text, u.UID, u.GID, u.Account, home, groups)
}

func TestVariables(t *testing.T) {
	tests := []struct {
		text, word, want string
	}{
		{"FROM debian\nENV A=1 B=$A\n", "$A-$B", "?"}, // B sees A of before, which the base may have
		{"FROM scratch\nENV A=1 B=$A\n", "$A-$B", "1-"},
		{"FROM debian\nENV A=1\nENV B=${A}2\n", "$B", "12"},
		{"FROM debian\nENV A one two\n", "$A", "one two"},
		{"FROM debian\nENV A='x y' B=\"z\"\n", "$A$B", "x yz"},
		{"ARG A=1\nFROM debian\n", "$A", "?"},
		{"ARG A=1\nFROM scratch\n", "$A", ""},
		{"ARG A=1\nFROM debian\nARG A\n", "$A", "1"},
		{"ARG A=1\nFROM debian\nARG A=2\n", "$A", "2"},
		{"FROM debian\nARG GIVEN=2\n", "$GIVEN", "outside"},
		{"FROM debian\nARG A=1\nENV A=2\n", "$A", "2"},
		{"FROM debian\nARG A=1\nENV A=2\nARG A=3\n", "$A", "3"},
		{"FROM debian\nENV A=2\nARG A\n", "$A", "2"},
		{"FROM debian AS a\nENV A=2\nARG A=3\nFROM a\n", "$A", "2"},
		{"FROM debian AS a\nENV A=2\nFROM a\nARG A=3\n", "$A", "3"},
		{"FROM debian\nARG TARGETARCH\n", "$TARGETARCH", "?"},
		{"FROM debian\n", "${A:-x}", "?"},
		{"FROM scratch\n", "${A:-x}", "x"},
		{"FROM debian\nENV A=\n", "${A:-x}/\\$A", "x/$A"},
		{"# escape=`\nFROM debian\nENV A=1\n", "`$A$A", "$A1"},
		{"FROM debian AS a\nARG A=1\nENV E=2\nFROM a\n", "$E", "2"},
		{"FROM debian AS a\nARG A=1\nFROM a\n", "$A", "?"},
	}
	for _, tt := range tests {
		a := analyze(t, tt.text, rootfs.Options{Args: map[string]string{"GIVEN": "outside"}})
		got, known := a.Target("").End().Expand(tt.word)
		if !known {
			got = "?"
		}
		if got != tt.want {
			t.Errorf("%q: %s is %q, want %q", tt.text, tt.word, got, tt.want)
		}
	}
	st := end(t, "FROM debian\nARG A=1\nENV B=2\n")
	if v, known := st.ExpandEnv("$B"); v != "2" || !known {
		t.Errorf("ENV alone: %q %v", v, known)
	}
	if v, known := st.ExpandEnv("$A"); known {
		t.Errorf("an ARG at run time: %q", v)
	}
}

func TestBase(t *testing.T) {
	tests := []struct {
		text, ref string
		known     bool
	}{
		{"FROM debian\n", "debian", true},
		{"ARG V=20\nFROM node:${V}-alpine\n", "node:20-alpine", true},
		{"ARG TAG=x\nFROM python:$TAG\n", "python:3.12", true},
		{"FROM ${BASE:-debian:12}\n", "debian:12", true},
		{"FROM ${BASE}\n", "", false},
		{"FROM --platform=$BUILDPLATFORM golang:1.26 AS build\n", "golang:1.26", true},
		{"FROM x:$TARGETARCH\n", "", false},
		{"FROM example/x\n", "example/x", false},
		{"FROM debian AS a\nFROM A\n", "debian", true},
		{"ARG S=a\nFROM debian AS a\nFROM $S\n", "debian", true},
	}
	for _, tt := range tests {
		s := analyze(t, tt.text, rootfs.Options{Args: map[string]string{"TAG": "3.12"}}).Target("")
		if s.Ref != tt.ref || (s.Base != nil) != tt.known || (s.Why == "") != tt.known {
			t.Errorf("%q: %q %v %q", tt.text, s.Ref, s.Base != nil, s.Why)
		}
	}
}

func TestStateBetween(t *testing.T) {
	a := analyze(t, "FROM debian\nWORKDIR /a\nUSER 5\nWORKDIR b\n", rootfs.Options{})
	s := a.Stages[0]
	ins := s.Syntax.Instructions
	if d, _ := s.Before(ins[0]).Dir(); d != "/" {
		t.Errorf("before the first: %s", d)
	}
	if d, _ := s.After(ins[0]).Dir(); d != "/a" {
		t.Errorf("behind the first: %s", d)
	}
	if u := s.Before(ins[1]).User(); u.UID.N != 0 || u.Text != "" {
		t.Errorf("before USER: %+v", u)
	}
	if u := s.After(ins[1]).User(); u.UID.N != 5 || u.In != ins[1] {
		t.Errorf("behind USER: %+v", u)
	}
	if d, _ := s.End().Dir(); d != "/a/b" {
		t.Errorf("end: %s", d)
	}
	if got := show(s.Before(ins[2]).Owner("/a/b")); got != "-" {
		t.Errorf("/a/b before it is made: %s", got)
	}
	if a.Target("nope") != nil || a.Target("0") != s || a.Of(s.Syntax) != s || a.Of(nil) != nil {
		t.Error("Target or Of")
	}
	var none rootfs.State
	if none.User().Known || none.HasShell() != rootfs.Unknown || none.Owner("/").Exists != rootfs.Unknown {
		t.Error("the zero State knows something")
	}
}

func TestTools(t *testing.T) {
	tests := []struct {
		text  string
		tools base.Tools
		known bool
		shell rootfs.Tri
	}{
		{"FROM debian\n", base.Useradd, true, rootfs.Yes},
		{"FROM alpine\n", base.BusyboxAdduser, true, rootfs.Yes},
		{"FROM registry.access.redhat.com/ubi9/ubi-minimal\n", base.NoTools, true, rootfs.Yes},
		{"FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN microdnf install -y shadow-utils\n", base.Useradd, true, rootfs.Yes},
		{"FROM gcr.io/distroless/static\n", base.NoTools, true, rootfs.No},
		{"FROM scratch\n", base.NoTools, true, rootfs.No},
		{"FROM scratch\nADD rootfs.tar /\n", base.NoTools, false, rootfs.Unknown},
		{"FROM example/x\n", base.NoTools, false, rootfs.Unknown},
		{"FROM example/x\nRUN apt-get update\n", base.Useradd, true, rootfs.Yes},
		{"FROM example/x\nRUN apk add curl\n", base.BusyboxAdduser, true, rootfs.Yes},
	}
	for _, tt := range tests {
		st := end(t, tt.text)
		tools, known := st.Tools()
		if tools != tt.tools || known != tt.known || st.HasShell() != tt.shell {
			t.Errorf("%q: %v %v, shell %v", tt.text, tools, known, st.HasShell())
		}
	}
}

func TestNeeds(t *testing.T) {
	a := analyze(t, "FROM node:20\nRUN apt-get update\nRUN npm ci\nRUN ./x.sh\nRUN echo && npm run build\nRUN true\n", rootfs.Options{})
	s := a.Stages[0]
	want := []shell.Need{shell.Root, shell.User, shell.Unknown, shell.User, shell.None}
	for i, r := range s.Runs {
		if r.Need != want[i] {
			t.Errorf("RUN %d needs %d, want %d", i, r.Need, want[i])
		}
		if s.Run(r.In) != r {
			t.Errorf("RUN %d is not found", i)
		}
	}
	if r := s.LastRoot(); r == nil || r != s.Runs[0] || r.Why == "" || r.Command != "apt-get update" {
		t.Errorf("the last that needs root: %+v", r)
	}
	if r := s.LastUnknown(); r == nil || r != s.Runs[2] || r.Command != "./x.sh" {
		t.Errorf("the last unknown: %+v", r)
	}
}

func TestExec(t *testing.T) {
	tests := []struct{ text, entry, cmd string }{
		{"FROM debian\n", "", "bash"},
		{"FROM example/x\n", "?", "?"},
		{"FROM debian\nCMD [\"a\", \"b\"]\n", "", "a b"},
		{"FROM debian\nCMD a $B\n", "", "sh: a $B"},
		{"FROM node:20\nCMD [\"a\"]\n", "docker-entrypoint.sh", "a"},
		{"FROM node:20\nENTRYPOINT [\"e\"]\n", "e", ""},
		{"FROM node:20\nCMD [\"a\"]\nENTRYPOINT [\"e\"]\n", "e", "a"},
		{"FROM debian AS a\nCMD [\"a\"]\nFROM a\nENTRYPOINT [\"e\"]\n", "e", ""},
		{"FROM debian\nENTRYPOINT []\n", "", ""},
	}
	write := func(e rootfs.Exec) string {
		switch {
		case !e.Known:
			return "?"
		case e.Shell:
			return "sh: " + strings.Join(e.Argv, " ")
		}
		return strings.Join(e.Argv, " ")
	}
	for _, tt := range tests {
		st := end(t, tt.text)
		if e, c := write(st.Entrypoint()), write(st.Cmd()); e != tt.entry || c != tt.cmd {
			t.Errorf("%q: %q %q", tt.text, e, c)
		}
	}
}

func TestPrivileges(t *testing.T) {
	tests := []struct {
		text     string
		found    string
		complete bool
	}{
		{"FROM debian\n", "", true},
		{"FROM debian\nRUN apt-get install -y curl sudo\n", "sudo", true},
		{"FROM debian\nRUN chmod u+s /bin/x && setcap cap_net_raw+ep /bin/y && chmod 4755 /bin/z && chmod 0755 /bin/w\n", "chmod u+s /bin/x, setcap /bin/y, chmod 4755 /bin/z", true},
		{"FROM debian\nRUN ./x.sh\n", "", false},
		{"FROM example/x\n", "", false},
	}
	for _, tt := range tests {
		found, complete := end(t, tt.text).Privileges()
		var names []string
		for _, p := range found {
			names = append(names, p.What)
		}
		if got := strings.Join(names, ", "); got != tt.found || complete != tt.complete {
			t.Errorf("%q: %q %v", tt.text, got, complete)
		}
	}
}

func TestVolumesAndShell(t *testing.T) {
	st := end(t, "FROM redis\nENV D=/x\nVOLUME [\"$D\", \"/y/\"]\nVOLUME /z /w\nSHELL [\"/bin/bash\", \"-ec\"]\n")
	if got := strings.Join(st.Volumes(), " "); got != "/data /x /y /z /w" {
		t.Errorf("volumes: %s", got)
	}
	if argv, d := st.Shell(); d != shell.Bash || len(argv) != 2 {
		t.Errorf("shell: %q %v", argv, d)
	}
}

func TestWindows(t *testing.T) {
	st := end(t, "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR /app\nCOPY . .\nRUN useradd app\n")
	if f, known := st.Family(); f != base.Windows || !known || st.Owner("/app").Exists != rootfs.Unknown {
		t.Error("a Windows image is analyzed")
	}
}

func TestAccess(t *testing.T) {
	st := end(t, "FROM debian\nRUN useradd -u 1500 app && mkdir /a /b /c && chown app /a && chgrp app /b && chmod 770 /b && chmod 1777 /c && chmod 700 /a\nRUN mkdir /d && chmod 700 /d\nUSER app\n")
	u := st.User()
	for path, want := range map[string]rootfs.Tri{"/a": rootfs.Yes, "/b": rootfs.Yes, "/c": rootfs.Yes, "/d": rootfs.No, "/e": rootfs.No, "/": rootfs.No} {
		if got := st.Owner(path).Writable(u); got != want {
			t.Errorf("%s is writable: %v, want %v", path, got, want)
		}
	}
	if st.Owner("/").Readable(u) != rootfs.Yes || st.Owner("/d").Readable(u) != rootfs.No {
		t.Error("Readable")
	}
	if st.Owner("/a").OwnedBy(1500) != rootfs.Yes || st.Owner("/d").OwnedBy(1500) != rootfs.No || st.Owner("/e").OwnedBy(0) != rootfs.No {
		t.Error("OwnedBy")
	}
}

func BenchmarkAnalyze(b *testing.B) {
	text := "FROM python:3.11-slim\nENV PYTHONUNBUFFERED=1\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\nRUN groupadd -r app -g 1000 && useradd -r -u 1000 -g app -d /app app && mkdir -p /app && chown -R app:app /app\nWORKDIR /app\nCOPY --chown=app:app requirements.txt .\nRUN pip install -r requirements.txt\nCOPY --chown=app:app . .\nUSER app\nEXPOSE 8000\nCMD [\"python\", \"-m\", \"app\"]\n"
	f, err := dockerfile.Parse(&edit.Source{Path: "Dockerfile", Text: text})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		rootfs.Analyze(f, rootfs.Options{}).Target("").End().Owner("/app")
	}
}
