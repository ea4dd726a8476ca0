package inspect

import (
	"bytes"
	"context"
	"testing"
)

// FuzzLook takes any bytes for a layer and any text for the accounts: what comes
// out has nothing that would mean something else in a Dockerfile.
func FuzzLook(f *testing.F) {
	f.Add(archive(f, link("etc", "usr/etc"), text("usr/etc/passwd", oneAccount), hard("a", "b"), hard("b", "a")), "app:x:1:1::/:/bin/sh\n")
	f.Add(archive(f, text("etc/.wh..wh..opq", ""), text(".wh.etc", ""), link("/", "/"), folder("..", 1, 1, 0)), "+::::::\n#\n\nroot:x:0:0:a:b:c\n")
	f.Add(debian(f), debianPasswd)
	l := limits{1 << 20, 1 << 20, 1000, 1 << 20}
	f.Fuzz(func(t *testing.T, layer []byte, accounts string) {
		c := Config{Entrypoint: []string{"docker-entrypoint.sh"}, WorkingDir: "/etc"}
		files := newTree(l, c.wanted())
		for _, one := range [][]byte{layer, layer} {
			if err := files.add(context.Background(), bytes.NewReader(one)); err != nil {
				return
			}
		}
		s, err := look(c, "linux", "amd64", files)
		if err != nil {
			return
		}
		s.Passwd, s.Group = &accounts, &accounts
		m, err := s.image("test")
		if err != nil {
			return
		}
		for _, a := range m.Accounts {
			if !isName(a.Name) || a.UID < 0 || a.GID < 0 || !only(a.Home+a.Shell, "/._-@+") {
				t.Errorf("account %+v", a)
			}
		}
		for _, p := range m.Paths {
			if !printable(p.Path) || p.Path[0] != '/' {
				t.Errorf("path %+v", p)
			}
		}
	})
}
