package shell_test

import (
	"fmt"
	"strings"
	"testing"

	"nonroot/dockerfile/shell"
)

var kinds = map[shell.Kind]string{
	shell.Run: "run", shell.AddUser: "adduser", shell.AddGroup: "addgroup", shell.ModUser: "moduser", shell.ModGroup: "modgroup",
	shell.AddMember: "addmember", shell.DelUser: "deluser", shell.DelGroup: "delgroup", shell.Mkdir: "mkdir", shell.Touch: "touch",
	shell.Write: "write", shell.Fill: "fill", shell.Copy: "copy", shell.Move: "move", shell.Link: "link", shell.Remove: "remove",
	shell.Chown: "chown", shell.Chmod: "chmod", shell.InstallPackages: "packages", shell.SetCapability: "setcap",
}

var needs = map[shell.Need]string{shell.Unknown: "?", shell.None: "none", shell.User: "user", shell.Root: "root"}

// show writes an effect in a few words, such as "root chown -R app:app /app".
func show(e shell.Effect) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", needs[e.Need], kinds[e.Kind])
	flag := func(on bool, name string) {
		if on {
			b.WriteString(" " + name)
		}
	}
	flag(e.Recursive && (e.Kind == shell.Chown || e.Kind == shell.Chmod), "-R")
	word := func(name string, w shell.Word) {
		if w.Given() {
			mark := ""
			if !w.Known {
				mark = "?"
			}
			fmt.Fprintf(&b, " %s%s%s", name, w.Text, mark)
		}
	}
	if a := e.Account; a != nil {
		word("", a.Name)
		word("u=", a.UID)
		word("g=", a.GID)
		word("home=", a.Home)
		for _, g := range a.Groups {
			word("+", g)
		}
		flag(a.System, "system")
		flag(a.CreateHome == shell.Yes, "mkhome")
		flag(a.CreateHome == shell.No, "nohome")
	}
	word("owner=", e.Owner)
	word("group=", e.Group)
	flag(e.Login, "login")
	word("mode=", e.Mode)
	for _, p := range e.Paths {
		if e.Kind != shell.Fill || e.Need == shell.Root {
			word("", p)
		}
	}
	for _, p := range e.Packages {
		b.WriteString(" " + p)
	}
	if e.Guard != nil {
		word("unless=", e.Guard.Key)
	}
	flag(e.As != "", "as="+e.As)
	flag(e.Conditional, "maybe")
	flag(e.InHome, "inhome")
	return b.String()
}

func analyze(script string) []string {
	vars := map[string]string{"UID": "1000", "GID": "1000", "USERNAME": "app", "EMPTY": "", "PKGS": "curl git", "APP_HOME": "/srv/app"}
	effects := shell.Analyze(script, shell.Options{
		Dialect: shell.Bash, Dir: "/w", Home: "/root",
		Lookup: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
	})
	var out []string
	for _, e := range effects {
		if e.Need == shell.None {
			continue
		}
		out = append(out, show(e))
	}
	return out
}

func check(t *testing.T, tests [][2]string) {
	t.Helper()
	for _, tt := range tests {
		if got := strings.Join(analyze(tt[0]), "; "); got != tt[1] {
			t.Errorf("%s\n got: %s\nwant: %s", tt[0], got, tt[1])
		}
	}
}

