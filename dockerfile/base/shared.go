package base

// What several variants of the table have in common.

var golang = Image{
	Workdir: "/go", Env: []string{"GOPATH=/go"}, Paths: []Path{{"/go", 0, 0, 0o1777, false}, {"/go/src", 0, 0, 0o1777, false}, {"/go/bin", 0, 0, 0o1777, false}},
	Loose: true, Source: "docker-library/golang 1.26/bookworm/Dockerfile",
}

var ruby = Image{
	Env: []string{"GEM_HOME=/usr/local/bundle"}, Paths: []Path{{"/usr/local/bundle", 0, 0, 0o1777, false}},
	Loose: true, Started: true, Cmd: []string{"irb"}, Source: "docker-library/ruby 3.4/slim-bookworm/Dockerfile",
}

var rust = Image{
	Env: []string{"RUSTUP_HOME=/usr/local/rustup", "CARGO_HOME=/usr/local/cargo"}, Loose: true,
	Source: "rust-lang/docker-rust nightly/trixie/slim/Dockerfile",
}

var temurin = Image{
	Env: []string{"JAVA_HOME=/opt/java/openjdk"}, Loose: true, Started: true, Entrypoint: []string{"/__cacert_entrypoint.sh"},
	Source: "adoptium/containers 17/jre/ubuntu/noble/Dockerfile",
}

var openjdk = Image{Loose: true, Started: true, Cmd: []string{"jshell"}, Source: "docker-library/openjdk"}

var maven = Image{
	Env: []string{"MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2"}, Loose: true,
	Started: true, Entrypoint: []string{"/usr/local/bin/mvn-entrypoint.sh"}, Cmd: []string{"mvn"},
	Source: "carlossg/docker-maven eclipse-temurin-17-noble/Dockerfile",
}

// On noble, gradle is the renamed ubuntu.
var gradle = Image{
	Accounts: []Account{{"gradle", 1000, 1000, "/home/gradle", "/bin/bash"}}, Groups: []Group{{"gradle", 1000, nil}},
	Paths: []Path{{"/home/gradle", 1000, 1000, 0, true}}, Volumes: []string{"/home/gradle/.gradle"}, Workdir: "/home/gradle",
	Service: "gradle", Loose: true, Source: "gradle/docker-gradle jdk17-noble/Dockerfile",
}

var jenkins = Image{
	Accounts: []Account{{"jenkins", 1000, 1000, "/var/jenkins_home", "/bin/bash"}}, Groups: []Group{{"jenkins", 1000, nil}},
	User: "jenkins", Service: "jenkins", Volumes: []string{"/var/jenkins_home"}, Loose: true,
	Paths: []Path{{"/var/jenkins_home", 1000, 1000, 0, true}, {"/usr/share/jenkins/ref", 1000, 0, 0, true}},
	Env:   []string{"JENKINS_HOME=/var/jenkins_home"}, Started: true, Entrypoint: []string{"/usr/bin/tini", "--", "/usr/local/bin/jenkins.sh"},
	Writable: []string{"/var/jenkins_home", "/tmp"}, Source: "jenkinsci/docker debian/Dockerfile",
}

var dotnet = Image{
	Accounts: []Account{{"app", 1654, 1654, "/home/app", "/bin/sh"}}, Groups: []Group{{"app", 1654, nil}},
	Paths: []Path{{"/home/app", 1654, 1654, 0, true}}, Env: []string{"APP_UID=1654"}, Service: "app", Loose: true,
	Source: "dotnet/dotnet-docker src/runtime-deps/8.0/bookworm-slim/amd64/Dockerfile",
}

var dotnetUbuntu = Image{
	Accounts: []Account{{"app", 1654, 1654, "/home/app", "/bin/sh"}}, Groups: []Group{{"app", 1654, nil}},
	Paths: []Path{{"/home/app", 1654, 1654, 0, true}}, Env: []string{"APP_UID=1654"}, Service: "app", Loose: true,
	Source: "dotnet/dotnet-docker src/runtime-deps/10.0/noble/amd64/Dockerfile",
}

