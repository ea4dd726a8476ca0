package dockerfile

import (
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

// benchFiles are of the kinds that repositories have most of.
var benchFiles = []string{
	`# syntax=docker/dockerfile:1
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

# What the wheels are built with
RUN apt-get update && apt-get install -y --no-install-recommends \
        build-essential \
        curl \
        # for psycopg
        libpq-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app

COPY pyproject.toml README.md /app/
RUN --mount=type=cache,target=/root/.cache/pip pip install .
COPY src /app/src

EXPOSE 8000
USER 1000:1000
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8000/ || exit 1
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
`,
	`ARG NODE_VERSION=20

FROM node:${NODE_VERSION}-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM build AS test
RUN npm test

FROM nginx:1.27-alpine
LABEL org.opencontainers.image.title="web" org.opencontainers.image.source=https://example.com/web
COPY --from=build --chown=nginx:nginx /src/dist /usr/share/nginx/html
COPY nginx.conf /etc/nginx/conf.d/default.conf
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
`,
	`FROM golang:1.22 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server ./cmd/server

FROM debian:bookworm-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y ca-certificates
rm -rf /var/lib/apt/lists/*
EOF
COPY --from=build /out/server /usr/local/bin/server
ENTRYPOINT ["server"]
`,
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Parse(&edit.Source{Path: "Dockerfile", Text: benchFiles[i%len(benchFiles)]}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuildKitParse is the floor: BuildKit's parser alone.
func BenchmarkBuildKitParse(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := parser.Parse(strings.NewReader(benchFiles[i%len(benchFiles)])); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEdits is an edit that needs no check, and two that do.
func BenchmarkEdits(b *testing.B) {
	f := parse(b, benchFiles[0])
	for b.Loop() {
		for _, in := range f.Instructions {
			if in.Name == "copy" {
				if _, err := in.SetFlag("chown", "app:app"); err != nil {
					b.Fatal(err)
				}
			}
		}
		last := f.Instructions[len(f.Instructions)-1]
		if _, err := last.InsertBefore(New{"Create app user", "RUN", []string{"groupadd app", "useradd app"}}); err != nil {
			b.Fatal(err)
		}
		if _, err := at(f, 8).AppendCommands("mkdir -p /app"); err != nil {
			b.Fatal(err)
		}
	}
}