func TestAccounts(t *testing.T) {
	check(t, [][2]string{
		{"useradd app", "root adduser app"},
		{"useradd -rmu 1001 -g app -d /app -s /bin/bash app", "root adduser app u=1001 g=app home=/app system mkhome"},
		{"useradd --uid=1001 --gid app --create-home --shell /bin/sh app", "root adduser app u=1001 g=app mkhome"},
		{"useradd -ms /bin/bash -u ${UID} $USERNAME", "root adduser app u=1000 mkhome"},
		{"useradd -u $OTHER app", "root adduser app u=$OTHER?"},
		{"useradd -l -G sudo,docker -M app", "root adduser app +sudo +docker nohome"},
		{"groupadd -r app && useradd -r -g app app", "root addgroup app system; root adduser app g=app system"},
		{"groupadd --gid 1000 node", "root addgroup node g=1000"},
		{"groupadd -f -g 20 staff2", "root addgroup staff2 g=20 unless=staff2"},
		{"adduser -D -u 1000 -G app -h /app app", "root adduser app u=1000 g=app home=/app"},
		{"addgroup -S app && adduser -S -G app -H app", "root addgroup app system; root adduser app g=app system nohome"},
		{`adduser --disabled-password --gecos "" --uid 1001 app`, "root adduser app u=1001"},
		{"adduser --system --group --no-create-home app", "root adduser app system nohome"},
		{"adduser app docker", "root addmember app +docker"},
		{"usermod -aG docker app", "root moduser app +docker"},
		{"usermod -u 1001 -d /data www-data", "root moduser www-data u=1001 home=/data"},
		{"groupmod -g 1001 app", "root modgroup app g=1001"},
		{"userdel -r ubuntu", "root deluser ubuntu"},
		{"deluser --remove-home node", "root deluser node"},
		{"echo 'app:x:1000:1000::/app:/sbin/nologin' >> /etc/passwd", "root adduser app u=1000 g=1000 home=/app nohome"},
		{`echo "app:x:$X:" >> /etc/group`, "root write /etc/group"},
		{"echo 'app:x:70:' | tee -a /etc/group", "root addgroup app g=70"},
	})
}

func TestGuards(t *testing.T) {
	check(t, [][2]string{
		{"getent group ${GID} || groupadd -g ${GID} app", "root addgroup app g=1000 unless=1000"},
		{"id -u app >/dev/null 2>&1 || useradd app", "root adduser app unless=app"},
		{"if ! id app; then useradd app; fi", "root adduser app unless=app"},
		{`if [ -z "$(getent passwd app)" ]; then useradd app; fi`, "root adduser app unless=app"},
		{"grep -q '^app:' /etc/passwd || adduser -D app", "root adduser app unless=app"},
		{"test ${UID} -gt 0 && (getent group ${GID} || groupadd -g ${GID} grp) && (getent passwd ${UID} || useradd -l -m -u ${UID} -g ${GID} app)",
			"root addgroup grp g=1000 unless=1000; root adduser app u=1000 g=1000 mkhome unless=1000"},
		{"! getent passwd app && useradd app", "root adduser app unless=app"},
		{"if [ -f /x ]; then useradd app; fi", "root adduser app maybe"},
		{"useradd app || true", "root adduser app"},
		{"which curl || apt-get install -y curl", "root packages curl maybe"},
	})
}

