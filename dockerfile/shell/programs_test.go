package shell_test

import (
	"testing"

	"nonroot/dockerfile/shell"
)

func TestNeedsRootToRun(t *testing.T) {
	yes := [][]string{
		{"/usr/sbin/sshd", "-D"}, {"cron", "-f"}, {"nginx", "-g", "daemon off;"}, {"/sbin/init"}, {"tini", "--", "supervisord"},
		{"sh", "-c", "service cron start && exec nginx"}, {"bash", "-c", "exec gosu app ./run"}, {"apache2-foreground"}, {"/init"},
		{"/bin/sh", "-c", "dockerd &"}, {"nmap"}, {"/usr/sbin/shorewall"}, {"debootstrap"}, {"bpftrace", "-e", "x"}, {"radiusd", "-f"}, {"certbot"},
		{"wg", "show"}, {"sh", "-c", "exec /sbin/runsvdir /etc/service"},
	}
	for _, argv := range yes {
		if reason, ok := shell.NeedsRootToRun(argv); !ok || reason == "" {
			t.Errorf("%q: needs no root", argv)
		}
	}
	no := [][]string{
		{}, {"node", "server.js"}, {"python", "-m", "http.server"}, {"./init"}, {"sh", "-c", "node nginx.js"}, {"sh", "run.sh"}, {"ssh", "host"},
		{"haproxy", "-f", "x"}, {"sh", "-c", "if ("}, {"sh", "-c", "init() { true; }; init"},
	}
	for _, argv := range no {
		if reason, ok := shell.NeedsRootToRun(argv); ok {
			t.Errorf("%q: %s", argv, reason)
		}
	}
}

func TestHelpers(t *testing.T) {
	tests := []struct {
		script, helper, user string
		gains                bool
	}{
		{"#!/bin/sh\nset -e\nif [ \"$(id -u)\" = 0 ]; then\n  exec gosu postgres \"$0\" \"$@\"\nfi\nexec \"$@\"\n", "gosu", "postgres", false},
		{"#!/bin/sh\nexec su-exec $USER:app node x\n", "su-exec", "", false},
		{"#!/bin/bash\nexec setpriv --reuid=app --regid=app --init-groups x\n", "setpriv", "app", false},
		{"#!/bin/sh\nsu - app -c 'x'\n", "su", "app", false},
		{"#!/bin/sh\nsu -s /bin/sh app -c 'x'\n", "su", "app", false},
		{"#!/bin/sh\nexec runuser -u app -- x\n", "runuser", "app", false},
		{"#!/bin/sh\nexec chroot --userspec=app:app / x\n", "chroot", "app", false},
		{"#!/usr/bin/with-contenv bash\nx\n", "s6", "", false},
		{"#!/bin/sh\nif [ \"$1\" = redis ]; then\n  set -- gosu redis \"$@\"\nfi\nexec \"$@\"\n", "gosu", "redis", false},
		{"#!/bin/sh\nrun=\nif [ \"$(id -u)\" = 0 ]; then run=\"gosu app:app\"; fi\nexec $run node x\n", "gosu", "app", false},
		{"#!/bin/bash\nas=\"/sbin/su-exec $USER:$GROUP\"\n$as /usr/bin/server &\n", "su-exec", "", false},
		{"#!/bin/bash\nas=(setpriv --reuid=app --)\nexec \"${as[@]}\" node x\n", "setpriv", "app", false},
		{"#!/bin/bash\nstart() { local as='chpst -u app'; exec env HOME=/app $as x; }\nstart\n", "chpst", "app", false},
		{"#!/bin/sh\nexec env HOME=/home/app gosu app x\n", "gosu", "app", false},
		{"#!/bin/sh\nexec tini -- su-exec app x\n", "su-exec", "app", false},
		{"#!/bin/sh\nhelp='gosu app'\necho $help\nexec node $help\n", "", "", false},
		{"#!/bin/sh\nrun=node\nexec $run gosu app\n", "", "", false},
		{"#!/bin/sh\nsudo chown app /data\nexec \"$@\"\n", "", "", true},
		{"#!/bin/sh\nexec node x\n", "", "", false},
		{"#!/bin/sh\necho 'use gosu app'\n# gosu app\n", "", "", false},
	}
	for _, tt := range tests {
		drops, gains, read := shell.Helpers(tt.script)
		if !read || (len(gains) > 0) != tt.gains || (len(drops) > 0) != (tt.helper != "") {
			t.Errorf("%q: %v %v %v", tt.script, drops, gains, read)
			continue
		}
		if len(drops) > 0 && (drops[0].Helper != tt.helper || drops[0].User != tt.user) {
			t.Errorf("%q: %v", tt.script, drops)
		}
	}
	for _, script := range []string{"#!/usr/bin/python3\nimport os\n", "#!/bin/sh\nif (\n"} {
		if _, _, read := shell.Helpers(script); read {
			t.Errorf("%q: was read", script)
		}
	}
}

func TestStartsWorkers(t *testing.T) {
	yes := [][]string{
		{"nginx", "-g", "daemon off;"}, {"/usr/sbin/nginx"}, {"sh", "-c", "envsubst < a > b && exec nginx"}, {"docker-php-entrypoint", "apache2-foreground"},
		{"tini", "--", "httpd-foreground"}, {"/sbin/tini", "-g", "--", "nginx"}, {"env", "LANG=C", "nginx"},
	}
	for _, argv := range yes {
		if !shell.StartsWorkers(argv) {
			t.Errorf("%q: starts no workers", argv)
		}
	}
	for _, argv := range [][]string{{}, {"node", "nginx.js"}, {"sh", "-c", "nginx & node server.js"}, {"sh", "-c", "if ("}, {"sh", "run.sh"}} {
		if shell.StartsWorkers(argv) {
			t.Errorf("%q: starts workers", argv)
		}
	}
}