var bun = Image{
	Accounts: []Account{{"bun", 1000, 1000, "/home/bun", "/bin/sh"}}, Groups: []Group{{"bun", 1000, nil}},
	Paths: []Path{{"/home/bun", 1000, 1000, 0, false}, {"/home/bun/app", 0, 0, 0o755, false}}, Workdir: "/home/bun/app", Service: "bun",
	Started: true, Entrypoint: []string{"/usr/local/bin/docker-entrypoint.sh"}, Cmd: []string{"/usr/local/bin/bun"},
	Source: "oven-sh/bun dockerhub/debian/Dockerfile",
}

var deno = Image{
	Accounts: []Account{{"deno", 1993, 1993, "/home/deno", "/bin/sh"}}, Groups: []Group{{"deno", 1993, nil}},
	Paths: []Path{{"/deno-dir", 1993, 1993, 0o755, false}}, Service: "deno", Env: []string{"DENO_DIR=/deno-dir/"},
	Source: "denoland/deno_docker debian.dockerfile",
}

var tiangolo = Image{Workdir: "/app", Loose: true, Paths: []Path{{"/app", 0, 0, 0o755, true}}, Source: "tiangolo/uvicorn-gunicorn-docker docker-images"}

var unprivileged = Image{
	Accounts: []Account{{"nginx", 101, 101, "/nonexistent", "/bin/false"}}, Groups: []Group{{"nginx", 101, nil}},
	User: "101", Service: "nginx", Started: true, Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"nginx", "-g", "daemon off;"},
	Paths:    []Path{{"/var/cache/nginx", 101, 0, 0, true}, {"/etc/nginx", 101, 0, 0, true}},
	Writable: []string{"/tmp", "/var/cache/nginx", "/etc/nginx/conf.d"}, Loose: true,
	Source: "nginx/docker-nginx-unprivileged mainline/debian/Dockerfile",
}

var haproxy = Image{
	Accounts: []Account{{"haproxy", 99, 99, "/var/lib/haproxy", "/sbin/nologin"}}, Groups: []Group{{"haproxy", 99, nil}},
	User: "haproxy", Service: "haproxy", Workdir: "/var/lib/haproxy", Paths: []Path{{"/var/lib/haproxy", 99, 99, 0o755, false}},
	Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"},
	Source: "docker-library/haproxy 3.0/Dockerfile",
}

// Since 11.4 or so the ids are 999 because nothing else is in the way; ubuntu's account is removed.
var mariadb = Image{
	Accounts: []Account{{"mysql", 999, 999, "/var/lib/mysql", "/bin/sh"}}, Groups: []Group{{"mysql", 999, nil}},
	Service: "mysql", Drops: "gosu", DropsTo: "mysql", Volumes: []string{"/var/lib/mysql"}, Loose: true,
	Paths: []Path{{"/var/lib/mysql", 999, 999, 0, false}}, Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"mariadbd"},
	Writable: []string{"/run/mysqld", "/tmp"}, Source: "MariaDB/mariadb-docker 11.8/Dockerfile",
}

var mysql = Image{
	Accounts: []Account{{"mysql", 999, 999, "/var/lib/mysql", "/bin/sh"}}, Groups: []Group{{"mysql", 999, nil}},
	Service: "mysql", Drops: "gosu", DropsTo: "mysql", Volumes: []string{"/var/lib/mysql"}, Loose: true, Manager: "microdnf",
	Paths:   []Path{{"/var/lib/mysql", 999, 999, 0o1777, false}, {"/var/run/mysqld", 999, 999, 0o1777, false}},
	Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"mysqld"},
	Writable: []string{"/var/run/mysqld", "/tmp"}, Source: "docker-library/mysql 8.4/Dockerfile.oracle",
}

var mongo = Image{
	Accounts: []Account{{"mongodb", 999, 999, "/data/db", "/bin/sh"}}, Groups: []Group{{"mongodb", 999, nil}},
	Service: "mongodb", Drops: "gosu", DropsTo: "mongodb", Volumes: []string{"/data/db", "/data/configdb"}, Loose: true,
	Paths: []Path{{"/data/db", 999, 999, 0o755, false}, {"/data/configdb", 999, 999, 0o755, false}}, Env: []string{"HOME=/data/db"},
	Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"mongod"}, Writable: []string{"/tmp"},
	Source: "docker-library/mongo 8.0/Dockerfile",
}

var memcached = Image{
	Accounts: []Account{{"memcache", 11211, 11211, "/home/memcache", "/bin/sh"}}, Groups: []Group{{"memcache", 11211, nil}},
	User: "memcache", Service: "memcache", Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"memcached"},
	Source: "docker-library/memcached 1/debian/Dockerfile",
}

