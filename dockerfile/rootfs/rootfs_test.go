package rootfs_test

import (
	"fmt"
	"strings"
	"testing"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer/edit"
)

func analyze(t testing.TB, text string, opt rootfs.Options) *rootfs.Analysis {
	t.Helper()
	f, err := dockerfile.Parse(&edit.Source{Path: "Dockerfile", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return rootfs.Analyze(f, opt)
}

// end is the last state of the last stage.
func end(t testing.TB, text string) rootfs.State {
	t.Helper()
	return analyze(t, text, rootfs.Options{IsDir: isDir}).Target("").End()
}

// isDir knows the sources src and sub as directories, and names with a dot in
// them as files.
func isDir(_ *dockerfile.Instruction, source string) (dir, known bool) {
	base := strings.Trim(source, "./")
	switch {
	case base == "src" || base == "sub":
		return true, true
	case strings.Contains(base, "."):
		return false, true
	}
	return false, false
}

// show writes an owner as "d 0:0 755", with "?" for what is not known and what
// may not exist.
func show(o rootfs.Owner) string {
	if o.Exists == rootfs.No {
		return "-"
	}
	mode := "?"
	if o.Mode.Known {
		mode = fmt.Sprintf("%o", o.Mode.Bits)
	}
	s := fmt.Sprintf("%s %v:%v %s", map[rootfs.Kind]string{rootfs.Dir: "d", rootfs.File: "f", rootfs.Other: "l", rootfs.UnknownKind: "?"}[o.Kind], o.UID, o.GID, mode)
	if o.Exists == rootfs.Unknown {
		s += " maybe"
	}
	if o.Doubt != nil {
		s += " doubt"
	}
	return s
}

// TestManyEvents is about time: no state may be worked out again and again.
func TestManyEvents(t *testing.T) {
	var b strings.Builder
	b.WriteString("FROM example/base\n")
	for range 400 {
		b.WriteString("RUN if [ -f y ]; then mkdir -p /a/b/c/d/e && chmod g+s /a/b; fi\n")
	}
	if got := show(end(t, b.String()).Owner("/a/b/c/d/e")); !strings.Contains(got, "maybe") {
		t.Errorf("got %s", got)
	}
	b.Reset()
	b.WriteString("FROM debian\nRUN mkdir -p /a/x && chmod g+s /a\n")
	for range 100 {
		b.WriteString("RUN mv /a/x /b && mv /b /a/x\n")
	}
	if got := show(end(t, b.String()).Owner("/a/x")); got != "? ?:? ? maybe" {
		t.Errorf("got %s", got)
	}
}

func TestOwner(t *testing.T) {
	const deb = "FROM debian:bookworm-slim\n"
	const app = deb + "RUN groupadd -g 1500 app && useradd -u 1500 -g app -m app\n"
	tests := []struct {
		name, text string
		want       map[string]string
	}{
		{"COPY ignores USER", app + "USER app\nCOPY a.txt /x/a.txt\n", map[string]string{"/x/a.txt": "f 0:0 ?", "/x": "d 0:0 755", "/y": "-"}},
		{"a home that is something else", deb + "COPY a.txt /x/\nRUN useradd -m -d /x/a.txt app\n", map[string]string{"/x/a.txt": "f 0:0 ? doubt"}},
		{"a cd that may fail", deb + "WORKDIR /w\nRUN cd /usr/src/app && mkdir -p /x || true; mkdir -p sub\n", map[string]string{"/w/sub": "? 0:0 ? maybe"}},
		{"busybox takes an id that no group has", "FROM alpine:3.20\nRUN addgroup grp; adduser -D app\n", map[string]string{"/home/app": "d 1001:1001 2755"}},
		{"Debian's adduser takes an id that no group has", deb + "RUN groupadd grp && adduser --disabled-password --gecos '' app\n", map[string]string{"/home/app": "d 1001:1001 ?"}},
		{"useradd takes one for the user alone", deb + "RUN groupadd grp && useradd -m app\n", map[string]string{"/home/app": "d 1000:1001 ?"}},
		{"chmod -R passes over links", deb + "COPY src /x\nRUN chmod -R 755 /x\n", map[string]string{"/x": "d 0:0 755", "/x/l": "? 0:0 ? maybe"}},
		{"a lone number is the group too", deb + "COPY --chown=1400 a.txt /x/\n", map[string]string{"/x/a.txt": "f 1400:1400 ?", "/x": "d 1400:1400 755"}},
		{"a name brings its primary group", app + "COPY --chown=app src /x/y/\n", map[string]string{"/x": "d 1500:1500 755", "/x/y": "d 1500:1500 755", "/x/y/f": "? 1500:1500 ? maybe"}},
		{"user and group", app + "COPY --chown=app:users src /x\n", map[string]string{"/x": "d 1500:100 755"}},
		{"an unknown name is not guessed", deb + "COPY --chown=nobodyknows src /x\n", map[string]string{"/x": "d ?:? 755"}},
		{"an existing directory is left alone, what is in it is not", deb + "RUN mkdir -p /x/sub && chown -R 33:33 /x && chmod 777 /x /x/sub\nCOPY src /x\n",
			map[string]string{"/x": "d 33:33 777", "/x/sub": "? ?:? ?", "/x/f": "? 0:0 ? maybe"}},
		{"COPY of what may be a file or a directory", deb + "COPY thing /x\n", map[string]string{"/x": "? 0:0 ?", "/x/y": "? 0:0 ? maybe"}},
		{"COPY of a file into a directory that is there", deb + "RUN mkdir /x\nCOPY a.txt /x\n", map[string]string{"/x": "d 0:0 755", "/x/a.txt": "f 0:0 ?"}},
		{"several sources", deb + "COPY --chown=7:8 a.txt b.txt /x/\n", map[string]string{"/x": "d 7:8 755", "/x/b.txt": "f 7:8 ?"}},
		{"relative destination", app + "WORKDIR /x\nCOPY --chown=app . .\n", map[string]string{"/x": "d 0:0 755", "/x/y": "? 1500:1500 ? maybe"}},
		{"chmod", deb + "COPY --chmod=711 src /x\n", map[string]string{"/x": "d 0:0 755", "/x/f": "? 0:0 ? maybe"}},
		{"a here-document", app + "COPY --chown=app <<EOF /x/conf\nUSER root\nEOF\n", map[string]string{"/x/conf": "f 1500:1500 644", "/x": "d 1500:1500 755"}},
		{"COPY --from keeps owners, but not that of the top", deb[:len(deb)-1] + " AS a\nRUN mkdir -p /o/in && touch /o/in/f && chown -R 7:8 /o && chmod 711 /o\nFROM debian:bookworm-slim\nCOPY --from=a /o /x\nCOPY --from=a --chown=5:6 /o /y\nCOPY --from=a /o/in/f /z/\n",
			map[string]string{"/x": "d 0:0 755", "/x/in": "d 7:8 755", "/x/in/f": "f 7:8 644", "/x/no": "-", "/y/in/f": "f 5:6 644", "/z/f": "f 7:8 644", "/z": "d 0:0 755"}},
		{"COPY --from an image", deb + "COPY --from=node:20-slim /home/node /x\nCOPY --from=example/any /a /y\n",
			map[string]string{"/x": "d 0:0 755", "/x/f": "? 1000:1000 ? maybe", "/y": "? ?:? ?"}},
		{"ADD of an archive", app + "ADD --chown=app a.tar.gz /x/\n", map[string]string{"/x": "d 1500:1500 755", "/x/f": "? ?:? ? maybe"}},
		{"ADD of a URL", deb + "ADD https://example.org/a/b.bin /x/\n", map[string]string{"/x/b.bin": "f 0:0 600"}},
		{"ADD of a directory", app + "ADD --chown=app src /x\n", map[string]string{"/x": "d 1500:1500 755", "/x/f": "? 1500:1500 ? maybe"}},
		{"WORKDIR before and after USER", app + "WORKDIR /a/b\nUSER app\nWORKDIR /c/d\nWORKDIR /a\n", map[string]string{"/a": "d 0:0 755", "/a/b": "d 0:0 755", "/c": "d 1500:1500 755", "/c/d": "d 1500:1500 755"}},
		{"WORKDIR of a lone number", deb + "USER 1500\nWORKDIR /a\nUSER 1500:7\nWORKDIR /b\n", map[string]string{"/a": "d 1500:1500 755", "/b": "d 1500:7 755"}},
		{"mkdir as the user in force", app + "WORKDIR /a\nRUN chown app /a\nUSER app\nRUN mkdir -p b/c && touch f\n", map[string]string{"/a": "d 1500:0 755", "/a/b": "d 1500:1500 755", "/a/b/c": "d 1500:1500 755", "/a/f": "f 1500:1500 644"}},
		{"chown of a tree", app + "COPY src /x\nRUN chown -R app:app /x\n", map[string]string{"/x": "d 1500:1500 755", "/x/f": "? 1500:1500 ? maybe"}},
		{"chown of the top alone", app + "COPY src /x\nRUN chown app:app /x\n", map[string]string{"/x": "d 1500:1500 755", "/x/f": "? 0:0 ? maybe"}},
		{"chown of a pattern", app + "RUN mkdir -p /x/a /x/b && chown -R app /x/*\n", map[string]string{"/x": "d 0:0 755", "/x/a": "d 0:0 755 doubt"}},
		{"chown before the account is there", deb + "RUN mkdir /x && chown late /x && useradd -u 7 late\n", map[string]string{"/x": "d ?:0 755"}},
		{"chmod of several kinds", deb + "RUN mkdir /a /b /c && chmod 700 /a && chmod g+w /b && chmod a+rwx,o-w,+t /c\n", map[string]string{"/a": "d 0:0 700", "/b": "d 0:0 775", "/c": "d 0:0 1775"}},
		{"install -d", app + "RUN install -d -o app -g app -m 0750 /x/y\n", map[string]string{"/x/y": "d 1500:1500 750", "/x": "d 0:0 755"}},
		{"umask", deb + "RUN umask 077 && mkdir -p /x/y && touch /x/f && mkdir -m 750 /x/z\nRUN mkdir /y\n", map[string]string{"/x": "d 0:0 700", "/x/f": "f 0:0 600", "/x/z": "d 0:0 750", "/y": "d 0:0 755"}},
		{"umask of a subshell", deb + "RUN (umask 077 && mkdir /x); mkdir /y; umask $M; mkdir /z\n", map[string]string{"/x": "d 0:0 700", "/y": "d 0:0 755", "/z": "d 0:0 ?"}},
		{"umask and install -d: GNU", deb + "RUN umask 077; install -d /x/y; install -D -m 640 /etc/passwd /z/f\n", map[string]string{"/x": "d 0:0 755", "/x/y": "d 0:0 755", "/z": "d 0:0 ?", "/z/f": "f 0:0 640"}},
		{"umask and install -d: busybox", "FROM alpine\nRUN umask 077; install -d /x/y\n", map[string]string{"/x": "d 0:0 700", "/x/y": "d 0:0 755"}},
		{"below a setgid directory: GNU keeps it", deb + "RUN mkdir /s && chgrp 50 /s && chmod 2775 /s && mkdir -m 700 /s/m && mkdir -p -m u=rwx,go= /s/p && install -d -m 700 -o 33 /s/i && install -d /s/d && mkdir -m 00700 /s/5\n",
			map[string]string{"/s/m": "d 0:50 2700", "/s/p": "d 0:50 2700", "/s/i": "d 33:50 2700", "/s/d": "d 0:50 755", "/s/5": "d 0:50 700"}},
		{"below a setgid directory: busybox does not", "FROM alpine\nRUN mkdir /s && chgrp 50 /s && chmod 2775 /s && mkdir -m 700 /s/m && install -d -m 700 -o 33 /s/i && mkdir /s/d && cp -r /etc /s/e && install -m 600 /etc/passwd /s/f\n",
			map[string]string{"/s/m": "d 0:50 700", "/s/i": "d 33:0 700", "/s/d": "d 0:50 2755", "/s/e": "d 0:50 ?", "/s/f": "f 0:50 600"}},
		{"below a setgid directory: unknown tools", "FROM example/x\nRUN mkdir /s && chgrp 50 /s && chmod 2775 /s && mkdir -m 700 /s/m\n", map[string]string{"/s/m": "d ?:50 ?"}},
		{"chmod of a setgid directory: GNU", deb + "RUN mkdir /a /b /c /d && chmod 2777 /a /b /c /d && chmod 755 /a && chmod 00755 /b && chmod a=rx /c && chmod g-s /d\n",
			map[string]string{"/a": "d 0:0 2755", "/b": "d 0:0 755", "/c": "d 0:0 2555", "/d": "d 0:0 777"}},
		{"chmod of a setgid directory: busybox", "FROM alpine\nRUN mkdir /a /c && chmod 2777 /a /c && chmod 755 /a && chmod a=rx /c\n", map[string]string{"/a": "d 0:0 755", "/c": "d 0:0 555"}},
		{"install -d of what is there", deb + "RUN mkdir /a /b && chmod 777 /a && chown 33 /b && install -d /a && install -d -m 700 /b\n", map[string]string{"/a": "d 0:0 755", "/b": "d 33:0 700"}},
		{"a tolerated command that fails makes nothing", deb + "RUN install -d -o nobodyhas /a/b || true\nRUN cp /no /c || true\nRUN touch /no/d; echo x > /no/e; ln -s x /no/l; mkdir /no/m; mkdir -p /n\n",
			map[string]string{"/a": "d 0:0 755 maybe", "/c": "f 0:0 ? maybe", "/no/d": "f 0:0 644 maybe", "/no/e": "f 0:0 644 maybe", "/no/l": "l 0:0 777 maybe", "/no/m": "d 0:0 755 maybe", "/n": "d 0:0 755"}},
		{"and nothing runs behind its &&", deb + "RUN mkdir /opt && mkdir /a || true\nRUN cd /no && mkdir -p /b; chmod 1 /no && mkdir /c; rm /no && mkdir /d; useradd -u 0 x && mkdir /e; (id x && mkdir /f; mkdir /g); mkdir /h\n",
			map[string]string{"/a": "d 0:0 755 maybe", "/b": "d 0:0 755 maybe", "/c": "d 0:0 755 maybe", "/d": "d 0:0 755 maybe", "/e": "d 0:0 755 maybe", "/f": "d 0:0 755 maybe", "/g": "d 0:0 755", "/h": "d 0:0 755"}},
		{"what cannot fail, does not", deb + "RUN mkdir -p /a/b && touch /a/f && cp /a/f /a/g && ln -s f /a/l && chown 33:www-data /a/f && cd /a && rm -f f && rm -rf x && echo x && mkdir /c || true\nRUN groupadd -g 1500 g && useradd -u 1500 -g g u && (getent group 1600 || groupadd -g 1600 h) && [ x = x ] && mkdir /d; true\n",
			map[string]string{"/a/b": "d 0:0 755", "/a/g": "f 0:0 ?", "/a/f": "-", "/c": "d 0:0 755", "/d": "d 0:0 755"}},
		{"usermod -m moves a home", deb + "RUN useradd -m app\nCOPY src /\nRUN usermod -d /data/moved -m app\n",
			map[string]string{"/data/moved": "? 0:0 ? maybe doubt", "/data/moved/.profile": "? 0:0 ? maybe doubt"}},
		{"below a directory that may be setgid", deb + "RUN mkdir /s /t; [ -e /z ] && chgrp 50 /s && chmod g+s /s; chmod g+s /t\nRUN mkdir /s/d /t/d && touch /s/f\n",
			map[string]string{"/s/d": "d 0:? ?", "/s/f": "f 0:? 644", "/t/d": "d 0:0 2755"}},
		{"below a directory of which the mode is not known", deb + "RUN mkdir -p $X/y\nRUN mkdir -p /s && chgrp 50 /s && chmod g+s /s && mkdir /s/d\n", map[string]string{"/s": "d 0:50 ?", "/s/d": "d 0:? ?"}},
		{"a program below a setgid directory", "FROM node:20\nWORKDIR /s\nRUN chgrp 50 /s && chmod g+s /s\nRUN npm ci\n", map[string]string{"/s/node_modules/x": "? 0:50 ? maybe"}},
		{"find includes where it starts", deb + "RUN mkdir -p /a/b /c/d && find /a -type d -exec chmod 700 {} + && find /c -mindepth 1 -exec chmod 700 {} +\n",
			map[string]string{"/a": "d 0:0 755 doubt", "/a/b": "d 0:0 755 doubt", "/c": "d 0:0 755", "/c/d": "d 0:0 755 doubt"}},
		{"a function that is called in one list", deb + "RUN f() { mkdir \"$1\"; } && f /a && f /b; f /c\n", map[string]string{"/a": "d 0:0 755", "/b": "d 0:0 755", "/c": "d 0:0 755"}},
		{"tar keeps owners for root alone", deb + "RUN mkdir /a /b /tmp/c && tar -xf /x.tar -C /a && tar -xzf /x.tgz --no-same-owner -C /b\nUSER 33\nRUN tar -xf /x.tar -C /tmp/c\n",
			map[string]string{"/a/x": "? ?:? ? maybe", "/b/x": "? 0:0 ? maybe", "/tmp/c/x": "? ?:? ? maybe"}},
		{"install by symbols: GNU starts from none", deb + "RUN install -d -m u=rwx,g=rx /a && install -m u=rw,g+r /etc/passwd /f\n", map[string]string{"/a": "d 0:0 ?", "/f": "f 0:0 640"}},
		{"install by symbols: busybox starts from 755", "FROM alpine\nRUN install -d -m u=rwx,g=rx /a && install -d -g 50 /a && install -m g+w /etc/passwd /f\n", map[string]string{"/a": "d 0:50 755", "/f": "f 0:0 775"}},
		{"install -D over what may be there", deb + "COPY --chown=33 src /\nRUN install -D -m 644 /etc/passwd /opt/y/deep/p\n", map[string]string{"/opt/y/deep": "? ?:? ?", "/opt/y/deep/p": "? 33:33 ? maybe doubt"}},
		{"COPY of what must be a file over a file", deb + "COPY --chown=33 a.txt /x\nCOPY thing /x\n", map[string]string{"/x": "f ?:? ?"}},
		{"mkdir over a file fails, and what && joins to it does not run", deb + "COPY a.txt /x\nRUN mkdir -p /x && chown 33 /x; true\n", map[string]string{"/x": "f 0:0 ? doubt"}},
		{"a link keeps 777", deb[:len(deb)-1] + " AS a\nRUN mkdir /o && touch /o/f && ln -s f /o/l\nFROM debian\nCOPY --from=a --chmod=755 /o /x\n", map[string]string{"/x/f": "f 0:0 755", "/x/l": "l 0:0 777"}},
		{"the home of an account", app, map[string]string{"/home/app": "d 1500:1500 ?", "/home/app/.npm": "? 1500:1500 ? maybe", "/home/other": "-", "/home": "d 0:0 755"}},
		{"useradd without -m", deb + "RUN useradd app\n", map[string]string{"/home/app": "-"}},
		{"useradd leaves a home that is there", deb + "RUN mkdir /app && useradd -m -d /app app\n", map[string]string{"/app": "d 0:0 755"}},
		{"busybox takes a home over", "FROM alpine:3.20\nRUN mkdir /app && adduser -D -u 1500 -h /app app && mkdir /app/x\n", map[string]string{"/app": "d 1500:1500 2755", "/app/x": "d 0:1500 2755"}},
		{"an unknown command", deb + "WORKDIR /x\nRUN ./setup.sh\n", map[string]string{"/x": "d 0:0 755 doubt", "/y": "? ?:? ? maybe doubt"}},
		{"chown settles a doubt", deb + "WORKDIR /x\nRUN ./setup.sh\nRUN chown -R 5:6 /x\n", map[string]string{"/x": "d 5:6 ?"}},
		{"an unknown command of a user", app + "WORKDIR /x\nUSER app\nRUN ./setup.sh\n", map[string]string{"/x": "d 0:0 755"}},
		{"npm in the work directory", deb + "WORKDIR /x\nCOPY package.json .\nRUN npm ci\n", map[string]string{"/x": "d 0:0 755", "/x/node_modules": "? 0:0 ? maybe", "/x/package.json": "f 0:0 ?", "/y": "-"}},
		{"packages leave the application's paths alone", deb + "RUN mkdir /x && apt-get install -y nginx\n", map[string]string{"/x": "d 0:0 755", "/y": "-", "/srv/y": "? ?:? ? maybe"}},
		{"a branch that may not run", deb + "RUN mkdir /x; if [ -f /flag ]; then chown 5:6 /x; fi\n", map[string]string{"/x": "d 0:0 755 doubt"}},
		{"a cache mount", app + "USER app\nRUN --mount=type=cache,target=/c/d touch /c/d/f\n", map[string]string{"/c/d": "d 0:0 755 maybe", "/c/d/f": "-"}},
		{"mv and cp", deb + "RUN mkdir /a && touch /a/f && chown -R 5:6 /a && mv /a /b && cp /b/f /c && cp -a /b /d\n",
			map[string]string{"/a": "-", "/b": "d 5:6 755", "/b/f": "f 5:6 644", "/c": "f 0:0 ?", "/d": "d 5:6 755", "/d/f": "f 5:6 644"}},
		{"rm", deb + "RUN mkdir -p /a/b && rm -rf /a/b /tmp/*\n", map[string]string{"/a": "d 0:0 755", "/a/b": "-"}},
		{"ln", deb + "RUN mkdir /d && ln -s /d /a && ln -sf /dev/stdout /d/log\n", map[string]string{"/a": "l 0:0 777", "/d/log": "l 0:0 777"}},
		{"chmod and chown of links", deb + "RUN mkdir /d && ln -s /x /d/l && chmod -R 700 /d && chown -R 5:6 /d\n", map[string]string{"/d": "d 5:6 700", "/d/l": "l 0:0 777 doubt"}},
		{"a stage from a stage", app[:len(deb)-1] + " AS a\nRUN useradd -u 1500 app\nRUN mkdir /x && chown app:app /x\nFROM a\nRUN touch /x/f\n", map[string]string{"/x": "d 1500:1500 755", "/x/f": "f 0:0 644"}},
		{"COPY --link", deb + "RUN mkdir /x && chown 5:6 /x\nCOPY --link a.txt /x/\n", map[string]string{"/x": "d 5:6 755 doubt", "/x/a.txt": "f 0:0 ?"}},
		{"su", app + "RUN mkdir /x && chown app: /x && su app -c 'touch /x/f'\n", map[string]string{"/x/f": "f 1500:1500 644"}},
		{"scratch", "FROM scratch\nCOPY a.bin /a.bin\nWORKDIR /w\n", map[string]string{"/": "d 0:0 755", "/a.bin": "f 0:0 ?", "/tmp": "-", "/w": "d 0:0 755"}},
		{"an unknown base", "FROM example/base\nWORKDIR /w\nCOPY a.txt /w/\n", map[string]string{"/w": "d ?:? ?", "/w/a.txt": "f 0:0 ?", "/tmp": "? ?:? ? maybe"}},
		{"the base's own paths", "FROM node:20\n", map[string]string{"/home/node": "d 1000:1000 ?", "/home/node/x": "? 1000:1000 ? maybe", "/tmp": "d 0:0 1777", "/usr/src/app": "-", "/root": "d 0:0 700"}},
		{"/var/run is /run", deb + "RUN mkdir /var/run/app && chown 5:6 /run/app\n", map[string]string{"/run/app": "d 5:6 755", "/var/run/app": "d 5:6 755"}},
	}
	for _, tt := range tests {
		st := end(t, tt.text)
		for path, want := range tt.want {
			if got := show(st.Owner(path)); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, path, got, want)
			}
		}
	}
}

func TestPathLongerThanASystemTakes(t *testing.T) {
	step := "WORKDIR " + strings.Repeat("d", 203) + "\n" // 204 bytes of the path
	for n, want := range map[int]bool{20: true, 21: false} {
		if dir, known := end(t, "FROM debian:bookworm-slim\nWORKDIR /\n"+strings.Repeat(step, n)).Dir(); known != want {
			t.Errorf("%d bytes: known %v, want %v", len(dir), known, want)
		}
	}
}
