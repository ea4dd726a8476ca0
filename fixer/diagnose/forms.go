package diagnose

import (
	"regexp"
	"strings"
	"sync"
)

// Form is one way in which programs print a permission error.
type Form struct {
	ID       string
	Programs string // who prints it
	Line     string // a typical line
	// has is a text that every line of the form has, in small letters.
	has string
	// re has the groups err (what errno says: see kindOf), path, port and op, as far
	// as the form has them; a group may be there several times.
	re   func() *regexp.Regexp
	kind Kind // where err does not tell
	// dir is what a relative path is relative to, and the path where the line has
	// none: the program's own data directory in its official image.
	dir string
	op  Op // where op does not tell
	// makes is what the path is, where op does not tell.
	makes Thing
	// loose forms are those of the C library, which any program may print; what
	// reads like an application's own business is left out: see noise.
	loose bool
}

// pattern is a regular expression that is compiled where it is first asked for: all
// of them together take longer than a check of one file.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

const (
	// errText is what the C library calls EACCES, EPERM and EROFS, in the spellings
	// of glibc, musl and Go.
	errText = `(?P<err>[Pp]ermission denied|PERMISSION DENIED|[Oo]peration not permitted|[Rr]ead-only file ?system)`
	errNo   = `(?P<err>13|30|1)`
	errName = `(?P<err>EACCES|EPERM|EROFS|eacces|eperm|erofs)`
	quote   = "['\"‘’“”`]"
	quoted  = quote + "(?P<path>[^'\"‘’“”`]+)" + quote
	bare    = `(?P<path>/[^\s'"(),:;\]}]+)`
)

