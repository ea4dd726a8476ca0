package corpus

import (
	"fmt"
	"strings"
)

// composeFiles adds the compose files of a project that builds the named images
// in folders of their names, and what lies beside them.
func (m *maker) composeFiles(images []string) {
	base := m.pick("compose.yaml", "docker-compose.yml", "compose.yml")
	m.compose(base, m.base(images))
	stem, suffix, _ := strings.Cut(base, ".")
	for i := 1; i < m.shape.composes; i++ {
		kind := []string{"override", "prod"}[i-1]
		m.compose(stem+"."+kind+"."+suffix, m.variant(images))
	}
	if m.shape.shared || m.one(6) {
		m.file(".env", "COMPOSE_PROJECT_NAME=app\nDB_PASSWORD=secret\nLOG_LEVEL=debug\n")
	}
	if m.one(6) {
		m.file("Makefile", "up:\n\tdocker compose up -d\n\ndown:\n\tdocker compose down\n")
	}
}

func (m *maker) compose(name, text string) {
	m.file(name, m.written(text))
	m.out.Composes = append(m.out.Composes, m.dir+"/"+name)
}

// base is the compose file that has all services.
func (m *maker) base(images []string) string {
	var out strings.Builder
	anchor := m.one(4)
	if m.one(3) {
		out.WriteString("version: \"3.8\"\n\n")
	}
	if anchor {
		out.WriteString("x-common: &common\n  restart: unless-stopped\n  logging:\n    driver: json-file\n    options: {max-size: 10m, max-file: \"3\"}\n\n")
	}
	out.WriteString("services:\n")
	for _, name := range images {
		m.built(&out, name, anchor)
	}
	least := 0
	if len(images) == 0 {
		least = 1
	}
	for _, kind := range m.Perm(len(stock))[:least+m.IntN(3)] {
		m.stock(&out, kind, anchor)
	}
	if len(images) == 0 && m.one(10) {
		for i := range 10 + m.IntN(30) {
			fmt.Fprintf(&out, "  node-%d:\n    image: redis:7-alpine\n    command: redis-server --port %d\n    ports:\n      - \"%d:%d\"\n    networks: [back]\n", i, 7000+i, 7000+i, 7000+i)
		}
	}
	out.WriteString("\nvolumes:\n  data:\n  cache:\n    driver: local\n\nnetworks:\n  front:\n  back:\n")
	return out.String()
}

// built is a service that is built in the folder of its name.
func (m *maker) built(out *strings.Builder, name string, anchor bool) {
	fmt.Fprintf(out, "  # %s\n  %s:\n", m.pick("what people see", "does the work", "written by us"), name)
	if anchor {
		out.WriteString("    <<: *common\n")
	}
	if m.one(3) {
		fmt.Fprintf(out, "    build: ./%s\n", name)
	} else {
		fmt.Fprintf(out, "    build:\n      context: %s\n", name)
		if m.one(3) {
			out.WriteString("      dockerfile: Dockerfile\n")
		}
		if m.one(4) {
			out.WriteString("      args:\n        - NODE_ENV=development\n")
		}
	}
	if m.one(2) {
		fmt.Fprintf(out, "    ports:\n      - %q\n", fmt.Sprintf("%d:8000", 8000+m.IntN(999)))
	}
	if m.one(2) {
		out.WriteString("    environment:\n      DATABASE_URL: postgres://app@db:5432/app\n      LOG_LEVEL: ${LOG_LEVEL:-info}\n      PASSWORD: ${DB_PASSWORD}\n")
	}
	switch kind := m.IntN(5); {
	case m.shape.shared:
		out.WriteString("    volumes:\n      - ./pipeline-data:/pipeline\n")
	case kind == 0:
		fmt.Fprintf(out, "    volumes:\n      - ./%s:/code\n", name)
	case kind == 1:
		out.WriteString("    volumes:\n      - data:/data\n      - type: bind\n        source: ./config\n        target: /etc/app\n        read_only: true\n")
	case kind == 2:
		out.WriteString("    read_only: true\n    tmpfs:\n      - /tmp\n")
	}
	if m.one(6) {
		out.WriteString("    security_opt:\n      - no-new-privileges:true\n")
	}
	out.WriteString("    networks:\n      - front\n      - back\n\n")
}

// stock are services of images that nobody builds.
var stock = []string{
	"  db:\n    image: postgres:16-alpine\n    environment:\n      - POSTGRES_PASSWORD=${DB_PASSWORD:-secret}\n    volumes:\n      - data:/var/lib/postgresql/data\n    healthcheck:\n      test: [\"CMD\", \"pg_isready\", \"-U\", \"app\"]\n      interval: 10s\n      retries: 5\n",
	"  cache:\n    image: redis:7-alpine\n    command: [\"redis-server\", \"--appendonly\", \"yes\"]\n    volumes:\n      - cache:/data\n    expose:\n      - 6379\n",
	"  proxy:\n    image: nginx:1.27-alpine\n    ports:\n      - 80:80\n      - 443:443\n    volumes:\n      - ./nginx.conf:/etc/nginx/nginx.conf:ro # read only\n",
	"  mysql:\n    image: mariadb:10-focal\n    command: '--default-authentication-plugin=mysql_native_password'\n    restart: always\n    environment:\n      - MYSQL_DATABASE=example\n    expose:\n      - 3306\n      - 33060\n",
	"  search:\n    image: elasticsearch:8.14.0\n    environment:\n      discovery.type: single-node\n      ES_JAVA_OPTS: \"-Xms512m -Xmx512m\"\n    ulimits:\n      memlock: {soft: -1, hard: -1}\n",
	"  prometheus:\n    image: prom/prometheus\n    container_name: prometheus\n    command:\n      - '--config.file=/etc/prometheus/prometheus.yml'\n    ports:\n      - 9090:9090\n    volumes:\n      - ./prometheus:/etc/prometheus\n      - cache:/prometheus\n",
}

func (m *maker) stock(out *strings.Builder, kind int, anchor bool) {
	out.WriteString(stock[kind])
	if anchor {
		out.WriteString("    <<: *common\n")
	}
	out.WriteString("\n")
}

// variant changes the first services of the base file.
func (m *maker) variant(images []string) string {
	var out strings.Builder
	out.WriteString("# loaded over the base file\nservices:\n")
	for _, name := range images {
		fmt.Fprintf(&out, "  %s:\n    environment:\n      DEBUG: \"%d\"\n", name, m.IntN(2))
		if m.one(2) {
			out.WriteString("    command: [\"sleep\", \"infinity\"]\n")
		}
	}
	return out.String()
}
