package base

// The table of images of servers, which are run rather than built upon.

var services = [...]entry{
	{[]string{"nginx"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"nginx", 101, 101, "/var/cache/nginx", "/sbin/nologin"}}, Groups: []Group{{"nginx", 101, nil}},
			Service: "nginx", Drops: "workers", DropsTo: "nginx", Started: true, Entrypoint: []string{"/docker-entrypoint.sh"},
			Cmd: []string{"nginx", "-g", "daemon off;"}, Writable: []string{"/var/cache/nginx", "/run", "/etc/nginx/conf.d"},
			Source: "nginx/docker-nginx mainline/alpine-slim/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Accounts: []Account{{"nginx", 101, 101, "/nonexistent", "/bin/false"}}, Groups: []Group{{"nginx", 101, nil}},
			Service: "nginx", Drops: "workers", DropsTo: "nginx", Started: true, Entrypoint: []string{"/docker-entrypoint.sh"},
			Cmd: []string{"nginx", "-g", "daemon off;"}, Writable: []string{"/var/cache/nginx", "/run", "/etc/nginx/conf.d"}, Loose: true,
			Source: "nginx/docker-nginx mainline/debian/Dockerfile",
		}},
	}},
	{[]string{"nginxinc/nginx-unprivileged", "ghcr.io/nginx/nginx-unprivileged", "ghcr.io/nginxinc/nginx-unprivileged", "public.ecr.aws/nginx/nginx-unprivileged", "nginx/nginx-unprivileged"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &unprivileged},
		{on: debian, Image: &unprivileged},
	}},
	{[]string{"httpd"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Paths: []Path{{"/usr/local/apache2", 82, 82, 0o755, false}},
			Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/usr/local/apache2", Started: true, Cmd: []string{"httpd-foreground"},
			Writable: []string{"/usr/local/apache2/logs"}, Source: "docker-library/httpd 2.4/alpine/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Paths: []Path{{"/usr/local/apache2", 33, 33, 0o755, false}}, Loose: true,
			Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/usr/local/apache2", Started: true, Cmd: []string{"httpd-foreground"},
			Writable: []string{"/usr/local/apache2/logs"}, Source: "docker-library/httpd 2.4/Dockerfile",
		}},
	}},
	{[]string{"caddy"}, []variant{
		{parts: []string{"windowsservercore", "nanoserver"}, on: windows},
		{parts: []string{"builder"}, on: alpine, Image: &golang},
		{on: alpine, Image: &Image{
			Workdir: "/srv", Paths: []Path{{"/config/caddy", 0, 0, 0o1777, false}, {"/data/caddy", 0, 0, 0o1777, false}},
			Env: []string{"XDG_CONFIG_HOME=/config", "XDG_DATA_HOME=/data"}, Started: true, Cmd: []string{"caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"},
			Writable: []string{"/data", "/config"}, Source: "caddyserver/caddy-docker 2.11/alpine/Dockerfile",
		}},
	}},
	{[]string{"traefik"}, []variant{
		{parts: []string{"windowsservercore", "nanoserver"}, on: windows},
		{on: alpine, Image: &Image{Started: true, Entrypoint: []string{"/entrypoint.sh"}, Cmd: []string{"traefik"}, Source: "traefik/traefik-library-image v3.0/alpine/Dockerfile"}},
	}},
	{[]string{"haproxy"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &haproxy},
		{on: debian, Image: &haproxy},
	}},
	{[]string{"postgres", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"postgres", 70, 70, "/var/lib/postgresql", "/bin/sh"}}, Groups: []Group{{"postgres", 70, nil}},
			Service: "postgres", Drops: "gosu", DropsTo: "postgres", Volumes: []string{"/var/lib/postgresql/data"},
			Paths:   []Path{{"/var/lib/postgresql/data", 70, 70, 0o1777, false}, {"/var/run/postgresql", 70, 70, 0o3777, false}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"postgres"}, Writable: []string{"/var/run/postgresql"},
			Source: "docker-library/postgres 16/alpine3.23/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Accounts: []Account{{"postgres", 999, 999, "/var/lib/postgresql", "/bin/bash"}}, Groups: []Group{{"postgres", 999, nil}},
			Service: "postgres", Drops: "gosu", DropsTo: "postgres", Volumes: []string{"/var/lib/postgresql/data"}, Loose: true,
			Paths:   []Path{{"/var/lib/postgresql/data", 999, 999, 0o1777, false}, {"/var/run/postgresql", 999, 999, 0o3777, false}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"postgres"}, Writable: []string{"/var/run/postgresql"},
			Source: "docker-library/postgres 16/bookworm/Dockerfile",
		}},
	}},
	{[]string{"mariadb"}, []variant{
		{parts: []string{"ubi", "ubi9"}, on: rhel, only: true, Image: &mariadb},
		{on: ubuntu, only: true, Image: &mariadb},
	}},
	{[]string{"mysql"}, []variant{
		{parts: []string{"debian", "buster", "bullseye"}, on: debian12, Image: &mysql},
		{on: rhel, Image: &mysql},
	}},
	{[]string{"redis", "valkey/valkey"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"redis", 999, 1000, "/home/redis", "/sbin/nologin"}}, Groups: []Group{{"redis", 1000, nil}},
			Service: "redis", Drops: "gosu", DropsTo: "redis", Volumes: []string{"/data"}, Workdir: "/data", Paths: []Path{{"/data", 999, 1000, 0o755, false}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"redis-server"}, Source: "redis/docker-library-redis 7.4/alpine/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Accounts: []Account{{"redis", 999, 999, "/home/redis", "/bin/sh"}}, Groups: []Group{{"redis", 999, nil}},
			Service: "redis", Drops: "gosu", DropsTo: "redis", Volumes: []string{"/data"}, Workdir: "/data", Paths: []Path{{"/data", 999, 999, 0o755, false}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"redis-server"}, Source: "redis/docker-library-redis 7.4/debian/Dockerfile",
		}},
	}},
	{[]string{"mongo"}, []variant{
		{parts: []string{"windowsservercore", "nanoserver"}, on: windows},
		{from: 8, on: ubuntu24, Image: &mongo},
		{on: ubuntu, Image: &mongo},
	}},
	{[]string{"rabbitmq"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"rabbitmq", 100, 101, "/var/lib/rabbitmq", "/sbin/nologin"}}, Groups: []Group{{"rabbitmq", 101, nil}},
			Service: "rabbitmq", Drops: "su-exec", DropsTo: "rabbitmq", Volumes: []string{"/var/lib/rabbitmq"}, Env: []string{"HOME=/var/lib/rabbitmq"},
			Paths:   []Path{{"/var/lib/rabbitmq", 100, 101, 0o1777, true}, {"/etc/rabbitmq", 100, 101, 0o1777, true}, {"/var/log/rabbitmq", 100, 101, 0o1777, true}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"rabbitmq-server"}, Loose: true, Source: "docker-library/rabbitmq 4.1/alpine/Dockerfile",
		}},
		{on: ubuntuAny, Image: &Image{
			Accounts: []Account{{"rabbitmq", 999, 999, "/var/lib/rabbitmq", "/bin/sh"}}, Groups: []Group{{"rabbitmq", 999, nil}},
			Service: "rabbitmq", Drops: "gosu", DropsTo: "rabbitmq", Volumes: []string{"/var/lib/rabbitmq"}, Env: []string{"HOME=/var/lib/rabbitmq"},
			Paths:   []Path{{"/var/lib/rabbitmq", 999, 999, 0o1777, true}, {"/etc/rabbitmq", 999, 999, 0o1777, true}, {"/var/log/rabbitmq", 999, 999, 0o1777, true}},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"rabbitmq-server"}, Loose: true, Source: "docker-library/rabbitmq 4.1/ubuntu/Dockerfile",
		}},
	}},
	{[]string{"memcached"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &memcached},
		{on: debian, Image: &memcached},
	}},
	{[]string{"docker.elastic.co/elasticsearch/elasticsearch", "elasticsearch"}, []variant{{on: ubuntuAny, only: true, Image: &elasticsearch}}},
	{[]string{"wordpress"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Paths: []Path{{"/var/www/html", 82, 82, 0o1777, true}},
			Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/var/www/html", Volumes: []string{"/var/www/html"},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"php-fpm"}, Source: "docker-library/wordpress latest/php8.3/fpm-alpine/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Paths: []Path{{"/var/www/html", 33, 33, 0o1777, true}, {"/usr/src/wordpress", 33, 33, 0, true}}, Loose: true,
			Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/var/www/html", Volumes: []string{"/var/www/html"},
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"apache2-foreground"}, Source: "docker-library/wordpress latest/php8.3/apache/Dockerfile",
		}},
	}},
	{[]string{"docker.elastic.co/kibana/kibana", "kibana"}, []variant{{on: ubuntuAny, only: true, Image: &Image{
		Accounts: []Account{{"kibana", 1000, 1000, "/usr/share/kibana", "/bin/bash"}}, Groups: []Group{{"kibana", 1000, nil}},
		User: "1000", Service: "kibana", Workdir: "/usr/share/kibana", Loose: true, Source: "elastic/kibana Dockerfile template: UID 1000",
	}}}},
	{[]string{"docker.elastic.co/logstash/logstash", "logstash"}, []variant{{on: ubuntuAny, only: true, Image: &Image{
		Accounts: []Account{{"logstash", 1000, 1000, "/usr/share/logstash", "/bin/bash"}}, Groups: []Group{{"logstash", 1000, nil}},
		User: "1000", Service: "logstash", Workdir: "/usr/share/logstash", Loose: true, Source: "elastic/logstash Dockerfile template: USER 1000",
	}}}},
	{[]string{"nextcloud"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Service: "www-data", Drops: "workers", DropsTo: "www-data",
			Workdir: "/var/www/html", Volumes: []string{"/var/www/html"}, Loose: true, Started: true, Entrypoint: []string{"/entrypoint.sh"}, Cmd: []string{"php-fpm"},
			Source: "nextcloud/docker Dockerfile-alpine.template",
		}},
		{on: debian, Image: &Image{
			Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/var/www/html", Volumes: []string{"/var/www/html"}, Loose: true,
			Paths: []Path{{"/var/www", 33, 0, 0, true}}, Started: true, Entrypoint: []string{"/entrypoint.sh"}, Cmd: []string{"apache2-foreground"},
			Source: "nextcloud/docker Dockerfile-debian.template",
		}},
	}},
	{[]string{"ghost"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &ghostAlpine},
		{on: debian, Image: &ghost},
	}},
	{[]string{"grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"}, []variant{
		{parts: []string{"ubuntu"}, on: ubuntuAny, Image: &grafana},
		{on: alpine, Image: &grafana},
	}},
	{[]string{"prom/prometheus", "quay.io/prometheus/prometheus", "prom/alertmanager", "quay.io/prometheus/alertmanager", "prom/node-exporter", "quay.io/prometheus/node-exporter", "prom/pushgateway"}, []variant{
		{parts: []string{"distroless"}, on: distroless, only: true, Image: &Image{User: "65532"}},
		{on: busybox, only: true, Image: &Image{User: "nobody", Service: "nobody", Source: "prometheus/prometheus Dockerfile: USER nobody"}},
	}},
	{[]string{"bitnami/*", "bitnamilegacy/*", "bitnamisecure/*"}, []variant{{on: debian12, only: true, Image: &Image{
		User: "1001", Env: []string{"HOME=/"}, Loose: true, Source: "bitnami/containers: non-root images run as USER 1001, which has no passwd entry",
	}}}},
	{[]string{"influxdb"}, []variant{
		{parts: []string{"alpine"}, from: 2, on: alpine, Image: &influxdb},
		{from: 2, on: debian, Image: &influxdb},
	}},
	{[]string{"neo4j"}, []variant{
		{parts: []string{"ubi8", "ubi9", "ubi10"}, from: 4, on: rhelMinimal, only: true, Image: &Image{Accounts: []Account{{"neo4j", 7474, 7474, "/var/lib/neo4j", "/sbin/nologin"}}, Groups: []Group{{"neo4j", 7474, nil}}, Service: "neo4j", Drops: "su-exec", DropsTo: "neo4j", Volumes: []string{"/data", "/logs"}, Source: "neo4j/docker-neo4j docker-image-src/5/coredb"}},
		{from: 4, on: debian, Image: &Image{
			Accounts: []Account{{"neo4j", 7474, 7474, "/var/lib/neo4j", "/bin/sh"}}, Groups: []Group{{"neo4j", 7474, nil}}, Service: "neo4j",
			Drops: "su-exec", DropsTo: "neo4j", Volumes: []string{"/data", "/logs"}, Paths: []Path{{"/data", 7474, 7474, 0, true}, {"/logs", 7474, 7474, 0, true}},
			Started: true, Entrypoint: []string{"tini", "-g", "--", "/startup/docker-entrypoint.sh"}, Cmd: []string{"neo4j"}, Loose: true,
			Source: "neo4j/docker-neo4j docker-image-src/5/coredb/Dockerfile-trixie",
		}},
	}},
	{[]string{"eclipse-mosquitto"}, []variant{{on: alpine, Image: &Image{
		Accounts: []Account{{"mosquitto", 1883, 1883, "/var/empty", "/sbin/nologin"}}, Groups: []Group{{"mosquitto", 1883, nil}}, Service: "mosquitto",
		Drops: "workers", DropsTo: "mosquitto", Volumes: []string{"/mosquitto/data", "/mosquitto/log"}, Paths: []Path{{"/mosquitto", 1883, 1883, 0, true}},
		Started: true, Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"/usr/sbin/mosquitto", "-c", "/mosquitto/config/mosquitto.conf"},
		Source: "eclipse-mosquitto/mosquitto docker/2.1-alpine/Dockerfile",
	}}}},
	{[]string{"minio/minio", "quay.io/minio/minio"}, []variant{{on: rhelAny, only: true, Image: &Image{
		Volumes: []string{"/data"}, Started: true, Entrypoint: []string{"/usr/bin/docker-entrypoint.sh"}, Cmd: []string{"minio"}, Source: "minio/minio Dockerfile.release: FROM ubi-micro",
	}}}},
	{[]string{"hashicorp/vault", "vault"}, []variant{{on: alpine, Image: &Image{
		Accounts: []Account{{"vault", 100, 1000, "/home/vault", "/sbin/nologin"}}, Groups: []Group{{"vault", 1000, nil}}, Service: "vault",
		Drops: "su-exec", DropsTo: "vault", Volumes: []string{"/vault/logs", "/vault/file"}, Paths: []Path{{"/vault", 100, 1000, 0, true}},
		Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"server", "-dev"}, Loose: true, Source: "hashicorp/docker-vault 0.X/Dockerfile",
	}}}},
	{[]string{"hashicorp/consul", "consul"}, []variant{{on: alpine, Image: &Image{
		Accounts: []Account{{"consul", 100, 1000, "/home/consul", "/sbin/nologin"}}, Groups: []Group{{"consul", 1000, nil}}, Service: "consul",
		Drops: "su-exec", DropsTo: "consul", Volumes: []string{"/consul/data"}, Paths: []Path{{"/consul", 100, 1000, 0, true}},
		Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"agent", "-dev", "-client", "0.0.0.0"}, Loose: true, Source: "hashicorp/docker-consul 0.X/Dockerfile",
	}}}},
	{[]string{"nats"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{parts: []string{"alpine"}, on: alpine, Image: &Image{Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"nats-server", "--config", "/etc/nats/nats-server.conf"}, Source: "nats-io/nats-docker 2.10.x/alpine3.22/Dockerfile"}},
	}},
	{[]string{"sonatype/nexus3"}, []variant{{on: rhel, only: true, Image: &Image{
		Accounts: []Account{{"nexus", 200, 200, "/opt/sonatype/nexus", "/bin/false"}}, Groups: []Group{{"nexus", 200, nil}}, User: "nexus", Service: "nexus",
		Volumes: []string{"/nexus-data"}, Manager: "microdnf", Source: "sonatype/docker-nexus3 Dockerfile",
	}}}},
	{[]string{"adminer"}, []variant{{on: alpine, Image: &Image{
		Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}, {"adminer", 100, 101, "/home/adminer", "/sbin/nologin"}}, Groups: []Group{{"adminer", 101, nil}},
		User: "adminer", Service: "adminer", Workdir: "/var/www/html", Paths: []Path{{"/var/www/html", 100, 101, 0, true}},
		Started: true, Entrypoint: []string{"entrypoint.sh", "docker-php-entrypoint"}, Cmd: []string{"php", "-S", "[::]:8080", "-t", "/var/www/html"}, Source: "TimWolla/docker-adminer 5/Dockerfile",
	}}}},
	{[]string{"phpmyadmin", "phpmyadmin/phpmyadmin"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/var/www/html", Source: "phpmyadmin/docker fpm-alpine/Dockerfile"}},
		{on: debian, Image: &Image{
			User: "root", Service: "www-data", Drops: "workers", DropsTo: "www-data", Workdir: "/var/www/html", Loose: true,
			Started: true, Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"apache2-foreground"}, Source: "phpmyadmin/docker apache/Dockerfile",
		}},
	}},
	{[]string{"zookeeper"}, []variant{{on: ubuntu, only: true, Image: &Image{
		Accounts: []Account{{"zookeeper", 1000, 1000, "/home/zookeeper", "/bin/sh"}}, Groups: []Group{{"zookeeper", 1000, nil}}, Service: "zookeeper",
		Drops: "gosu", DropsTo: "zookeeper", Volumes: []string{"/data", "/datalog", "/logs"}, Loose: true,
		Paths:   []Path{{"/data", 1000, 1000, 0o755, false}, {"/datalog", 1000, 1000, 0o755, false}, {"/logs", 1000, 1000, 0o755, false}, {"/conf", 1000, 1000, 0o755, false}},
		Started: true, Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"zkServer.sh", "start-foreground"}, Source: "31z4/zookeeper-docker 3.9.4/Dockerfile",
	}}}},
	{[]string{"linuxserver/*", "lscr.io/linuxserver/*", "ghcr.io/linuxserver/*"}, []variant{{on: other, only: true, Image: &Image{
		Drops: "s6", DropsTo: "abc", Source: "docs.linuxserver.io: PUID and PGID; s6-overlay starts as root",
	}}}},
	{[]string{"itzg/minecraft-server"}, []variant{{on: other, only: true, Image: &Image{Drops: "gosu", DropsTo: "minecraft", Source: "itzg/docker-minecraft-server: UID and GID, started as root"}}}},
	{[]string{"gitea/gitea"}, []variant{
		{parts: []string{"rootless"}, on: alpine, Image: &Image{Accounts: []Account{{"git", 1000, 1000, "/var/lib/gitea/git", "/bin/bash"}}, Groups: []Group{{"git", 1000, nil}}, User: "1000:1000", Service: "git", Source: "go-gitea/gitea Dockerfile.rootless"}},
		{on: alpine, Image: &Image{Accounts: []Account{{"git", 1000, 1000, "/data/git", "/bin/bash"}}, Groups: []Group{{"git", 1000, nil}}, Drops: "s6", DropsTo: "git", Volumes: []string{"/data"}, Source: "go-gitea/gitea Dockerfile"}},
	}},
	{[]string{"pihole/pihole"}, []variant{{on: other, only: true, Image: &Image{Drops: "su", DropsTo: "pihole", Source: "pi-hole/docker-pi-hole: starts as root"}}}},
	{[]string{"portainer/portainer-ce", "portainer/portainer"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{Source: "portainer/portainer build/linux/alpine.Dockerfile"}},
		{on: other, only: true, Image: &Image{Source: "portainer/portainer build/linux/Dockerfile: FROM portainer/base"}},
	}},
	{[]string{"dpage/pgadmin4"}, []variant{{on: alpine, only: true, Image: &Image{
		Accounts: []Account{{"pgadmin", 5050, 0, "/home/pgadmin", "/sbin/nologin"}}, User: "5050", Service: "pgadmin", Volumes: []string{"/var/lib/pgadmin"}, Loose: true,
		Setuid: []string{"sudo"}, Source: "pgadmin-org/pgadmin4 Dockerfile",
	}}}},
	{[]string{"mcr.microsoft.com/azure-sql-edge", "mcr.microsoft.com/mssql/server"}, []variant{{on: ubuntuAny, only: true, Image: &Image{
		Accounts: []Account{{"mssql", 10001, 10001, "/home/mssql", "/bin/bash"}}, User: "mssql", Service: "mssql", Loose: true, Setuid: []string{"file capabilities on sqlservr"},
		Source: "learn.microsoft.com: SQL Server Linux containers run as mssql, 10001; microsoft/mssql-docker#918",
	}}}},
}

// find is the entry of a repository, nil where there is none.
func find(repo string) *entry {
	for _, list := range [...][]entry{table[:], services[:]} {
		for i := range list {
			if list[i].names(repo) {
				return &list[i]
			}
		}
	}
	return nil
}
