package diagnose

// Cause is why an access is denied, and what puts it right.
type Cause struct {
	ID    string
	Error string // as the log has it, in short
	Cause string
	Fix   string
	// Rules are those of nonroot that may put it right, the first choice first.
	Rules []string
	// Lines are typical for it. Each is of one of the Forms.
	Lines []string
}

// Causes are all that may come out.
var Causes = []*Cause{
	{ID: "tmpfs-owner", Error: "Permission denied: /tmp/file.txt",
		Cause: "the tmpfs was created with wrong ownership",
		Fix:   "add uid= and gid= of the process, and mode=, to the tmpfs mount",
		Rules: []string{"tmpfs-owner"},
		Lines: []string{
			`PermissionError: [Errno 13] Permission denied: '/tmp/file.txt'`,
			`Error: EACCES: permission denied, mkdir '/tmp/cache'`,
			`mysqld: Can't create/write to file '/tmp/ibVsDu0z' (Errcode: 13 "Permission denied")`,
		}},
	{ID: "file-owner", Error: "Permission denied: /app/script.py",
		Cause: "the files are owned by root, and not readable or not writable by the user of the process",
		Fix:   "use COPY --chown in the Dockerfile",
		Rules: []string{"copy-chown"},
		Lines: []string{
			`python: can't open file '/app/script.py': [Errno 13] Permission denied`,
			`Error: EACCES: permission denied, open '/app/package.json'`,
			`System.UnauthorizedAccessException: Access to the path '/app/appsettings.json' is denied.`,
		}},
	{ID: "directory-not-writable", Error: "Cannot write to /app/logs",
		Cause: "the directory is not writable by the user of the process, or does not exist",
		Fix:   "create the directory with the correct ownership in the Dockerfile, or use a tmpfs or a volume",
		Rules: []string{"workdir-owner", "writable-dirs", "copy-chown"},
		Lines: []string{
			`PermissionError: [Errno 13] Permission denied: '/app/logs'`,
			`mkdir: cannot create directory '/app/cache': Permission denied`,
			`Permission denied @ dir_s_mkdir - /app/tmp/sockets (Errno::EACCES)`,
		}},
	{ID: "read-only-filesystem", Error: "Read-only file system: /app/logs",
		Cause: "the root filesystem is read-only (read_only: true), and nothing writable is mounted there",
		Fix:   "mount a tmpfs or a volume there; declare the directory under writable in .nonroot.yaml",
		Rules: []string{"writable-dirs", "tmpfs-var-tmp"},
		Lines: []string{
			`OSError: [Errno 30] Read-only file system: '/app/logs'`,
			`nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)`,
			`mkdir: can't create directory '/var/tmp/work': Read-only file system`,
		}},
	{ID: "read-only-mount", Error: "Read-only file system, on a mount",
		Cause: "the volume or bind mount is mounted read-only",
		Fix:   "take :ro or read_only from the mount, or write somewhere else",
		Lines: []string{`sed: couldn't open temporary file /etc/nginx/conf.d/sedx3f: Read-only file system`}},
	{ID: "kernel-setting", Error: "Read-only file system: /proc/sys/net/ipv4/ip_forward",
		Cause: "/proc/sys and /sys are the kernel's, which all containers share: the engine mounts them read-only",
		Fix:   "make the setting on the host",
		Lines: []string{`/entrypoint.sh: line 3: /proc/sys/net/ipv4/ip_forward: Read-only file system`}},
	{ID: "bind-owner", Error: "Permission denied, on a bind mount",
		Cause: "a bind mount keeps the owner that the folder has on the host, and that is not the user of the process",
		Fix:   "give the folder on the host to the ids of the process",
		Rules: []string{"reset-permissions"},
		Lines: []string{
			`open /prometheus/queries.active: permission denied`,
			`mkdir: can't create directory '/var/lib/grafana/plugins': Permission denied`,
			`Failed to create cookie file '/var/lib/rabbitmq/.erlang.cookie': eacces`,
		}},
	{ID: "volume-owner", Error: "Permission denied, on a volume",
		Cause: "a new volume takes the owner of the path in the image, where there is none root's, and keeps it",
		Fix:   "make the mountpoint with the right owner in the Dockerfile, and give a volume that is there already away once",
		Rules: []string{"shared-owner", "writable-dirs"},
		Lines: []string{
			`Can't open the append-only file: Permission denied`,
			`Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes`,
		}},
	{ID: "no-home", Error: "Permission denied: /.npm",
		Cause: "the user has no account in the image, so that HOME is /, which is root's",
		Fix:   "create the account with a home of its own",
		Rules: []string{"create-user", "id-args"},
		Lines: []string{
			`PermissionError: [Errno 13] Permission denied: '/.cache'`,
			`npm ERR! code EACCES`,
		}},
	{ID: "root-home", Error: "Permission denied: /root/.local",
		Cause: "the path lies in root's home, which nobody else can enter",
		Fix:   "let HOME be the user's own; what was installed there: install it for all users (pip install without --user, npm's global prefix in /usr/local), or behind USER",
		Lines: []string{`Error: EACCES: permission denied, scandir '/root/.npm/_logs'`}},
	{ID: "system-directory", Error: "Permission denied: /etc/hosts",
		Cause: "the path belongs to the system, which stays root's, so that a bug in the process cannot rewrite it",
		Fix:   "make the change in the Dockerfile, before USER, or configure the program to write elsewhere",
		Lines: []string{`nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)`,
			`(13)Permission denied: AH00099: could not create /usr/local/apache2/logs/httpd.pid`}},
	{ID: "not-executable", Error: "exec /entrypoint.sh: permission denied",
		Cause: "the program has no execute permission for the user of the process",
		Fix:   "set it in git (git update-index --chmod=+x FILE), or use COPY --chmod=755",
		Rules: []string{"copy-chown"},
		Lines: []string{`exec /entrypoint.sh: permission denied`, `/bin/sh: 1: /app/start.sh: Permission denied`}},
	{ID: "noexec", Error: "Permission denied, of a program in a tmpfs",
		Cause: "a tmpfs is mounted noexec: nothing in it can be executed",
		Fix:   "add exec to the options of the tmpfs, or let the program be unpacked elsewhere",
		Lines: []string{`fork/exec /tmp/go-build/main: permission denied`}},
	{ID: "change-owner", Error: "chown: Operation not permitted",
		Cause: "only root may give files away, and only the owner may change their mode",
		Fix:   "take chown and chmod out of what the container runs at its start: set owner and mode in the Dockerfile, or on the host",
		Rules: []string{"workdir-owner", "shared-owner", "copy-chown"},
		Lines: []string{
			`chown: changing ownership of '/var/lib/postgresql/data': Operation not permitted`,
			`chmod: /var/run/postgresql: Operation not permitted`,
		}},
	{ID: "privileged-port", Error: "bind: permission denied, on port 80",
		Cause: "a process that is not root cannot listen on a port below 1024 where net.ipv4.ip_unprivileged_port_start is not 0",
		Fix:   "listen on a port from 1024 up and publish that, or set the sysctl for the service",
		Lines: []string{`listen tcp :80: bind: permission denied`, `Error: listen EACCES: permission denied 0.0.0.0:80`}},
	{ID: "escalation", Error: "sudo: no new privileges",
		Cause: "no-new-privileges takes the effect from setuid programs: sudo and su cannot become root",
		Fix:   "do that step in the Dockerfile before USER, or as a service of its own that runs once as root",
		Lines: []string{`sudo: The "no new privileges" flag is set, which prevents sudo from running as root.`}},
	{ID: "switch-user", Error: "gosu: operation not permitted",
		Cause: "the entrypoint switches the user, which only root with CAP_SETUID and CAP_SETGID can",
		Fix:   "let the container start as the user and the entrypoint not switch, or let it start as root with both capabilities",
		Lines: []string{`su-exec: setgroups: Operation not permitted`}},
	{ID: "foreign-files", Error: "dubious ownership",
		Cause: "the program refuses files that are not the user's own",
		Fix:   "give the folder to the user of the process",
		Rules: []string{"copy-chown", "workdir-owner"},
		Lines: []string{`fatal: detected dubious ownership in repository at '/app'`}},
	{ID: "docker-socket", Error: "docker.sock: permission denied",
		Cause: "the engine's socket belongs to root and the group docker of the host",
		Fix:   "add the number of that group to group_add, or put a proxy before the socket; whoever has the socket is root on the host",
		Lines: []string{`dial unix /var/run/docker.sock: connect: permission denied`}},
	{ID: "std-stream", Error: "/dev/stdout: Permission denied",
		Cause: "the stream belongs to the user that the container started as, and the process has switched to another",
		Fix:   "start the container as that user (USER, user:) instead of switching in the entrypoint",
		Lines: []string{`open /dev/stdout: permission denied`}},
	{ID: "capability", Error: "ping: Operation not permitted",
		Cause: "it needs a capability that the process does not have",
		Fix:   "add the capability to cap_add, and to the file of the program with setcap",
		Lines: []string{`ping: socket: Operation not permitted`}},
	{ID: "no-mountpoint", Error: "error mounting to rootfs: read-only file system",
		Cause: "the mountpoint does not exist, and what holds it is read-only, so that the engine cannot make it",
		Fix:   "make the folder in the Dockerfile, or in the folder of the host that is mounted read-only above it",
		Lines: []string{`error mounting "/srv/conf" to rootfs at "/app/conf": make mountpoint "/app/conf": mkdirat /app/conf: read-only file system`}},
	{ID: "host-path", Error: "error while creating mount source path",
		Cause: "the engine cannot make the folder of a bind mount on the host",
		Fix:   "make the folder on the host, or name another one",
		Lines: []string{`error while creating mount source path '/srv/data': mkdir /srv/data: read-only file system`}},
	{ID: "root-denied", Error: "Permission denied, as root",
		Cause: "root without CAP_DAC_OVERRIDE, or root that is nobody to a network filesystem, SELinux or a user namespace",
		Fix:   "look for cap_drop, NFS with root_squash, a bind mount without :z under SELinux, rootless mode",
		Lines: []string{`touch: cannot touch '/data/lock': Permission denied`}},
	{ID: "unknown", Error: "Permission denied",
		Cause: "the line does not tell enough",
		Fix:   "look at the lines around it"},
}

// CauseByID finds a cause, nil where there is none.
func CauseByID(id string) *Cause {
	for _, c := range Causes {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// CausesOf are those that a rule may put right.
func CausesOf(rule string) []*Cause {
	var out []*Cause
	for _, c := range Causes {
		for _, id := range c.Rules {
			if id == rule {
				out = append(out, c)
			}
		}
	}
	return out
}