func TestFiles(t *testing.T) {
	check(t, [][2]string{
		{"mkdir -p /app/logs data", "user mkdir /app/logs /w/data"},
		{"mkdir -p /app", "root mkdir /app"},
		{"mkdir -m 755 -p /var/log/app /tmp/x", "root mkdir mode=755 /var/log/app /tmp/x"},
		{"mkdir -p /data/{a,b}", "user mkdir /data/a /data/b"},
		{"chown -R app:app /app", "root chown -R owner=app group=app /app"},
		{"chown app: /app /data", "root chown owner=app login /app /data"},
		{"chown -R $X:$Y .", "root chown -R owner=$X? group=$Y? /w"},
		{"chown ${UID}:${GID} ${APP_HOME}", "root chown owner=1000 group=1000 /srv/app"},
		{"chown -R :staff /app", "root chown -R group=staff /app"},
		{"chgrp -R 0 /app && chmod -R g=u /app", "root chown -R group=0 /app; root chmod -R mode=g=u /app"},
		{"chmod +x /entrypoint.sh", "root chmod mode=+x /entrypoint.sh"},
		{"chmod -R 755 bin/*", "user chmod -R mode=755 bin/*?"},
		{"chmod u+s /usr/bin/x", "root chmod mode=u+s /usr/bin/x"},
		{"install -d -o app -g app -m 0750 /var/lib/app", "root mkdir owner=app group=app mode=0750 /var/lib/app"},
		{"install -m 755 x /usr/local/bin/x", "root copy mode=755 /usr/local/bin/x"},
		{"touch a.log && ln -sf /dev/stdout /var/log/x.log", "user touch /w/a.log; root link /var/log/x.log"},
		{"cp -r a b /app/ && rm -rf a", "user copy /app; user remove /w/a"},
		{"mv x /usr/local/bin", "root move /usr/local/bin"},
		{"cd /app && mkdir x && cd sub && touch y", "user mkdir /app/x; user touch /app/sub/y"},
		{"(cd /app && touch x); touch y", "user touch /app/x; user touch /w/y"},
		{"echo hi > /etc/motd", "root write /etc/motd"},
		{"cat > conf <<EOF\nx\nEOF", "user write /w/conf"},
		{"echo x >> log 2>/dev/null", "user write /w/log"},
		{"sed -i s/a/b/ /etc/x.conf", "root write /etc/x.conf"},
		{"sed -i -e s/a/b/ x.conf && sed -n p y", "user write /w/x.conf"},
		{"tar -xzf x.tgz -C /opt", "root fill /opt"},
		{"tar -C /opt -xf x.tar", "root fill /opt"},
		{"tar xf x.tar -C /opt", "root fill /opt"},
		{"tar -C /opt -c .", "user fill"},
		{"tar cf /opt/x.tar .", "root write /opt/x.tar"},
		{"find /app -type d -exec chmod 755 {} +", "user chmod mode=755 /app? maybe"},
		{"setcap cap_net_bind_service=+ep /app/x", "root setcap /app/x"},
		{"for d in a b; do mkdir /data/$d; done", "user mkdir /data/a; user mkdir /data/b"},
	})
}

