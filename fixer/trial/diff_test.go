package trial

import (
	"fmt"
	"strings"
	"testing"
)

func TestPropose(t *testing.T) {
	for _, c := range []struct {
		name    string
		diff    string
		entries map[string]int
		want    string
	}{
		{"nothing", "", nil, ""},
		{"its own directory beside the program", "C /app\nA /app/logs\nA /app/logs/access.log\n", nil,
			"/app/logs tmpfs [access.log]+0"},
		{"an empty directory of the image", "C /app\nC /app/data\nA /app/data/db.sqlite\n", map[string]int{"/app/data": 2},
			"/app/data volume [db.sqlite]+0"},
		{"a directory of the image with files", "C /var/cache/app\nA /var/cache/app/new\n", map[string]int{"/var/cache/app": 7},
			"/var/cache/app volume [new]+0"},
		{"a cache of the image that is empty", "C /var/cache/app\nA /var/cache/app/new\n", map[string]int{"/var/cache/app": 2},
			"/var/cache/app tmpfs [new]+0"},
		{"beside the program", "C /app\nA /app/state\n", nil, "by hand /app/state: it lies beside the program in /app: let it write to a directory of its own"},
		{"a directory of the system", "C /etc\nC /etc/hosts.allow\n", nil, "by hand /etc/hosts.allow: /etc holds more than this: let it write to a directory of its own"},
		{"deleted", "C /app/conf\nD /app/conf/old\n", map[string]int{"/app/conf": 3}, "/app/conf volume [old]+0"},
		{"temporary", "C /tmp\nA /tmp/x\nC /var\nC /var/tmp\nA /var/tmp/y\n", nil, "temporary"},
		{"Python", "C /app\nA /app/__pycache__\nA /app/__pycache__/main.cpython-311.pyc\n", nil,
			"note Python writes __pycache__: it goes on without where it cannot; PYTHONDONTWRITEBYTECODE=1 stops it"},
		{"mounted", "C /app\nA /app/mounted\nA /app/mounted/here\nA /.nonroot-probe\nC /run\nA /run/secrets\nA /run/secrets/key\n", nil, ""},
		{"deep", "A /home/app/.cache\nA /home/app/.cache/pip\nA /home/app/.cache/pip/http\nA /home/app/.cache/pip/http/f\nA /home/app/.cache/other\n", nil,
			"/home/app/.cache tmpfs [other pip/http/f]+0"},
		{"one in another", "C /data\nA /data/a\nC /data/logs\nA /data/logs/b\n", map[string]int{"/data": 9, "/data/logs": 2},
			"/data volume [a]+1"},
		{"many", "A /x/d\nA /x/d/1\nA /x/d/2\nA /x/d/3\nA /x/d/4\nA /x/d/5\nA /x/d/6\nA /x/d/7\n", nil, "/x/d volume [1 2 3 4 5]+2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o Observation
			readDiff(c.diff, []string{"/app/mounted/here", "/run/secrets/key"}).propose(&o, c.entries, "/app")
			var got []string
			for _, p := range o.Writable {
				got = append(got, fmt.Sprintf("%s %s %v+%d", p.Path, p.As, p.Files, p.More))
			}
			for _, w := range o.ByHand {
				got = append(got, "by hand "+w.Path+": "+w.Why)
			}
			if o.Temporary {
				got = append(got, "temporary")
			}
			for _, n := range o.Notes {
				got = append(got, "note "+n)
			}
			if text := strings.Join(got, "\n"); text != c.want {
				t.Errorf("got\n%s\nwant\n%s", text, c.want)
			}
		})
	}
}