var elasticsearch = Image{
	Accounts: []Account{{"elasticsearch", 1000, 1000, "/usr/share/elasticsearch", "/bin/bash"}}, Groups: []Group{{"elasticsearch", 1000, nil}},
	User: "1000:0", Service: "elasticsearch", Workdir: "/usr/share/elasticsearch", Loose: true,
	Writable: []string{"/usr/share/elasticsearch/data", "/usr/share/elasticsearch/logs", "/tmp"},
	Source:   "elastic/elasticsearch distribution/docker: USER 1000:0",
}

var ghost = Image{
	Accounts: []Account{{"node", 1000, 1000, "/home/node", "/bin/bash"}}, Groups: []Group{{"node", 1000, nil}},
	Service: "node", Drops: "gosu", DropsTo: "node", Workdir: "/var/lib/ghost", Volumes: []string{"/var/lib/ghost/content"},
	Paths:   []Path{{"/home/node", 1000, 1000, 0, true}, {"/var/lib/ghost", 1000, 1000, 0, true}},
	Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"node", "current/index.js"}, Source: "docker-library/ghost 6/bookworm/Dockerfile",
}

var ghostAlpine = Image{
	Accounts: []Account{{"node", 1000, 1000, "/home/node", "/bin/sh"}}, Groups: []Group{{"node", 1000, nil}},
	Service: "node", Drops: "gosu", DropsTo: "node", Workdir: "/var/lib/ghost", Volumes: []string{"/var/lib/ghost/content"},
	Paths:   []Path{{"/home/node", 1000, 1000, 0o2755, true}, {"/var/lib/ghost", 1000, 1000, 0, true}},
	Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"node", "current/index.js"}, Source: "docker-library/ghost 6/alpine3.23/Dockerfile",
}

// Before 7.3 the group was 472.
var grafana = Image{
	Accounts: []Account{{"grafana", 472, 0, "/home/grafana", "/sbin/nologin"}}, User: "472", Service: "grafana",
	Workdir: "/usr/share/grafana", Loose: true, Started: true, Entrypoint: []string{"/run.sh"},
	Paths:    []Path{{"/var/lib/grafana", 472, 0, 0o777, true}, {"/var/log/grafana", 472, 0, 0o777, true}},
	Writable: []string{"/var/lib/grafana", "/var/log/grafana", "/tmp"}, Source: "grafana/grafana Dockerfile: GF_UID=472, GF_GID=0",
}

// adduser takes the first free id, which on jammy is 1000.
var playwright = Image{
	Accounts: []Account{{"pwuser", 1001, 1001, "/home/pwuser", "/bin/bash"}}, Groups: []Group{{"pwuser", 1001, nil}},
	Paths: []Path{{"/home/pwuser", 1001, 1001, 0, true}}, Service: "pwuser", Loose: true,
	Env: []string{"PLAYWRIGHT_BROWSERS_PATH=/ms-playwright"}, Source: "microsoft/playwright utils/docker/Dockerfile.noble",
}

var playwrightJammy = Image{
	Accounts: []Account{{"pwuser", 1000, 1000, "/home/pwuser", "/bin/bash"}}, Groups: []Group{{"pwuser", 1000, nil}},
	Paths: []Path{{"/home/pwuser", 1000, 1000, 0, true}}, Service: "pwuser", Loose: true,
	Env: []string{"PLAYWRIGHT_BROWSERS_PATH=/ms-playwright"}, Source: "microsoft/playwright utils/docker/Dockerfile.jammy",
}

var influxdb = Image{
	Accounts: []Account{{"influxdb", 1000, 1000, "/home/influxdb", "/bin/bash"}}, Groups: []Group{{"influxdb", 1000, nil}},
	Service: "influxdb", Drops: "gosu", DropsTo: "influxdb", Volumes: []string{"/var/lib/influxdb2", "/etc/influxdb2"}, Loose: true,
	Paths:   []Path{{"/var/lib/influxdb2", 1000, 1000, 0, true}, {"/etc/influxdb2", 1000, 1000, 0, true}, {"/home/influxdb", 1000, 1000, 0, true}},
	Started: true, Entrypoint: []string{"/entrypoint.sh"}, Cmd: []string{"influxd"}, Source: "influxdata/influxdata-docker influxdb/2.7/Dockerfile",
}