func TestNeeds(t *testing.T) {
	check(t, [][2]string{
		{"apt-get update && apt-get install -y --no-install-recommends $PKGS && rm -rf /var/lib/apt/lists/*", "root run; root packages curl git; root remove /var/lib/apt/lists/*?"},
		{"apk add --no-cache --virtual .build gcc", "root packages gcc"},
		{"npm ci && npm run build", "user fill; user fill"},
		{"npm install -g pm2", "root packages"},
		{"pip install -r requirements.txt", "root packages"},
		{"pip install --user x", "user fill inhome"},
		{"/venv/bin/pip install x", "user fill"},
		{"python -m venv /opt/venv", "root fill /opt/venv"},
		{"pip install -t ./lib x", "user fill"},
		{"go build -o /bin/app . && go build -o out .", "root write /bin/app; user write /w/out"},
		{"mvn -B package && ./gradlew build && dotnet publish -c Release -o out", "user fill; user fill; user fill"},
		{"bundle install --path vendor && composer install", "user fill; user fill"},
		{"python manage.py collectstatic", "user fill"},
		{"python x.py", "? run"},
		{"./build.sh", "? run"},
		{"make && make install", "? run; root packages"},
		{"curl -fsSL https://x/y.sh | sh", "? run inhome"},
		{"curl -L https://x -o /usr/local/bin/x", "root write /usr/local/bin/x"},
		{"curl --proto '=https' -sSf https://sh.rustup.rs | sh -s -- -y", "? run inhome"},
		{"sudo apt-get install -y x", "root packages x as=root"},
		{"su app -c 'npm ci'", "root fill /w /root as=app"},
		{"gosu app ./x.sh", "root run as=app"},
		{"sh -c 'mkdir -p /app/x && useradd app'", "user mkdir /app/x; root adduser app"},
		{"bash <<EOF\nuseradd app\nEOF", "root adduser app"},
		{"$CMD x", "? run"},
		{"java -version; node --version; echo hi; test -f x; export A=b; true", ""},
		{"if (", "? run"},
		{"git clone https://x /opt/x", "root fill /opt/x"},
		{"export GNUPGHOME=\"$(mktemp -d)\" && gpg --verify x && rm -rf \"$GNUPGHOME\"", "user fill; user fill; user remove \"$GNUPGHOME\"?"},
		{"java -Djarmode=layertools -jar app.jar extract && java -jar x.jar", "user fill; ? run"},
		{"ldconfig", "root run"},
		{"npx playwright install", "user fill inhome"},
		{"npx playwright install --with-deps chromium", "root packages; user fill inhome"},
		{"playwright install-deps", "root packages"},
		{"export PLAYWRIGHT_BROWSERS_PATH=/ms && playwright install", "root fill /ms"},
		{"export PLAYWRIGHT_BROWSERS_PATH=0 && npx playwright install", "user fill"},
		{"export PUPPETEER_CACHE_DIR=/opt/c && npx puppeteer browsers install chrome", "root fill /opt/c"},
		{"python -m nltk.downloader -d /opt/nltk punkt", "root fill /opt/nltk"},
		{"export UV_PYTHON_INSTALL_DIR=/opt/py && uv python install 3.13", "root fill /opt/py"},
		{"uv sync && uv venv && uv pip install x", "user fill; user fill; user fill"},
		{"export UV_PROJECT_ENVIRONMENT=/usr/local && uv sync --frozen", "root fill /usr/local"},
		{"export UV_PROJECT_ENVIRONMENT=/venv && uv sync", "root fill /venv"},
		{"uv venv --python 3.12 /opt/venv", "root fill /opt/venv"},
		{"export VIRTUAL_ENV=/opt/venv && uv pip install x", "root fill /opt/venv"},
		{"export UV_SYSTEM_PYTHON=1 && uv pip install x", "root packages"},
		{"poetry install", "? run"},
		{"poetry config virtualenvs.create false && poetry install --no-root", "user fill; root packages"},
		{"poetry config --local virtualenvs.create true && poetry install", "user fill; ? run"},
		{"export POETRY_VIRTUALENVS_IN_PROJECT=true && poetry install", "user fill"},
		{"python -m venv /opt/venv && export VIRTUAL_ENV=/opt/venv && poetry install", "root fill /opt/venv; root fill /opt/venv"},
		{"f() { useradd $1; }; f app", "root adduser app"},
		{`case "$USERNAME" in root) ;; app) useradd app;; esac`, "root adduser app"},
		{`if [ "$EMPTY" = x ]; then useradd a; else useradd b; fi`, "root adduser b"},
		{"[ -f x ] && useradd a; true", "root adduser a maybe"},
		{"test -f x || exit 1; useradd a", "root adduser a"},
		{"if [ -f x ]; then exit 0; fi; useradd a", "root adduser a maybe"},
		{"xargs rm < list", "? remove …? maybe"},
		{"while read x; do useradd $x; done < list", "root adduser $x? maybe"},
	})
}

