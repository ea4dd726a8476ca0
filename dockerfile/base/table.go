package base

// The table of base images. To add one: its repository (several that are alike
// share an entry), and what its tags have beside the platform they are built
// on. The first variant that fits a tag is taken, so the special ones come
// first. Source names the public file or page that says so, in its state of the
// day Checked; ids, homes, entrypoints and volumes are from there.

var table = [...]entry{
	// Systems.
	{[]string{"scratch"}, []variant{{on: scratch, only: true, Image: &Image{Started: true}}}},
	{[]string{"debian", "bitnami/minideb"}, []variant{
		{parts: []string{"8", "9", "10", "11", "12", "oldstable"}, on: debian12, Image: &Image{Started: true, Cmd: []string{"bash"}}},
		{on: debian13, Image: &Image{Started: true, Cmd: []string{"bash"}}},
	}},
	{[]string{"ubuntu", "public.ecr.aws/ubuntu/ubuntu"}, []variant{
		{from: 23, on: ubuntu24, Image: &Image{Started: true, Cmd: []string{"/bin/bash"}}},
		{on: ubuntu, Image: &Image{Started: true, Cmd: []string{"/bin/bash"}}},
	}},
	{[]string{"buildpack-deps"}, []variant{{on: debian, Image: &Image{Loose: true, Started: true, Cmd: []string{"bash"}, Source: "docker-library/buildpack-deps"}}}},
	{[]string{"alpine"}, []variant{{on: alpine, Image: &Image{Started: true, Cmd: []string{"/bin/sh"}}}}},
	{[]string{"busybox"}, []variant{{on: busybox, only: true, Image: &Image{Started: true, Cmd: []string{"sh"}}}}},
	{[]string{"fedora", "registry.fedoraproject.org/fedora", "quay.io/fedora/fedora"}, []variant{{on: rhel}}},
	{[]string{"centos", "rockylinux", "rockylinux/rockylinux", "almalinux", "almalinux/almalinux", "quay.io/centos/centos", "oraclelinux"}, []variant{
		{parts: []string{"minimal", "micro", "slim"}, on: rhelMinimal},
		{below: 8, on: rhel, Image: &Image{Manager: "yum"}},
		{on: rhel},
	}},
	{[]string{"amazonlinux", "public.ecr.aws/amazonlinux/amazonlinux"}, []variant{
		{from: 1, below: 3, on: rhelMinimal, Image: &Image{Manager: "yum", Source: "amazonlinux/container-images: no shadow-utils"}},
		{on: rhelMinimal, Image: &Image{Manager: "dnf", Source: "amazonlinux/container-images: no shadow-utils"}},
	}},
	{[]string{"registry.access.redhat.com/ubi8/ubi", "registry.access.redhat.com/ubi9/ubi", "registry.access.redhat.com/ubi10/ubi", "registry.access.redhat.com/ubi8", "registry.access.redhat.com/ubi9", "redhat/ubi8", "redhat/ubi9", "redhat/ubi10", "registry.redhat.io/ubi8/ubi", "registry.redhat.io/ubi9/ubi"}, []variant{{on: rhel, Image: &Image{Started: true, Cmd: []string{"/bin/bash"}}}}},
	{[]string{"registry.access.redhat.com/ubi8/ubi-minimal", "registry.access.redhat.com/ubi9/ubi-minimal", "registry.access.redhat.com/ubi10/ubi-minimal", "registry.access.redhat.com/ubi8-minimal", "registry.access.redhat.com/ubi9-minimal", "redhat/ubi8-minimal", "redhat/ubi9-minimal", "redhat/ubi10-minimal", "registry.redhat.io/ubi8/ubi-minimal", "registry.redhat.io/ubi9/ubi-minimal"}, []variant{
		{on: rhelMinimal, Image: &Image{Started: true, Cmd: []string{"/bin/bash"}, Source: "catalog.redhat.com ubi-minimal: microdnf, no shadow-utils"}},
	}},
	{[]string{"registry.access.redhat.com/ubi8/ubi-micro", "registry.access.redhat.com/ubi9/ubi-micro", "registry.access.redhat.com/ubi8-micro", "registry.access.redhat.com/ubi9-micro", "redhat/ubi8-micro", "redhat/ubi9-micro"}, []variant{
		{on: rhelAny, Image: &Image{Source: "catalog.redhat.com ubi-micro: no package manager"}},
	}},

	// Without a shell.
	{[]string{"gcr.io/distroless/static*", "gcr.io/distroless/base*", "gcr.io/distroless/cc*"}, []variant{ // no ENTRYPOINT, no CMD
		{parts: []string{"nonroot"}, on: distroless, only: true, Image: &Image{User: "65532", Workdir: "/home/nonroot", Started: true, Source: "GoogleContainerTools/distroless static/static.bzl"}},
		{on: distroless, only: true, Image: &Image{User: "0", Started: true}},
	}},
	{[]string{"gcr.io/distroless/*"}, []variant{
		{parts: []string{"nonroot"}, on: distroless, only: true, Image: &Image{User: "65532", Workdir: "/home/nonroot", Source: "GoogleContainerTools/distroless static/static.bzl"}},
		{on: distroless, only: true, Image: &Image{User: "0"}},
	}},
	{[]string{"cgr.dev/chainguard/wolfi-base", "chainguard/wolfi-base"}, []variant{
		{on: wolfi, Image: &Image{Shell: true, Tools: BusyboxAdduser, Manager: "apk"}},
	}},
	{[]string{"cgr.dev/chainguard/static", "cgr.dev/chainguard/glibc-dynamic", "cgr.dev/chainguard/python", "cgr.dev/chainguard/node", "cgr.dev/chainguard/nginx", "cgr.dev/chainguard/jre", "chainguard/static", "chainguard/python", "chainguard/node", "chainguard/nginx"}, []variant{
		{parts: []string{"dev"}, on: wolfi, only: true, Image: &Image{User: "65532", Shell: true, Tools: BusyboxAdduser, Manager: "apk"}},
		{on: wolfi, only: true, Image: &Image{User: "65532"}},
	}},

	// Languages.
	{[]string{"node", "circleci/node"}, []variant{
		{on: alpine, parts: []string{"alpine"}, Image: &Image{
			Accounts: []Account{{"node", 1000, 1000, "/home/node", "/bin/sh"}}, Groups: []Group{{"node", 1000, nil}},
			Paths: []Path{{"/home/node", 1000, 1000, 0o2755, true}}, Service: "node",
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"node"}, Source: "nodejs/docker-node 22/alpine3.23/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Accounts: []Account{{"node", 1000, 1000, "/home/node", "/bin/bash"}}, Groups: []Group{{"node", 1000, nil}},
			Paths: []Path{{"/home/node", 1000, 1000, 0, true}}, Service: "node", Loose: true,
			Started: true, Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"node"}, Source: "nodejs/docker-node 22/bookworm-slim/Dockerfile",
		}},
	}},
	{[]string{"python"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{on: alpine, parts: []string{"alpine"}, Image: &Image{Started: true, Cmd: []string{"python3"}}},
		{on: debian, Image: &Image{Loose: true, Started: true, Cmd: []string{"python3"}, Source: "docker-library/python 3.11/slim-bookworm/Dockerfile"}},
	}},
	{[]string{"gcc", "pypy", "perl"}, []variant{{on: debian, Image: &Image{Loose: true, Source: "docker-library/gcc 14/Dockerfile: FROM buildpack-deps"}}}},
	{[]string{"haskell"}, []variant{{on: debian12, Image: &Image{Loose: true, Started: true, Cmd: []string{"ghci"}, Source: "haskell/docker-haskell 9.10/bookworm/Dockerfile"}}}},
	{[]string{"erlang", "elixir"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{Loose: true, Source: "erlang/docker-erlang-otp 27/alpine/Dockerfile"}},
		{on: debian12, Image: &Image{Loose: true, Source: "erlang/docker-erlang-otp 27/slim/Dockerfile"}},
	}},
	{[]string{"ghcr.io/astral-sh/uv"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{Loose: true, Source: "docs.astral.sh/uv: images with Python"}},
		{parts: []string{"bookworm", "trixie", "debian"}, on: debian, Image: &Image{Loose: true, Source: "docs.astral.sh/uv: images with Python"}},
		{on: scratch, only: true, Image: &Image{Workdir: "/io", Source: "astral-sh/uv Dockerfile: FROM scratch", Unlisted: true}},
	}},
	{[]string{"golang"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{parts: []string{"alpine"}, on: alpine, Image: &golang},
		{on: debian, Image: &golang},
	}},
	{[]string{"ruby", "jruby"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &ruby},
		{on: debian, Image: &ruby},
	}},
	{[]string{"rust"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &rust},
		{on: debian, Image: &rust},
	}},
	{[]string{"php"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Paths: []Path{{"/var/www/html", 82, 82, 0o1777, true}, {"/home/www-data", 82, 82, 0, true}},
			Service: "www-data", Workdir: "/var/www/html", Started: true, Entrypoint: []string{"docker-php-entrypoint"}, Cmd: []string{"php-fpm"},
			Source: "docker-library/php 8.3/alpine3.23/fpm/Dockerfile",
		}},
		{parts: []string{"apache"}, on: debian, Image: &Image{
			Service: "www-data", Workdir: "/var/www/html", Loose: true, Drops: "workers", DropsTo: "www-data",
			Started: true, Entrypoint: []string{"docker-php-entrypoint"}, Cmd: []string{"apache2-foreground"},
			Paths: []Path{
				{"/var/www/html", 33, 33, 0o1777, true}, {"/var/lock/apache2", 33, 33, 0o1777, true},
				{"/var/run/apache2", 33, 33, 0o1777, true}, {"/var/log/apache2", 33, 33, 0o1777, true},
			},
			Writable: []string{"/var/run/apache2", "/var/lock/apache2", "/tmp"}, Source: "docker-library/php 8.3/bookworm/apache/Dockerfile",
		}},
		{parts: []string{"fpm"}, on: debian, Image: &Image{
			Service: "www-data", Loose: true, Drops: "workers", DropsTo: "www-data", Paths: []Path{{"/var/www/html", 33, 33, 0o1777, true}},
			Workdir: "/var/www/html", Started: true, Entrypoint: []string{"docker-php-entrypoint"}, Cmd: []string{"php-fpm"},
			Source: "docker-library/php 8.3/bookworm/fpm/Dockerfile",
		}},
		{on: debian, Image: &Image{
			Service: "www-data", Loose: true, Paths: []Path{{"/var/www/html", 33, 33, 0o1777, true}},
			Started: true, Entrypoint: []string{"docker-php-entrypoint"}, Cmd: []string{"php", "-a"}, Source: "docker-library/php 8.3/bookworm/cli/Dockerfile",
		}},
	}},

	{[]string{"composer"}, []variant{{on: alpine, Image: &Image{
		Accounts: []Account{{"www-data", 82, 82, "/home/www-data", "/sbin/nologin"}}, Workdir: "/app", Paths: []Path{{"/app", 0, 0, 0o755, false}}, Loose: true,
		Started: true, Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"composer"}, Source: "composer/docker latest/Dockerfile",
	}}}},

	// Java.
	{[]string{"eclipse-temurin"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{parts: []string{"centos7"}, on: rhel, Image: &Image{Manager: "yum"}},
		{parts: []string{"ubi9", "ubi10"}, on: rhelMinimal, only: true, Image: &temurin},
		{parts: []string{"alpine"}, on: alpine, Image: &temurin},
		{on: ubuntu24, Image: &temurin},
	}},
	{[]string{"openjdk"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{parts: []string{"alpine"}, on: alpine, Image: &openjdk},
		{parts: []string{"slim", "buster", "bullseye", "bookworm", "stretch", "jessie", "jre", "trixie"}, on: debian, Image: &openjdk},
		{from: 8, below: 12, on: debian12, Image: &openjdk},
		{from: 12, on: rhel, Image: &Image{Started: true, Cmd: []string{"jshell"}, Manager: "microdnf", Source: "docker-library/openjdk: Oracle Linux since 12"}},
	}},
	{[]string{"maven"}, []variant{
		{parts: []string{"windowsservercore", "nanoserver"}, on: windows},
		{parts: []string{"alpine"}, on: alpine, Image: &maven},
		{parts: []string{"noble"}, on: ubuntu24, Image: &maven},
		{parts: []string{"focal", "jammy"}, on: ubuntu, Image: &maven},
		{parts: []string{"temurin"}, on: ubuntuAny, Image: &maven},
		{parts: []string{"openjdk", "jdk"}, on: debian, Image: &maven},
		{parts: []string{"amazoncorretto", "corretto"}, on: rhelMinimal, Image: &maven},
		{parts: []string{"latest", "3", "4"}, on: ubuntuAny, Image: &maven},
	}},
	{[]string{"gradle"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"gradle", 1000, 1000, "/home/gradle", "/bin/ash"}}, Groups: []Group{{"gradle", 1000, nil}},
			Paths: []Path{{"/home/gradle", 1000, 1000, 0, true}}, Volumes: []string{"/home/gradle/.gradle"}, Workdir: "/home/gradle",
			Service: "gradle", Loose: true, Source: "gradle/docker-gradle jdk17-alpine/Dockerfile",
		}},
		{parts: []string{"corretto", "ubi", "ubi9"}, on: rhel, only: true, Image: &gradle},
		{on: ubuntu, only: true, Image: &gradle},
	}},
	{[]string{"amazoncorretto"}, []variant{
		{parts: []string{"alpine"}, on: alpine},
		{on: rhelMinimal, Image: &Image{Manager: "yum"}},
	}},
	{[]string{"tomcat"}, []variant{
		{parts: []string{"corretto"}, on: rhelMinimal, Image: &Image{Loose: true, Workdir: "/usr/local/tomcat", Manager: "yum"}},
		{on: ubuntuAny, Image: &Image{Loose: true, Workdir: "/usr/local/tomcat", Started: true, Cmd: []string{"catalina.sh", "run"}, Source: "docker-library/tomcat 10.1/jdk17/temurin-noble/Dockerfile"}},
	}},
	{[]string{"jenkins/jenkins", "jenkins"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &jenkins},
		{parts: []string{"ubi9", "rhel", "almalinux", "centos"}, on: rhel, only: true, Image: &jenkins},
		{on: debian, Image: &jenkins},
	}},

	// .NET.
	{[]string{"mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/runtime", "mcr.microsoft.com/dotnet/runtime-deps"}, []variant{
		{parts: []string{"nanoserver", "windowsservercore"}, on: windows},
		{parts: []string{"chiseled", "distroless"}, on: chiseled, only: true},
		{parts: []string{"alpine"}, from: 8, on: alpine, Image: &dotnet},
		{parts: []string{"alpine"}, on: alpine},
		{parts: []string{"azurelinux3.0", "cbl"}, from: 8, on: rhelAny, only: true, Image: &dotnet},
		{parts: []string{"noble", "jammy", "resolute"}, from: 8, on: ubuntu24, Image: &dotnetUbuntu},
		{from: 10, on: ubuntu24, Image: &dotnetUbuntu},
		{from: 8, below: 10, on: debian12, Image: &dotnet},
		{on: debian12, below: 8},
	}},
	{[]string{"mcr.microsoft.com/dotnet/framework/*", "mcr.microsoft.com/windows/*"}, []variant{{on: windows, only: true}}},
	{[]string{"mono"}, []variant{{on: debian12, Image: &Image{Loose: true, Source: "mono/docker: debian-slim"}}}},

	// Other run-times.
	{[]string{"mcr.microsoft.com/playwright", "mcr.microsoft.com/playwright/python", "mcr.microsoft.com/playwright/java", "mcr.microsoft.com/playwright/dotnet"}, []variant{
		{parts: []string{"jammy", "focal", "bionic"}, on: ubuntu, Image: &playwrightJammy},
		{parts: []string{"noble", "resolute"}, on: ubuntu24, Image: &playwright},
	}},
	{[]string{"oven/bun"}, []variant{
		{parts: []string{"distroless"}, on: distroless, only: true, Image: &Image{Workdir: "/home/bun/app"}},
		{parts: []string{"alpine"}, on: alpine, Image: &bun},
		{on: debian, Image: &bun},
	}},
	{[]string{"denoland/deno"}, []variant{
		{parts: []string{"distroless"}, on: distroless, only: true},
		{parts: []string{"alpine"}, on: alpine, Image: &Image{
			Accounts: []Account{{"deno", 1000, 1000, "/home/deno", "/bin/ash"}}, Groups: []Group{{"deno", 1000, nil}},
			Paths: []Path{{"/deno-dir", 1000, 1000, 0o755, false}}, Service: "deno", Source: "denoland/deno_docker alpine.dockerfile",
		}},
		{parts: []string{"ubuntu"}, on: ubuntu, Image: &deno},
		{on: debian, Image: &deno},
	}},
	{[]string{"jupyter/*", "quay.io/jupyter/*"}, []variant{{on: ubuntu, only: true, Image: &Image{
		Accounts: []Account{{"jovyan", 1000, 100, "/home/jovyan", "/bin/bash"}}, User: "1000", Workdir: "/home/jovyan",
		Paths: []Path{{"/home/jovyan", 1000, 100, 0, true}, {"/opt/conda", 1000, 100, 0, true}}, Service: "jovyan", Loose: true,
		Env: []string{"HOME=/home/jovyan"}, Source: "jupyter/docker-stacks images/docker-stacks-foundation/Dockerfile",
	}}}},
	{[]string{"tiangolo/uvicorn-gunicorn-fastapi", "tiangolo/uvicorn-gunicorn", "tiangolo/meinheld-gunicorn-flask", "tiangolo/meinheld-gunicorn"}, []variant{
		{parts: []string{"alpine"}, on: alpine, Image: &tiangolo},
		{on: debian, Image: &tiangolo},
	}},
}