// Forms are tried in this order: those of one program first, those of the C
// library last.
var Forms = []*Form{
	// Python
	{ID: "python-bind", Programs: "Python: asyncio, uvicorn, hypercorn", has: "[errno 13]", kind: Port,
		Line: `ERROR:    [Errno 13] error while attempting to bind on address ('0.0.0.0', 80): permission denied`,
		re:   pattern(`\[Errno 13\] error while attempting to bind on address \('[^']*', (?P<port>\d+)`)},
	{ID: "python-file", Programs: "Python, started on a script", has: "can't open file", op: Read,
		Line: `python: can't open file '/app/main.py': [Errno 13] Permission denied`,
		re:   pattern(`python[\d.]*: can't open file ` + quoted + `: \[Errno ` + errNo + `\]`)},
	{ID: "python", Programs: "Python, pip", has: "[errno ",
		Line: `PermissionError: [Errno 13] Permission denied: '/app/logs/api.log'`,
		re:   pattern(`\[Errno ` + errNo + `\] [^:'"]+(?:: b?` + quoted + `)?`)},
	// Node.js
	{ID: "node-listen", Programs: "Node.js: http, net", has: "listen eacces", kind: Port,
		Line: `Error: listen EACCES: permission denied 0.0.0.0:80`,
		re:   pattern(`listen EACCES:?(?: permission denied)? [^\s/]*:(?P<port>\d+)`)},
	{ID: "node-socket", Programs: "Node.js: a Unix socket", has: "listen eacces", op: Write,
		Line: `Error: listen EACCES: permission denied /run/app/web.sock`,
		re:   pattern(`listen ` + errName + `:?(?: permission denied)? (?P<path>/\S+)`)},
	{ID: "node", Programs: "Node.js, npm, yarn, pnpm", has: ", ",
		Line: `Error: EACCES: permission denied, open '/app/logs/app.log'`,
		re:   pattern(errName + `: [a-z -]+, (?P<op>[a-z]+)(?: '(?P<path>[^']+)')?`)},
	{ID: "node-code", Programs: "npm, and errors that Node.js prints as objects: path comes in a line of its own", has: "code",
		Line: `npm ERR! code EACCES`,
		re:   pattern(`^\s*(?:npm (?:ERR!|error|verb) )?\s*code:? '?` + errName + `'?,?$`)},
	{ID: "yarn-cache", Programs: "yarn", has: "because it is not writable", kind: Denied, op: Write,
		Line: `warning Skipping preferred cache folder "/home/node/.cache/yarn" because it is not writable.`,
		re:   pattern(`folder ` + quoted + ` because it is not writable`)},
	// Java
	{ID: "java-bind", Programs: "Java: netty, Tomcat, Spring Boot", has: "exception: permission denied", kind: Port,
		Line: `java.net.BindException: Permission denied`,
		re:   pattern(`java\.net\.(?:Bind|Socket)Exception: Permission denied`)},
	{ID: "java-nio", Programs: "Java, Elasticsearch, OpenSearch", has: "accessdeniedexception", kind: Denied,
		Line: `Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes`,
		re:   pattern(`AccessDeniedException(?:: |\[)(?P<path>/[^\s;\]"]+)`)},
	{ID: "java-fs", Programs: "Java", has: "filesystemexception",
		Line: `java.nio.file.FileSystemException: /app/data/index.lock: Read-only file system`,
		re:   pattern(`FileSystemException: (?P<path>/[^:]+): ` + errText)},
	{ID: "java-io", Programs: "Java: java.io, Logback, Log4j, Jenkins", has: "exception: ",
		Line: `java.io.FileNotFoundException: /app/logs/app.log (Permission denied)`,
		re:   pattern(`Exception: (?P<path>/.+?) \(` + errText + `\)`)},
	{ID: "java-bare", Programs: "Java, where the exception names no path", has: "ioexception: permission denied", kind: Denied,
		Line: `Caused by: java.io.IOException: Permission denied`,
		re:   pattern(`java\.io\.IOException: Permission denied\s*$`)},
	{ID: "elasticsearch-lock", Programs: "Elasticsearch", has: "node locks", kind: Denied, op: Write,
		Line: `java.lang.IllegalStateException: failed to obtain node locks, tried [/usr/share/elasticsearch/data]; maybe these locations are not writable or multiple nodes were started on the same data path?`,
		re:   pattern(`failed to obtain node locks, tried \[+(?P<path>/[^\],]+)`)},
	// Ports
	{ID: "bind", Programs: "Go, nginx, Redis, Caddy, HAProxy and others that say bind", has: "bind", kind: Port,
		Line: `listen tcp :80: bind: permission denied`,
		re:   pattern(`(?:\b[Bb]ind(?:ing)?\b.*?[:\]](?P<port>\d{1,5})\b\D.*?[Pp]ermission denied|:(?P<port>\d{1,5}): bind: [Pp]ermission denied|cannot bind socket \(Permission denied\) \[[^\]]*:(?P<port>\d+)\])`)},
	{ID: "apache-bind", Programs: "Apache httpd", has: "ah00072", kind: Port,
		Line: `(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:80`,
		re:   pattern(`Permission denied: AH00072: make_sock: could not bind to address \S*:(?P<port>\d+)`)},
	{ID: "ruby-bind", Programs: "Ruby: puma, webrick", has: "bind(2) for", kind: Port,
		Line: "Permission denied - bind(2) for \"0.0.0.0\" port 80 (Errno::EACCES)",
		re:   pattern(`Permission denied - bind\(2\) for "?[^" ]*?"?(?: port |:)(?P<port>\d+)`)},
	{ID: "listen", Programs: "PHP's own server, dnsmasq", has: "permission denied", kind: Port,
		Line: `Failed to listen on 0.0.0.0:80 (reason: Permission denied)`,
		re:   pattern(`(?:listen on \S*:|listening socket for port )(?P<port>\d+)\b[^/]*?[Pp]ermission denied`)},
	{ID: "dotnet-bind", Programs: ".NET: Kestrel", has: "(13): permission denied", kind: Port,
		Line: `System.Net.Sockets.SocketException (13): Permission denied`,
		re:   pattern(`SocketException \(13\): Permission denied`)},
	// Go and Docker's socket
	{ID: "docker-socket", Programs: "what speaks to the engine by a mounted socket: Traefik, Portainer, the docker command", has: "unix", op: Write,
		Line: `dial unix /var/run/docker.sock: connect: permission denied`,
		re:   pattern(`unix(?::/*| )(?P<path>/[^\s:]+\.sock)\b.*?` + errText)},
	// Ruby
	{ID: "ruby", Programs: "Ruby, Rails, Bundler", has: " @ ",
		Line: "Errno::EACCES: Permission denied @ rb_sysopen - /app/log/production.log",
		re:   pattern(errText + ` @ (?P<op>\w+) - (?P<path>[^\s(]+)`)},
	{ID: "ruby-old", Programs: "Ruby before 2.0, and its extensions", has: "errno::",
		Line: "Errno::EACCES: Permission denied - /app/tmp/cache/assets",
		re:   pattern(`Errno::` + errName + `: [^-@]+ - (?P<path>/\S+)`)},
	{ID: "rails", Programs: "Rails", has: "exists and is writable", kind: Denied, op: Write,
		Line: "Rails Error: Unable to access log file. Please ensure that /app/log/production.log exists and is writable",
		re:   pattern(`ensure that (?P<path>/\S+) exists and is writable`)},
	// PHP
	{ID: "php", Programs: "PHP, WordPress", has: "ailed to open",
		Line: `PHP Warning:  fopen(/var/www/html/var/app.log): Failed to open stream: Permission denied in /var/www/html/index.php on line 3`,
		re:   pattern(`(?P<op>\w+)\((?P<path>/[^)]+)\): [Ff]ailed to open (?:stream|dir): ` + errText)},
	{ID: "php-call", Programs: "PHP: mkdir, rename, touch and others", has: "): ",
		Line: `PHP Warning:  mkdir(): Permission denied in /var/www/html/lib/cache.php on line 20`,
		re:   pattern(`\b(?P<op>mkdir|rmdir|chmod|chown|touch|rename|copy|unlink|tempnam|symlink|file_put_contents)\((?P<path>/[^),]*)?[^)]*\): (?:Unable to \w+[^:]*: )?` + errText)},
	{ID: "monolog", Programs: "PHP: Monolog in Laravel and Symfony", has: "the stream or file", op: Write,
		Line: `The stream or file "/var/www/html/storage/logs/laravel.log" could not be opened in append mode: Failed to open stream: Permission denied`,
		re:   pattern(`The stream or file ` + quoted + ` could not be opened.*?: [Ff]ailed to open stream: ` + errText)},
	{ID: "monolog-dir", Programs: "PHP: Monolog", has: "could not be created", op: Write,
		Line: `There is no existing directory at "/var/www/html/storage/logs" and it could not be created: Permission denied`,
		re:   pattern(`no existing directory at ` + quoted + ` and (?:it|its not buildable|it could).*?: ` + errText)},
	// .NET
	{ID: "dotnet", Programs: ".NET", has: "access to the path", kind: Denied,
		Line: `Unhandled exception. System.UnauthorizedAccessException: Access to the path '/app/data/app.db' is denied.`,
		re:   pattern(`Access to the path '(?P<path>[^']+)' is denied`)},
	{ID: "dotnet-io", Programs: ".NET", has: "ioexception: ",
		Line: `System.IO.IOException: Read-only file system : '/app/keys'`,
		re:   pattern(`System\.IO\.IOException: ` + errText + ` : '(?P<path>[^']+)'`)},
	// Rust
	{ID: "rust-debug", Programs: "Rust", has: "os { code: ",
		Line: `Error: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }`,
		re:   pattern(`(?:"(?P<path>/[^"]+)".*?)?Os \{ code: ` + errNo + `, kind: `)},
	{ID: "rust-display", Programs: "Rust", has: "(os error ",
		Line: "failed to open file `/app/data/db.sqlite`: Permission denied (os error 13)",
		re:   pattern("(?:['\"`](?P<path>/[^'\"`]+)['\"`].*?|(?P<path>/[^\\s:]+): )?[A-Z][a-z-]+[a-z ]+ \\(os error " + errNo + `\)`)},
	// nginx, Apache
	{ID: "nginx-owner", Programs: "nginx, started as root without CAP_CHOWN", has: "chown(", op: Chown,
		Line: `nginx: [emerg] chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)`,
		re:   pattern(`chown\("(?P<path>[^"]+)", \d+\) failed \(` + errNo + `: `)},
	{ID: "nginx", Programs: "nginx, OpenResty", has: "() \"",
		Line: `nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)`,
		re:   pattern(`(?P<op>\w+)\(\) "(?P<path>[^"]+)"(?: to "[^"]+")? failed \(` + errNo + `: `)},
	{ID: "apache-search", Programs: "Apache httpd", has: "ah00035", op: Read,
		Line: `(13)Permission denied: [client 172.18.0.1:5000] AH00035: access to /index.html denied (filesystem path '/usr/local/apache2/htdocs/index.html') because search permissions are missing on a component of the path`,
		re:   pattern(`\(` + errNo + `\)\S.*AH00035: .*filesystem path '(?P<path>[^']+)'`)},
	{ID: "apache", Programs: "Apache httpd", has: "ah0",
		Line: `(13)Permission denied: AH00099: could not create /usr/local/apache2/logs/httpd.pid`,
		re:   pattern(`\(` + errNo + `\)[A-Z][A-Za-z -]+: (?:\[[^\]]*\] )?AH0\d+: [^/]*` + bare)},
	// Databases
	{ID: "postgres-owner", Programs: "PostgreSQL", has: "has wrong ownership", kind: Foreign,
		Line: `FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership`,
		re:   pattern(`data directory ` + quoted + ` has wrong ownership`)},
	{ID: "postgres", dir: "/var/lib/postgresql/data", Programs: "PostgreSQL, initdb", has: "could not ",
		Line: `initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted`,
		re:   pattern(`could not (?P<op>\w+(?: permissions)?)[a-z ]* ` + quoted + `[a-z ]*: ` + errText)},
	{ID: "mysql", dir: "/var/lib/mysql", Programs: "MySQL, MariaDB", has: "err",
		Line: `mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (Errcode: 13 - Permission denied)`,
		re:   pattern(`['"](?P<path>[^'"]+)['"][^'"(]*\((?:Errcode: |OS errno |errno: )` + errNo + `\b`)},
	{ID: "innodb", dir: "/var/lib/mysql", Programs: "MySQL, MariaDB: InnoDB", has: "error number 13", kind: Denied, op: Write,
		Line: `[ERROR] InnoDB: Operating system error number 13 in a file operation.`,
		re:   pattern(`InnoDB: Operating system error number 13 in a file operation`)},
	{ID: "innodb-data", dir: "/var/lib/mysql", Programs: "MySQL, MariaDB: InnoDB", has: "must be writable", kind: Denied, op: Write,
		Line: `[ERROR] InnoDB: The innodb_system data file 'ibdata1' must be writable`,
		re:   pattern(`data file '(?P<path>[^']+)' must be writable`)},
	{ID: "mariadb-test", Programs: "MariaDB", has: "can't create test file", kind: Denied, op: Write,
		Line: `[Warning] Can't create test file /var/lib/mysql/2dd2ad629369.lower-test`,
		re:   pattern(`Can't create test file '?(?P<path>/[^\s']+)`)},
	{ID: "redis-rdb", dir: "/data", Programs: "Redis, Valkey", has: "for saving", op: Write,
		Line: `Failed opening the temp RDB file temp-1.rdb (in server root dir /data) for saving: Permission denied`,
		re:   pattern(`(?:Failed|failed) opening [^(]*(?:\(in server root dir (?P<path>/[^)]+)\) )?for saving: ` + errText)},
	{ID: "redis-aof", dir: "/data", Programs: "Redis, Valkey", has: "append", op: Write,
		Line: `# Can't open the append-only file: Permission denied`,
		re:   pattern(`Can't open (?:or create )?(?:the )?append-?only (?:file|dir)(?: (?P<path>[^\s:]+))?: ` + errText)},
	{ID: "redis-rewrite", dir: "/data", Programs: "Redis, Valkey", has: "rewriteappendonlyfile", op: Write,
		Line: `# Opening the temp file for AOF rewrite in rewriteAppendOnlyFile(): Permission denied`,
		re:   pattern(`rewriteAppendOnlyFile\(\): ` + errText)},
	{ID: "mongo", Programs: "MongoDB", has: "__posix_",
		Line: `WiredTiger error (1) [1586766204:307231][1:0x7f25], connection: __posix_open_file, 815: /data/db/WiredTiger.wt: handle-open: open: Operation not permitted`,
		re:   pattern(`__posix_\w+, \d+: (?P<path>/[^:]+): [^"]*?(?P<op>\w+): ` + errText)},
	{ID: "mongo-boost", Programs: "MongoDB", has: "boost::filesystem",
		Line: `exception in initAndListen: boost::filesystem::status: Permission denied: "/data/db/storage.bson", terminating`,
		re:   pattern(`boost::filesystem::(?P<op>\w+): ` + errText + `[^"]*"(?P<path>[^"]+)"`)},
	{ID: "mongo-lock", Programs: "MongoDB", has: "lock file", op: Write,
		Line: `{"t":{"$date":"2026-01-05T10:00:00.000+00:00"},"s":"E","c":"CONTROL","ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}`,
		kind: Denied,
		re:   pattern(`create a lock file on a read-only directory: (?P<path>/[^\s",}]+)`)},
	{ID: "sqlite", Programs: "SQLite, in any language", has: "readonly database", kind: Denied, op: Write,
		Line: `sqlite3.OperationalError: attempt to write a readonly database`,
		re:   pattern(`attempt to write a readonly database`)},
	// Erlang
	{ID: "erlang-cookie", Programs: "RabbitMQ, Erlang", has: "accessible by owner only", kind: Foreign,
		Line: `Cookie file /var/lib/rabbitmq/.erlang.cookie must be accessible by owner only`,
		re:   pattern(`Cookie file (?P<path>/\S+) must be accessible by owner only`)},
	{ID: "erlang", Programs: "RabbitMQ, Erlang, Elixir", has: ": e",
		Line: `[error] Failed to create cookie file '/var/lib/rabbitmq/.erlang.cookie': eacces`,
		re:   pattern(`(?:(?P<op>create|read|reading|write|writing|open|make)\b[^/']*)?'?(?P<path>/[^\s':]+)'?: (?P<err>eacces|eperm|erofs)\b`)},
	// Tools
	{ID: "git", Programs: "git", has: "dubious ownership", kind: Foreign,
		Line: `fatal: detected dubious ownership in repository at '/app'`,
		re:   pattern(`dubious ownership in repository at '(?P<path>[^']+)'`)},
	{ID: "git-old", Programs: "git 2.35", has: "owned by someone else", kind: Foreign,
		Line: `fatal: unsafe repository ('/app' is owned by someone else)`,
		re:   pattern(`unsafe repository \('(?P<path>[^']+)' is owned by someone else\)`)},
	{ID: "sudo", Programs: "sudo under no-new-privileges", has: "sudo: ", kind: Escalation,
		Line: `sudo: The "no new privileges" flag is set, which prevents sudo from running as root.`,
		re:   pattern(`sudo: (?:effective uid is not 0|The "no new privileges" flag is set)`)},
	{ID: "su", Programs: "su of busybox", has: "must be suid", kind: Escalation,
		Line: `su: must be suid to work properly`,
		re:   pattern(`must be suid to work properly`)},
	{ID: "switch-user", Programs: "gosu, su-exec, setpriv, runuser, s6, nginx, Apache httpd", has: "not permitted", kind: SwitchUser,
		Line: `error: failed switching to "redis": operation not permitted`,
		re:   pattern(`(?:failed switching to "[^"]*"|su-exec: set\w+(?:\([^)]*\))?|setpriv: [^:]+ failed|\bset(?:res)?[ug]id\(\S*\) failed|\bsetgroups\(\S*\) failed|initgroups\([^)]*\) failed|cannot set (?:groups|user id|group id)|s6-(?:applyuidgid|setuidgid): fatal: [^:]+|unable to set (?:supplementary groups|gid|uid)[^:]*|\bsetgroups)(?:: | \(1: )[Oo]peration not permitted`)},
	{ID: "apache-user", Programs: "Apache httpd", has: "setgid: unable to set group id", kind: SwitchUser,
		Line: `(1)Operation not permitted: AH02156: setgid: unable to set group id to Group 1`,
		re:   pattern(`\(1\)Operation not permitted: AH\d+: set[ug]id: unable to set`)},
	{ID: "capability", Programs: "ping, iptables, ip and others that need a capability", has: "per", kind: Capability,
		Line: `ping: socket: Operation not permitted`,
		re:   pattern(`ping: (?:socket: Operation not permitted|permission denied \(are you root\?\))|(?:iptables|ip6tables|nft)\b.*(?:Permission denied \(you must be root\)|Operation not permitted)|RTNETLINK answers: Operation not permitted`)},
	// The engine and runc
	{ID: "engine-source", Programs: "the Docker engine", has: "mount source path", kind: HostPath,
		Line: `Error response from daemon: error while creating mount source path '/srv/data': mkdir /srv/data: read-only file system`,
		re:   pattern(`error while creating mount source path '(?P<path>[^']+)'`)},
	{ID: "runc-mountpoint", Programs: "runc, where a mount has no mountpoint in a read-only root", has: "to rootfs at", op: Write,
		Line: `OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/srv/conf" to rootfs at "/app/conf": make mountpoint "/app/conf": mkdirat /app/conf: read-only file system`,
		re:   pattern(`to rootfs at "(?P<path>[^"]+)".*?` + errText)},
	{ID: "runc-exec", Programs: "runc, Docker, Podman", has: "exec", op: Exec,
		Line: `OCI runtime create failed: runc create failed: unable to start container process: exec: "/entrypoint.sh": permission denied: unknown`,
		re:   pattern(`\bexec:? \\*"?(?P<path>[^\s":\\]+)\\*"?: (?P<err>permission denied)`)},
	// Shells and the tools that they start
	{ID: "sh-create", makes: File, Programs: "sh: dash, busybox ash", has: "can", op: Write,
		Line: `sh: can't create /app/run/app.pid: Permission denied`,
		re:   pattern(`\bcan(?:'t|not) create (?P<path>[^\s:'"‘]+): ` + errText)},
	{ID: "sh-open", Programs: "sh: dash, busybox ash", has: "can", op: Read,
		Line: `sh: 0: cannot open /app/start.sh: Permission denied`,
		re:   pattern(`\b(?:ba|da|a)?sh: (?:\d+: )?(?:can't|cannot) (?:open|cd to) '?(?P<path>[^\s:'"‘]+)'?: ` + errText)},
	{ID: "shell", Programs: "bash, sh", has: ": ",
		Line: `/bin/sh: 1: /app/start.sh: Permission denied`,
		re:   pattern(`(?:\bsh: |\b(?:ba|da|a|z|k)sh: |\S+\.sh: )(?:line )?(?:\d+: )?(?P<path>[^\s:'"]+): ` + errText)},
	{ID: "env", Programs: "env, as in #!/usr/bin/env", has: "env: ", op: Exec,
		Line: "env: ‘/app/bin/run’: Permission denied",
		re:   pattern(`\benv: ` + quote + `?(?P<path>[^\s'"‘’:]+)` + quote + `?: ` + errText)},
	{ID: "coreutils", Programs: "mkdir, touch, cp, mv, rm, ln, chown, chmod and others of GNU and busybox", has: ": ",
		Line: `mkdir: cannot create directory ‘/app/cache’: Permission denied`,
		re:   pattern(`\b(?P<op>mkdir|touch|cp|mv|rm|rmdir|ln|install|tee|dd|truncate|chown|chgrp|chmod|cat|ls|find|head|tail|grep|sed|du|mktemp|readlink|stat): (?:(?:can't|couldn't) )?[^'"‘“:/]*` + quote + `?(?P<path>[^'"‘’“”:]+?)` + quote + `?(?: (?:to|->) ` + quote + `[^'"‘’“”:]+` + quote + `)?(?: for (?:reading|writing)[^:]*)?: ` + errText)},
	{ID: "tar", Programs: "tar", has: "tar: ", op: Write,
		Line: `tar: data/app.db: Cannot open: Permission denied`,
		re:   pattern(`\btar: (?P<path>[^\s:]+): (?:Cannot|can't) [^:]+: ` + errText)},
	// What programs say in their own words
	{ID: "writable-env", Programs: "Grafana and others that name what is not writable", has: "writ", kind: Denied, op: Write,
		Line: `GF_PATHS_DATA='/var/lib/grafana' is not writable.`,
		re:   pattern(`(?:^|[\s='"(\[])(?P<path>/[^\s'"()\]]+)['")\]]* (?:is|are) not writ(?:e)?able`)},
	{ID: "writable-named", Programs: "Symfony, Composer, Airflow and others", has: "writ", kind: Denied, op: Write,
		Line: `Unable to write in the "cache" directory (/app/var/cache/prod)`,
		re:   pattern(`(?:[Uu]nable to write|[Cc]annot write|[Nn]o write permission)[^/\n]{0,40}?['"( ](?P<path>/[^\s'"),]+)`)},
	{ID: "confluent", Programs: "Kafka and ZooKeeper of Confluent", has: "writable] failed", kind: Denied, op: Write,
		Line: `Command [/usr/local/bin/dub path /var/lib/kafka/data writable] FAILED !`,
		re:   pattern(`dub path (?P<path>/\S+) writable\] FAILED`)},
	{ID: "supervisor", Programs: "supervisord", has: "errno.eacces", kind: Denied, op: Write,
		Line: `Error: Cannot open an HTTP server: socket.error reported errno.EACCES (13)`,
		re:   pattern(`socket\.error reported errno\.EACCES`)},
	// The C library, in any program
	{ID: "call", Programs: "Go, and any program that names the call", has: ": ", loose: true,
		Line: `open /app/data/app.db: permission denied`,
		re:   pattern(`\b(?P<op>openat|open|openfdat|mkdirat|mkdir|mkfifo|stat|lstat|unlinkat|unlink|rename|renameat|remove|chmod|fchmodat|chown|lchown|fchown|fchownat|create|creat|read|write|readdirent|symlink|link|truncate|access|fork/exec|scandir|rmdir|lock|flock|chtimes|utimes|chdir|fopen|opendir|bind) \(?` + quote + `?(?P<path>[^\s:'"‘’()]+)` + quote + `?\)?(?: [^\s:]+)?: ` + errText)},
	{ID: "unable", Programs: "s6, runit and others: unable to do something", has: "unable to", loose: true,
		Line: `s6-overlay-suexec: fatal: unable to exec /run/s6/basedir/bin/init: Permission denied`,
		re:   pattern(`unable to (?P<op>\w+)(?: \w+)? ` + quote + `?(?P<path>[^\s:'"‘’]+)` + quote + `?: ` + errText)},
	{ID: "quoted", Programs: "any program that prints the path in quotes", has: ": ", loose: true,
		Line: `unable to bind listening socket for address '/run/php/php-fpm.sock': Permission denied (13)`,
		re:   pattern(quote + `(?P<path>/[^'"‘’“”` + "`" + `]+)` + quote + `\)?(?: \(in [^)]*\))?(?: failed)?: ` + errText)},
	{ID: "perror", Programs: "any program that prints path and error", has: ": ", loose: true,
		Line: `/app/bin/worker: Permission denied`,
		re:   pattern(`(?:^|[\s(=\[])` + bare + `\)?: (?:\w+: )?` + errText)},
	{ID: "behind", Programs: "any program that prints error and path", has: ": ", loose: true,
		Line: `Permission denied: /tmp/file.txt`,
		re:   pattern(errText + `(?: \(\d+\))?: ` + quote + `?` + bare)},
	{ID: "brackets", Programs: "any program that prints the error in brackets", has: "(", loose: true,
		Line: `cannot open /app/etc/app.conf (Permission denied)`,
		re:   pattern(`(?:^|[\s'"])` + bare + `['"]? \((?:errno:? ?)?(?:\d+:? ?)?` + errText + `\)`)},
}

