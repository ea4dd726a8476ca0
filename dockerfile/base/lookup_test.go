package base_test

import (
	"strings"
	"testing"

	"nonroot/dockerfile/base"
)

func TestLookup(t *testing.T) {
	tests := []struct {
		ref     string
		family  base.Family
		user    string // of the configuration
		service string
		uid     int // of the service account; -1: there is none
		tools   base.Tools
	}{
		{"scratch", base.Scratch, "", "", -1, base.NoTools},
		{"debian:bookworm-slim", base.Debian, "", "", -1, base.Useradd},
		{"docker.io/library/python:3.11-slim", base.Debian, "", "", -1, base.Useradd},
		{"registry.hub.docker.com/library/python:3.11-slim", base.Debian, "", "", -1, base.Useradd},
		{"registry.docker.com/library/ruby:3.3-slim", base.Debian, "", "", -1, base.Useradd},
		{"python:3.12-slim@sha256:1111111111111111111111111111111111111111111111111111111111111111", base.Debian, "", "", -1, base.Useradd},
		{"python:3.9.2-alpine", base.Alpine, "", "", -1, base.BusyboxAdduser},
		{"node", base.Debian, "", "node", 1000, base.Useradd},
		{"node:lts-buster", base.Debian, "", "node", 1000, base.Useradd},
		{"node:14.17.3-alpine3.14", base.Alpine, "", "node", 1000, base.BusyboxAdduser},
		{"alpine:3.20", base.Alpine, "", "", -1, base.BusyboxAdduser},
		{"busybox:1.36-musl", base.Busybox, "", "", -1, base.BusyboxAdduser},
		{"php:8.0.9-apache", base.Debian, "", "www-data", 33, base.Useradd},
		{"php:8.3-fpm-alpine", base.Alpine, "", "www-data", 82, base.BusyboxAdduser},
		{"nginx:1.27", base.Debian, "", "nginx", 101, base.Useradd},
		{"nginx:1.13-alpine", base.Alpine, "", "nginx", 101, base.BusyboxAdduser},
		{"nginxinc/nginx-unprivileged:stable", base.Debian, "101", "nginx", 101, base.Useradd},
		{"postgres:12-alpine", base.Alpine, "", "postgres", 70, base.BusyboxAdduser},
		{"postgres", base.Debian, "", "postgres", 999, base.Useradd},
		{"mongo:4.2.0", base.Debian, "", "mongodb", 999, base.Useradd},
		{"gcr.io/distroless/static-debian12", base.Static, "0", "nonroot", 65532, base.NoTools},
		{"gcr.io/distroless/base-debian12:nonroot", base.Static, "65532", "nonroot", 65532, base.NoTools},
		{"cgr.dev/chainguard/python:latest", base.Wolfi, "65532", "nonroot", 65532, base.NoTools},
		{"mcr.microsoft.com/dotnet/aspnet:6.0", base.Debian, "", "", -1, base.Useradd},
		{"mcr.microsoft.com/dotnet/aspnet:8.0", base.Debian, "", "app", 1654, base.Useradd},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-alpine", base.Alpine, "", "app", 1654, base.BusyboxAdduser},
		{"mcr.microsoft.com/dotnet/runtime:8.0-jammy-chiseled", base.Static, "1654", "app", 1654, base.NoTools},
		{"mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022", base.Windows, "", "", -1, base.NoTools},
		{"registry.access.redhat.com/ubi9/ubi-minimal:latest", base.RHEL, "", "", -1, base.NoTools},
		{"registry.access.redhat.com/ubi9/ubi", base.RHEL, "", "", -1, base.Useradd},
		{"amazonlinux:2", base.RHEL, "", "", -1, base.NoTools},
		{"fedora:40", base.RHEL, "", "", -1, base.Useradd},
		{"gradle:8-jdk17-alpine", base.Alpine, "", "gradle", 1000, base.BusyboxAdduser},
		{"gradle:8.5-jdk21", base.Debian, "", "gradle", 1000, base.Useradd},
		{"jenkins/jenkins:lts-jdk17", base.Debian, "jenkins", "jenkins", 1000, base.Useradd},
		{"denoland/deno:debian-2.0.0", base.Debian, "", "deno", 1993, base.Useradd},
		{"denoland/deno:alpine", base.Alpine, "", "deno", 1000, base.BusyboxAdduser},
		{"oven/bun:1", base.Debian, "", "bun", 1000, base.Useradd},
		{"prom/prometheus", base.Busybox, "nobody", "nobody", 65534, base.BusyboxAdduser},
		{"grafana/grafana:11.0.0", base.Alpine, "472", "grafana", 472, base.BusyboxAdduser},
		{"rabbitmq:3-management-alpine", base.Alpine, "", "rabbitmq", 100, base.BusyboxAdduser},
		{"memcached:1.6", base.Debian, "memcache", "memcache", 11211, base.Useradd},
	}
	for _, tt := range tests {
		m, ok := base.Lookup(tt.ref)
		if !ok {
			t.Errorf("%s: not found", tt.ref)
			continue
		}
		uid := -1
		if a, ok := m.Account(m.Service); ok {
			uid = a.UID
		}
		if m.Family != tt.family || m.User != tt.user || m.Service != tt.service || uid != tt.uid || m.Tools != tt.tools {
			t.Errorf("%s: got %v, user %q, service %q (%d), tools %d", tt.ref, m.Family, m.User, m.Service, uid, m.Tools)
		}
		if m.Source == "" {
			t.Errorf("%s: no source", tt.ref)
		}
	}
}

