package compose

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// benchText is a compose file of ordinary size and variety.
const benchText = `# The services of a shop.
x-common: &common
  restart: unless-stopped
  logging:
    driver: json-file
    options: {max-size: 10m, max-file: "3"}

services:
  # what people see
  web:
    <<: *common
    build:
      context: ./web
      dockerfile: Dockerfile
      args:
        - USER_ID=${APP_USER_ID:-1000}
        - GROUP_ID=${APP_GROUP_ID:-1000}
    ports:
      - "8080:8080"
    environment:
      DATABASE_URL: postgres://shop@db:5432/shop
      LOG_LEVEL: ${LOG_LEVEL:-info}
    read_only: true
    tmpfs:
      - /tmp:uid=1000,gid=1000,mode=1777 # scratch
    security_opt:
      - no-new-privileges:true
    depends_on:
      db:
        condition: service_healthy
    volumes:
      - ./web/static:/app/static:ro
      - uploads:/app/uploads

  db:
    <<: *common
    image: postgres:16
    volumes:
      - data:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD", "pg_isready", "-U", "shop"]
      interval: 10s

volumes:
  uploads:
  data:
    driver: local
`

func BenchmarkParse(b *testing.B) {
	src := &edit.Source{Path: "compose.yaml", Text: benchText}
	b.SetBytes(int64(len(benchText)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkYAMLDecode is the floor: yaml.v3 alone.
func BenchmarkYAMLDecode(b *testing.B) {
	b.SetBytes(int64(len(benchText)))
	b.ReportAllocs()
	for b.Loop() {
		var n yaml.Node
		if err := yaml.NewDecoder(strings.NewReader(benchText)).Decode(&n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMerge(b *testing.B) {
	f, err := Parse(&edit.Source{Path: "compose.yaml", Text: benchText})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m, err := Merge(nil, f)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range m.Services {
			s.Tmpfs()
			s.Volumes()
			s.SecurityOpt()
			s.Build()
			s.User()
		}
	}
}