// kindOf is what errno says, in the spellings of the forms.
func kindOf(err string) Kind {
	switch strings.ToLower(err) {
	case "13", "eacces", "permission denied":
		return Denied
	case "1", "eperm", "operation not permitted":
		return NotPermitted
	case "30", "erofs", "read-only file system", "read-only filesystem":
		return ReadOnly
	}
	return 0
}

// ops are words for what a program was doing: system calls, commands, verbs.
var ops = map[string]Op{
	"mkdir": Write, "mkdirat": Write, "rmdir": Write, "touch": Write, "cp": Write, "mv": Write, "rm": Write, "ln": Write, "install": Write,
	"tee": Write, "dd": Write, "truncate": Write, "rename": Write, "renameat": Write, "unlink": Write, "unlinkat": Write, "remove": Write,
	"create": Write, "creat": Write, "write": Write, "writing": Write, "make": Write, "symlink": Write, "link": Write, "copyfile": Write,
	"mktemp": Write, "mkdtemp": Write, "mkfifo": Write, "file_put_contents": Write, "tempnam": Write, "lock": Write, "flock": Write,
	"dir_s_mkdir": Write, "apply2files": Write, "rb_file_s_rename": Write, "rb_file_s_symlink": Write, "fsync": Write,
	"bind": Write, "copy": Write, "sed": Write, "chtimes": Write, "utimes": Write, "utime": Write, "extend": Write,
	"read": Read, "reading": Read, "scandir": Read, "stat": Read, "lstat": Read, "cat": Read, "ls": Read, "find": Read, "head": Read,
	"tail": Read, "grep": Read, "opendir": Read, "readdirent": Read, "readlink": Read, "du": Read, "dir_initialize": Read, "include": Read,
	"require": Read, "include_once": Read, "require_once": Read, "file_get_contents": Read, "readfile": Read, "chdir": Read, "status": Read,
	"fork/exec": Exec, "exec": Exec, "spawn": Exec,
	"chown": Chown, "chgrp": Chown, "chmod": Chown, "fchmodat": Chown, "fchown": Chown, "lchown": Chown, "fchownat": Chown,
	"change permissions": Chown,
}

// things are what a call or a command makes or opens.
var things = map[string]Thing{
	"mkdir": Directory, "mkdirat": Directory, "mkdtemp": Directory, "dir_s_mkdir": Directory, "scandir": Directory, "opendir": Directory, "rmdir": Directory,
	"open": File, "openat": File, "fopen": File, "create": File, "creat": File, "touch": File, "tee": File, "rb_sysopen": File, "mktemp": File,
	"write": File, "writing": File, "unlink": File, "unlinkat": File, "copyfile": File, "file_put_contents": File, "file_get_contents": File, "tempnam": File,
	"lock": File, "flock": File, "truncate": File, "mkfifo": File, "cat": File, "bind": File, "sed": File,
}