// TestTolerated is about commands that fail although the script succeeds.
func TestTolerated(t *testing.T) {
	for script, want := range map[string]string{
		"useradd a; useradd b":                                          "tolerated, certain",
		"useradd a && useradd b":                                        "certain, certain",
		"set -e; useradd a; useradd b":                                  "certain, certain",
		"useradd a || true; useradd b":                                  "tolerated, certain",
		"useradd a || :; useradd b":                                     "tolerated, certain",
		"useradd a || exit; useradd b":                                  "certain, certain",
		"useradd a || exit 1; useradd b":                                "certain, certain",
		"useradd a || exit $?; useradd b":                               "certain, certain",
		"useradd a || exit 256; useradd b":                              "tolerated, certain maybe",
		"useradd a || exit $X; useradd b":                               "tolerated, certain maybe",
		"useradd a || exit 0; useradd b":                                "tolerated, certain maybe",
		"useradd a || { echo no; exit 1; }; useradd b":                  "certain, certain",
		"useradd a || { echo no && exit 1; }; useradd b":                "certain, certain",
		"useradd a || { exit 1; echo no; }; useradd b":                  "certain, certain",
		"useradd a || { echo no; exit; }; useradd b":                    "tolerated, certain maybe",
		"useradd a || { echo no; exit $?; }; useradd b":                 "tolerated, certain maybe",
		"useradd a || { exit; }; useradd b":                             "certain, certain",
		"useradd a || { echo no; false; }; useradd b":                   "tolerated, certain",
		"useradd a || (exit 1); useradd b":                              "tolerated, certain",
		"useradd a || (exit 1)":                                         "certain",
		"useradd a || false":                                            "certain",
		"(useradd a || exit 1); useradd b":                              "tolerated, certain",
		"(useradd a || exit 1) && useradd b":                            "certain, certain",
		"(useradd a || exit 1) || true; useradd b":                      "tolerated, certain",
		"sh -c 'useradd a || exit 1; true'; useradd b":                  "tolerated, certain",
		"sh -c 'useradd a || exit 1; true' && useradd b":                "certain, certain",
		"f() { useradd a || return 1; }; f; useradd b":                  "tolerated, certain",
		"f() { useradd a || exit 1; true; }; f; useradd b":              "certain, certain",
		"f() { useradd a || return 1; true; }; f && useradd b":          "certain, certain",
		"useradd a && useradd b || exit 1; useradd c":                   "certain, certain, certain",
		"if ! useradd a; then exit 1; fi; useradd b":                    "certain, certain",
		"if ! useradd a; then echo no; exit 1; fi; useradd b":           "certain, certain",
		"if ! useradd a; then exit; fi; useradd b":                      "tolerated, certain maybe",
		"if ! useradd a; then exit 0; fi; useradd b":                    "tolerated, certain maybe",
		"if ! useradd a; then exit 1; else useradd c; fi":               "tolerated, certain maybe",
		"cat x | while read y; do useradd a || exit 1; done; useradd b": "tolerated maybe, certain",
		"cat x | (useradd a || exit 1) && useradd b":                    "certain, certain",
		"! useradd a || exit 1; useradd b":                              "tolerated, certain",
	} {
		var got []string
		for _, e := range shell.Analyze(script, shell.Options{Dialect: shell.POSIX}) {
			if e.Kind != shell.AddUser {
				continue
			}
			one := "certain"
			if e.Tolerated {
				one = "tolerated"
			}
			if e.Conditional {
				one += " maybe"
			}
			got = append(got, one)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %s, want %s", script, strings.Join(got, ", "), want)
		}
	}
}

func TestOtherShell(t *testing.T) {
	got := shell.Analyze("New-Item -Path C:\\app", shell.Options{})
	if len(got) != 1 || got[0].Need != shell.Unknown || !got[0].Opaque || got[0].Command == "" {
		t.Errorf("got %+v", got)
	}
}

func TestShebang(t *testing.T) {
	got := shell.Analyze("#!/usr/bin/env python3\nimport os\n", shell.Options{Dialect: shell.POSIX})
	if len(got) != 1 || got[0].Need != shell.Unknown {
		t.Errorf("got %+v", got)
	}
	got = shell.Analyze("#!/bin/bash -e\nuseradd app\n", shell.Options{})
	if len(got) != 1 || got[0].Kind != shell.AddUser {
		t.Errorf("got %+v", got)
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"useradd -m app && chown -R app: /app", "for i in 1 2; do (cd /x; sudo -u a sh -c 'rm $i'); done", "cat <<E >> /etc/passwd\na\nE", "find . -exec {} \\;", "sed -i", "chown", "su -", "install -d", "useradd", "xargs", "env", "timeout 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		for _, d := range []shell.Dialect{shell.POSIX, shell.Bash} {
			shell.Analyze(script, shell.Options{Dialect: d, Dir: "/", Home: "/root"})
		}
		shell.Helpers(script)
		shell.NeedsRootToRun([]string{"sh", "-c", script})
	})
}

func BenchmarkAnalyze(b *testing.B) {
	script := "apt-get update && apt-get install -y --no-install-recommends curl git && rm -rf /var/lib/apt/lists/* && groupadd -r app && useradd -r -g app app && mkdir -p /app && chown -R app:app /app"
	b.ReportAllocs()
	for b.Loop() {
		shell.Analyze(script, shell.Options{Dialect: shell.POSIX, Dir: "/", Home: "/root"})
	}
}