func TestUbuntuAccount(t *testing.T) {
	yes, no, maybe := "listed", "absent", "maybe"
	tests := map[string]string{
		"ubuntu:24.04": yes, "ubuntu:noble": yes, "ubuntu": yes, "ubuntu:22.04": no, "ubuntu:16.04": no, "ubuntu:jammy-20240101": no,
		"eclipse-temurin:17-jre": yes, "eclipse-temurin:17-jre-focal": no, "eclipse-temurin:21-alpine": no,
		"eclipse-temurin:17.0.6_10-jre": no, "eclipse-temurin:17.0.12_7-jre": yes, "eclipse-temurin:17.0.20_8-jre": yes, "eclipse-temurin:8u412-b08-jre": no,
		"eclipse-temurin:21.0.3_9-jdk": no, "eclipse-temurin:21.0.10_7-jdk": yes, "eclipse-temurin:20-jre": no, "maven:3.9.9-eclipse-temurin-21": yes,
		"swift:5.10-slim": no, "swift:6.2-slim": yes, "crystallang/crystal:1.12.1": maybe,
		"maven:3.8.5-eclipse-temurin-17": maybe, "mariadb:10.6.4-focal": no, "mariadb": no, "gradle:8-jdk21-noble": no,
		"mcr.microsoft.com/dotnet/aspnet:10.0": yes, "debian:trixie": no,
	}
	for ref, want := range tests {
		m, ok := base.Lookup(ref)
		if !ok {
			t.Errorf("%s: not found", ref)
			continue
		}
		got := no
		for _, a := range m.Maybe {
			if a.Name == "ubuntu" {
				got = maybe
			}
		}
		if a, ok := m.AccountByUID(1000); ok && a.Name == "ubuntu" {
			got = yes
		}
		if got != want {
			t.Errorf("%s: the ubuntu account is %s, want %s", ref, got, want)
		}
	}
}

func TestLookupNotFound(t *testing.T) {
	for _, ref := range []string{
		"", "node@sha256:1111111111111111111111111111111111111111111111111111111111111111", "registry.example:5000/node:20",
		"example/app", "${BASE}", "node:", "nodes:20", "ghcr.io/some/python:3",
	} {
		if m, ok := base.Lookup(ref); ok {
			t.Errorf("%q: found, as %v", ref, m.Source)
		}
	}
}

func TestAccountsAreWhole(t *testing.T) {
	for _, ref := range []string{"debian", "alpine", "node", "nginx:alpine", "postgres:16", "fedora", "busybox", "gcr.io/distroless/static"} {
		m, ok := base.Lookup(ref)
		if !ok {
			t.Fatalf("%s: not found", ref)
		}
		if root, ok := m.Account("root"); !ok || root.UID != 0 || root.Home != "/root" {
			t.Errorf("%s: root is %+v", ref, root)
		}
		seen := map[string]bool{}
		for _, a := range m.Accounts {
			if seen[a.Name] {
				t.Errorf("%s: %s is there twice", ref, a.Name)
			}
			seen[a.Name] = true
			if !strings.HasPrefix(a.Home, "/") {
				t.Errorf("%s: home of %s is %q", ref, a.Name, a.Home)
			}
		}
	}
	m, _ := base.Lookup("debian")
	if g, ok := m.GroupByGID(20); !ok || g.Name != "dialout" {
		t.Errorf("gid 20 of Debian is %+v", g)
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		base.Lookup("docker.io/library/memcached:1.6-alpine3.20")
	}
}
