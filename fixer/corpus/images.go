package corpus

import (
	"fmt"
	"strings"
)

// image adds a Dockerfile and the files of its build context.
func (m *maker) image(dir string) {
	kinds := []func(*maker, string) string{python, node, golang, packages, java, web, tool, heredocs}
	text := kinds[m.IntN(len(kinds))](m, dir)
	name := dir + "/" + "Dockerfile"
	m.out.Files = append(m.out.Files, File{Path: name, Text: m.written(text)})
	m.out.Dockerfiles = append(m.out.Dockerfiles, name)
	if m.one(3) {
		m.in(dir, ".dockerignore", ".git\nnode_modules\n**/*.pyc\n*.md\n", false)
	}
}

// in adds a file of a build context.
func (m *maker) in(dir, name, text string, executable bool) {
	m.out.Files = append(m.out.Files, File{Path: dir + "/" + name, Text: text, Executable: executable})
}

// sources adds the source files of a program.
func (m *maker) sources(dir, folder, suffix string) {
	for i := range 2 + m.IntN(14) {
		m.in(dir, fmt.Sprintf("%s/module_%02d%s", folder, i, suffix), strings.Repeat("# a line of the program\n", 1+m.IntN(60)), false)
	}
}

// script adds an entrypoint script.
func (m *maker) script(dir string) {
	m.in(dir, "docker-entrypoint.sh", `#!/bin/sh
set -e
if [ -n "$WAIT_FOR" ]; then
    until nc -z "$WAIT_FOR" 5432; do sleep 1; done
fi
mkdir -p /app/tmp
exec "$@"
`, true)
}

// comment is nothing, or some lines above an instruction.
func (m *maker) comment() string {
	if !m.one(3) {
		return ""
	}
	var out strings.Builder
	for range 1 + m.IntN(3) {
		fmt.Fprintf(&out, "# %s\n", m.pick("what the build needs", "see the documentation for why", "pin this one day", "keeps the layer small", "nobody remembers why, but it breaks without"))
	}
	return out.String()
}

var debianPackages = strings.Fields("ca-certificates curl git gnupg libpq-dev build-essential pkg-config libssl-dev unzip jq vim-tiny procps tini locales tzdata libffi-dev libjpeg-dev zlib1g-dev ffmpeg imagemagick")

// apt is an installation of packages, one a line as people write it.
func (m *maker) apt() string {
	var out strings.Builder
	out.WriteString("RUN apt-get update && apt-get install -y --no-install-recommends \\\n")
	for i := range 1 + m.IntN(14) {
		fmt.Fprintf(&out, "\t%s \\\n", debianPackages[(i*7+m.IntN(3))%len(debianPackages)])
		if m.one(12) {
			out.WriteString("\t# the line above is for the tests\n")
		}
	}
	out.WriteString("\t&& rm -rf /var/lib/apt/lists/*\n")
	return out.String()
}

// tail is what a Dockerfile ends with: ports, health, user and command.
func (m *maker) tail(port int, command string) string {
	var out strings.Builder
	if m.one(2) {
		fmt.Fprintf(&out, "EXPOSE %d\n", port)
	}
	if m.one(5) {
		fmt.Fprintf(&out, "HEALTHCHECK --interval=30s --timeout=3s \\\n  CMD curl -f http://localhost:%d/health || exit 1\n", port)
	}
	if m.one(6) {
		out.WriteString("VOLUME /data\n")
	}
	if m.one(8) {
		out.WriteString("USER 1000:1000\n")
	}
	out.WriteString(command + "\n")
	return out.String()
}

func python(m *maker, dir string) string {
	m.sources(dir, "src", ".py")
	m.in(dir, "requirements.txt", "flask==3.0\ngunicorn\npsycopg2\n", false)
	out := fmt.Sprintf("FROM python:%s\n\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\n\n", m.pick("3.12-slim", "3.11-slim", "3.12", "3.9-alpine"))
	if !strings.Contains(out, "alpine") && m.one(2) {
		out += m.comment() + m.apt() + "\n"
	}
	out += "WORKDIR /app\n" + m.comment() + "COPY requirements.txt /app/\n"
	out += m.pick("RUN pip install -r requirements.txt\n", "RUN --mount=type=cache,target=/root/.cache/pip \\\n    pip3 install -r requirements.txt\n", "RUN pip install --no-cache-dir -r requirements.txt\n")
	out += m.pick("COPY . /app\n", "COPY src /app/src\n", "COPY src ./src\n")
	if m.one(3) {
		m.script(dir)
		out += "COPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT [\"docker-entrypoint.sh\"]\n"
	}
	if m.one(4) {
		out += "RUN mkdir -p /app/logs /app/cache && chmod 755 /app/logs\n"
	}
	return out + m.tail(8000, m.pick(`CMD ["gunicorn", "-b", "0.0.0.0:8000", "src.app:app"]`, `CMD ["python3", "src/app.py"]`, `CMD python src/app.py`))
}

