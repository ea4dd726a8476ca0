package trial

import (
	"maps"
	"path"
	"slices"
	"strings"

	"nonroot/fixer/trial/seen"
)

// What becomes of the keys of a service. Keys that are in none of the lists are
// left out, and a note says so: nobody knows what they do to the host.
var (
	keptKeys = []string{
		"annotations", "cap_add", "cap_drop", "command", "configs", "cpu_count", "cpu_percent", "cpu_period",
		"cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset", "depends_on", "dns", "dns_opt",
		"dns_search", "domainname", "entrypoint", "env_file", "environment", "expose", "extra_hosts", "group_add",
		"healthcheck", "hostname", "init", "ipc", "isolation", "links", "mem_limit", "mem_reservation",
		"mem_swappiness", "memswap_limit", "oom_kill_disable", "oom_score_adj", "pids_limit", "platform", "post_start",
		"pre_stop", "read_only", "runtime", "secrets", "security_opt", "shm_size", "stdin_open", "stop_signal",
		"storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "user", "userns_mode", "volumes_from", "working_dir",
	}
	// changedKeys are those that service and its helpers write anew.
	changedKeys = []string{"build", "image", "network_mode", "networks", "volumes"}
	// leftOut would publish, rename, restart or report, or hold for other programs
	// on the engine: labels are commands to a proxy that watches it.
	leftOut = []string{
		"attach", "blkio_config", "cgroup_parent", "container_name", "cpu_limit", "deploy", "develop", "extends",
		"label_file", "labels", "logging", "mac_address", "ports", "profiles", "pull_policy", "restart", "scale",
		"stop_grace_period", "uts",
	}
	// refusedKeys are beyond's.
	refusedKeys = []string{"cgroup", "credential_spec", "device_cgroup_rules", "devices", "pid", "privileged", "provider", "use_api_socket"}
)

// beyond says why a service cannot be run without reaching what is not the
// trial's; empty where it can.
func beyond(service mapping, kind fileKind) string {
	if service["privileged"] == true {
		return "privileged: true gives it the whole machine"
	}
	for _, key := range []string{"pid", "ipc", "cgroup", "uts"} {
		if value := text(service[key]); value == "host" || strings.HasPrefix(value, "container:") {
			return key + ": " + value + " shares it with what is not of this trial"
		}
	}
	if strings.HasPrefix(text(service["pid"]), "service:") {
		return "pid: " + text(service["pid"]) + " mixes its processes with another service's"
	}
	if strings.HasPrefix(text(service["network_mode"]), "container:") {
		return "network_mode: " + text(service["network_mode"]) + " is a container that is not of this trial"
	}
	for _, key := range []string{"devices", "device_cgroup_rules", "credential_spec", "provider", "use_api_socket"} {
		switch value := service[key].(type) {
		case nil:
		case bool:
			if value {
				return key + " reaches the engine"
			}
		case []any:
			if len(value) > 0 {
				return key + " reach the host's devices"
			}
		default:
			return key + " reaches beyond a container"
		}
	}
	for _, from := range texts(service["volumes_from"]) {
		if strings.HasPrefix(from, "container:") {
			return "volumes_from: " + from + " is a container that is not of this trial"
		}
	}
	for _, v := range mounts(service) {
		switch typ := text(v["type"]); typ {
		case "bind":
			if why := hostOnly(hostPath(v["source"]), kind); why != "" {
				return why
			}
		case "npipe", "cluster":
			return "it mounts a volume of type " + typ
		}
	}
	return ""
}

// hostOnly says why a path of the host cannot stand for a copy of itself.
func hostOnly(source string, kind fileKind) string {
	for _, dir := range []string{"/proc", "/sys", "/dev"} {
		if source == dir || strings.HasPrefix(source, dir+"/") {
			return "it mounts " + source + ", which is the host's own"
		}
	}
	switch {
	case source == "/":
		return "it mounts the whole file system of the host"
	case path.Base(source) == "docker.sock" || path.Base(source) == "podman.sock":
		return "it mounts " + source + ", through which it could do anything to the engine"
	case kind(source) == seen.Other:
		return "it mounts " + source + ", which is a socket, a pipe or a device of the host"
	}
	return ""
}

// service is one service as it is run.
func (t *model) service(name string, from mapping) mapping {
	out := mapping{}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		switch {
		case from[key] == nil || strings.HasPrefix(key, "x-"):
		case slices.Contains(keptKeys, key):
			out[key] = from[key]
		case slices.Contains(changedKeys, key) || slices.Contains(leftOut, key) || slices.Contains(refusedKeys, key):
		default:
			t.note(name, "%s is left out", key)
		}
	}
	if limits := at(at(at(from, "deploy"), "resources"), "limits"); len(limits) > 0 {
		out["deploy"] = mapping{"resources": mapping{"limits": limits}}
	}
	if len(texts(from["external_links"])) > 0 || from["gpus"] != nil || at(at(at(from, "deploy"), "resources"), "reservations")["devices"] != nil {
		t.note(name, "external links and GPUs are left out")
	}
	out["labels"] = t.mark.labels()
	out["restart"] = "no"
	out["pull_policy"] = "missing" // an image that is there is not replaced by a newer one
	if image := from["image"]; image != nil {
		out["image"] = image
	}
	if image := t.built[name]; image != "" {
		out["image"] = image
		out["pull_policy"] = "never"
	}
	if build := at(from, "build"); len(build) > 0 {
		out["build"] = t.build(name, build)
		delete(out, "pull_policy") // which compose build would follow
	}
	t.network(name, from, out)
	t.volumes(name, from, out)
	return out
}

var (
	keptBuild = []string{
		"additional_contexts", "args", "cache_from", "context", "dockerfile", "dockerfile_inline", "extra_hosts",
		"isolation", "labels", "network", "no_cache", "pull", "secrets", "shm_size", "ssh", "target", "ulimits",
	}
	leftOutBuild = []string{"cache_to", "platforms", "provenance", "sbom", "tags"}
)

// build builds the same image, under no name but the trial's.
func (t *model) build(name string, from mapping) mapping {
	out := mapping{}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		switch {
		case from[key] == nil || strings.HasPrefix(key, "x-"):
		case slices.Contains(keptBuild, key):
			out[key] = from[key]
		case !slices.Contains(leftOutBuild, key):
			t.note(name, "build.%s is left out", key)
		}
	}
	return out
}

// network puts a service into networks of the trial.
func (t *model) network(name string, from, out mapping) {
	switch mode := text(from["network_mode"]); {
	case mode == "host":
		t.note(name, "it has a network of its own instead of the host's")
		t.join(out, "default", nil)
		return
	case mode != "" && mode != "bridge":
		out["network_mode"] = mode
		return
	}
	networks := at(from, "networks")
	if len(networks) == 0 {
		t.join(out, "default", nil)
	}
	for _, network := range slices.Sorted(maps.Keys(networks)) {
		t.join(out, network, at(networks, network)["aliases"])
	}
}

// join adds a network to a service. Its addresses are the engine's choice.
func (t *model) join(out mapping, network string, aliases any) {
	joined := at(out, "networks")
	out["networks"] = joined
	joined[network] = nil
	if aliases != nil {
		joined[network] = mapping{"aliases": aliases}
	}
	made := mapping{"labels": t.mark.labels()}
	if at(at(t.from, "networks"), network)["internal"] == true {
		made["internal"] = true
	}
	at(t.compose, "networks")[network] = made
}