func node(m *maker, dir string) string {
	m.sources(dir, "src", ".js")
	m.in(dir, "package.json", "{\"name\": \"app\", \"version\": \"1.0.0\"}\n", false)
	m.in(dir, "package-lock.json", "{\"lockfileVersion\": 3}\n", false)
	out := "# syntax=docker/dockerfile:1\n\n" + m.comment() + "FROM node:" + m.pick("lts", "20-slim", "20-alpine", "18") + " AS development\n\n"
	out += "ARG NODE_ENV=production\nENV NODE_ENV $NODE_ENV\n\nWORKDIR /code\n\n" + m.comment() + "ARG PORT=80\nENV PORT $PORT\nEXPOSE $PORT 9229 9230\n\n"
	out += "COPY package.json /code/package.json\nCOPY package-lock.json /code/package-lock.json\nRUN " + m.pick("npm ci", "npm install && npm cache clean --force", "yarn install --frozen-lockfile") + "\n"
	out += m.comment() + "COPY . /code\n\n" + m.tail(80, `CMD [ "node", "src/index.js" ]`)
	if m.one(2) {
		out += "\nFROM development AS dev-envs\nRUN <<EOF\napt-get update\napt-get install -y --no-install-recommends git\nEOF\n\nRUN <<EOF\nuseradd -s /bin/bash -m vscode\ngroupadd docker\nusermod -aG docker vscode\nEOF\nCOPY --from=gloursdocker/docker / /\nCMD [ \"node\", \"src/index.js\" ]\n"
	}
	return out
}

func golang(m *maker, dir string) string {
	m.sources(dir, "cmd", ".go")
	m.in(dir, "go.mod", "module example.com/app\n", false)
	m.in(dir, "go.sum", "\n", false)
	out := "FROM golang:" + m.pick("1.22", "1.21-alpine", "latest") + " AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\n" + m.comment() + "COPY . .\n"
	out += m.pick("RUN CGO_ENABLED=0 go build -o /out/server ./cmd/server\n", "RUN --mount=type=cache,target=/root/.cache/go-build \\\n    go build -ldflags \"-s -w\" -o /out/server ./cmd\n")
	if m.one(3) {
		out += "\nFROM build AS test\nRUN go test ./...\n"
	}
	out += "\nFROM " + m.pick("alpine:3.20", "scratch", "gcr.io/distroless/static-debian12", "debian:bookworm-slim") + "\n"
	return out + "COPY --from=build /out/server /usr/local/bin/server\n" + m.tail(8080, `ENTRYPOINT ["/usr/local/bin/server"]`)
}

// packages is a desktop program in a container: long installations, few files.
func packages(m *maker, _ string) string {
	out := m.comment() + "FROM debian:" + m.pick("bookworm-slim", "sid-slim", "bullseye-slim") + "\nLABEL maintainer \"Someone <someone@example.com>\"\n\n"
	for range 1 + m.IntN(4) {
		out += m.comment() + m.apt() + "\n"
	}
	if m.one(2) {
		out += "ENV HOME /home/user\nRUN useradd --create-home --home-dir $HOME user \\\n\t&& chown -R user:user $HOME\n\nWORKDIR $HOME\nUSER user\n\n"
	}
	for range m.IntN(6) {
		out += m.comment() + fmt.Sprintf("ENV %s %d.%d.%d\n", m.pick("VERSION", "LANG_VERSION", "TOOL_VERSION"), m.IntN(9), m.IntN(20), m.IntN(20))
	}
	return out + `ENTRYPOINT [ "program" ]` + "\n"
}

func java(m *maker, dir string) string {
	m.sources(dir, "src/main/java", ".java")
	m.in(dir, "pom.xml", "<project/>\n", false)
	out := "FROM maven:3.9-eclipse-temurin-17 AS builder\nWORKDIR /workdir/server\nCOPY pom.xml /workdir/server/pom.xml\nRUN mvn dependency:go-offline\n\nCOPY src /workdir/server/src\nRUN mvn install\n"
	if m.one(2) {
		out += "\nFROM builder AS prepare-production\nRUN mkdir -p target/dependency\nWORKDIR /workdir/server/target/dependency\nRUN jar -xf ../*.jar\n"
	}
	out += "\nFROM eclipse-temurin:17-jre" + m.pick("", "-alpine", "-jammy") + "\n\nEXPOSE 8080\nVOLUME /tmp\n" + m.comment()
	return out + "ARG DEPENDENCY=/workdir/server/target/dependency\nCOPY --from=builder ${DEPENDENCY}/BOOT-INF/lib /app/lib\nCOPY --from=builder ${DEPENDENCY}/META-INF /app/META-INF\n" + m.tail(8080, `ENTRYPOINT ["java", "-cp", "app:app/lib/*", "com.example.Application"]`)
}

func web(m *maker, dir string) string {
	m.sources(dir, "public", ".html")
	m.in(dir, "nginx.conf", "server {\n  listen 80;\n  location / { root /usr/share/nginx/html; }\n}\n", false)
	m.in(dir, "package.json", "{\"name\": \"web\"}\n", false)
	out := ""
	if m.one(2) {
		out = "ARG NODE_VERSION=20\n\nFROM node:${NODE_VERSION}-alpine AS build\nWORKDIR /src\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\n"
	}
	out += "FROM nginx:" + m.pick("1.27-alpine", "alpine", "1.27") + "\n"
	if strings.Contains(out, "AS build") {
		out += "COPY --from=build /src/dist /usr/share/nginx/html\n"
	} else {
		out += "COPY public /usr/share/nginx/html\n"
	}
	return out + m.comment() + "COPY nginx.conf /etc/nginx/conf.d/default.conf\nEXPOSE 80\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n"
}

// tool builds a program from source in one long RUN.
func tool(m *maker, _ string) string {
	out := "FROM alpine:" + m.pick("latest", "3.20", "3.18") + "\nLABEL maintainer \"Someone <someone@example.com>\"\n\nENV VERSION v1." + fmt.Sprint(m.IntN(30)) + ".0\n\n"
	out += "RUN apk --no-cache add \\\n\tca-certificates \\\n\topenssl \\\n\tpcre \\\n\tzlib\n\nRUN set -x \\\n\t&& apk add --no-cache --virtual .build-deps \\\n\t\tbuild-base \\\n\t\tcurl \\\n\t\tlinux-headers \\\n"
	for range m.IntN(8) {
		out += "\t\t" + debianPackages[m.IntN(len(debianPackages))] + " \\\n"
	}
	out += "\t&& curl -sSL \"https://example.com/src-${VERSION}.tar.gz\" | tar -xz -C /usr/src \\\n\t&& cd /usr/src/tool \\\n\t&& ./configure --prefix=/usr/local \\\n\t&& make -j$(nproc) \\\n\t&& make install \\\n\t&& rm -rf /usr/src \\\n\t&& apk del .build-deps \\\n\t&& adduser -D -u " + fmt.Sprint(1000+m.IntN(3)) + " tool\n\n"
	return out + m.pick("USER tool\n", "") + m.pick("WORKDIR /data\n", "") + "ENTRYPOINT [ \"tool\" ]\nCMD [ \"--help\" ]\n"
}

// heredocs has them in RUN and COPY.
func heredocs(m *maker, dir string) string {
	m.sources(dir, "app", ".rb")
	m.in(dir, "Gemfile", "source 'https://rubygems.org'\n", false)
	out := "# syntax=docker/dockerfile:1.4\nFROM ruby:" + m.pick("3.3-slim", "3.2") + "\n\nRUN <<EOF\nset -e\napt-get update\napt-get install -y --no-install-recommends build-essential libpq-dev\nrm -rf /var/lib/apt/lists/*\nEOF\n\nWORKDIR /usr/src/app\n" + m.comment()
	out += "COPY Gemfile ./\nRUN bundle install\nCOPY app ./app\n\nCOPY <<-\"CONF\" /etc/app.conf\n\tworkers " + fmt.Sprint(1+m.IntN(8)) + "\n\tbind tcp://0.0.0.0:3000\n\tCONF\n\n"
	for i := range m.IntN(20) {
		out += fmt.Sprintf("%sRUN <<EOF cat > /usr/local/share/note-%d\nline of a note $(date)\nanother line\nEOF\n", m.comment(), i)
	}
	return out + m.tail(3000, `CMD ["bundle", "exec", "puma", "-C", "/etc/app.conf"]`)
}
