package inspect

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"nonroot/dockerfile/base"
)

// TestRegistry looks into an image of two layers, the upper of which changes and
// removes what the lower has.
func TestRegistry(t *testing.T) {
	s := open(t)
	ref := s.push(t, "team/app:1", image(t, v1.ConfigFile{Config: v1.Config{
		User: "app", WorkingDir: "/srv/app/", Env: []string{"HOME=/home/app", "PATH=/usr/bin"}, Entrypoint: []string{"/usr/bin/app"},
		Cmd: []string{"serve"}, Volumes: map[string]struct{}{"/data": {}},
	}}, debian(t), archive(t,
		text("etc/passwd", debianPasswd+"app:x:1001:1002:App:/home/app:/bin/sh\n"), text("etc/group", debianGroup+"app:x:1002:www-data\n"),
		text("usr/bin/.wh.apt-get", ""), text("usr/sbin/.wh.groupadd", ""),
		folder("home/app", 1001, 1002, 0o750), text("home/app/.profile", ""), folder("data", 1001, 1002, 0o755),
	)))
	m, err := New(NewRegistry(), "").Image(context.Background(), ref, "")
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := m.Account("app"); !ok || a != (base.Account{Name: "app", UID: 1001, GID: 1002, Home: "/home/app", Shell: "/bin/sh"}) || len(m.Accounts) != 3 {
		t.Errorf("accounts: %v", m.Accounts)
	}
	if g, ok := m.Group("app"); !ok || g.GID != 1002 || !slices.Equal(g.Members, []string{"www-data"}) {
		t.Errorf("groups: %v", m.Groups)
	}
	if m.Family != base.Debian || !m.Shell || m.Tools != base.NoTools || m.Manager != "" {
		t.Errorf("family %v, shell %v, tools %v, manager %q: groupadd and apt-get were removed", m.Family, m.Shell, m.Tools, m.Manager)
	}
	if m.User != "app" || m.Service != "app" || m.Workdir != "/srv/app" || !slices.Equal(m.Volumes, []string{"/data"}) || !m.Started || m.Unlisted || m.Loose {
		t.Errorf("configuration: %+v", m)
	}
	if !slices.Equal(m.Entrypoint, []string{"/usr/bin/app"}) || !slices.Equal(m.Cmd, []string{"serve"}) || !slices.Equal(m.Env, []string{"HOME=/home/app", "PATH=/usr/bin"}) {
		t.Errorf("configuration: %+v", m)
	}
	for _, want := range []base.Path{{Path: "/tmp", Mode: 0o1777, Tree: true}, {Path: "/data", UID: 1001, GID: 1002, Mode: 0o755, Tree: true}} {
		if !slices.Contains(m.Paths, want) {
			t.Errorf("%v is not among %v", want, m.Paths)
		}
	}
	if i := slices.IndexFunc(m.Paths, func(p base.Path) bool { return p.Path == "/home/app" }); i < 0 || m.Paths[i].UID != 1001 || m.Paths[i].Mode != 0o750 || m.Paths[i].Tree {
		t.Errorf("/home/app: %v, in which a file is root's", m.Paths)
	}
}

// TestIndex takes the image of the platform that is asked for, linux/amd64 unasked.
func TestIndex(t *testing.T) {
	s := open(t)
	of := func(architecture, user string) mutate.IndexAddendum {
		img := image(t, v1.ConfigFile{OS: "linux", Architecture: architecture, Config: v1.Config{User: user}}, debian(t))
		return mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}}}
	}
	ref := s.push(t, "multi:1", mutate.AppendManifests(empty.Index, of("arm64", "www-data"), of("amd64", "root")))
	i := New(NewRegistry(), t.TempDir())
	for platform, want := range map[string]string{"": "root", "linux/amd64": "root", "linux/arm64": "www-data", "linux/aarch64": "www-data"} {
		m, err := i.Image(context.Background(), ref, platform)
		if err != nil {
			t.Fatal(platform, err)
		}
		if m.User != want {
			t.Errorf("%s: USER %s, want %s", platform, m.User, want)
		}
	}
	_, err := i.Image(context.Background(), ref, "linux/s390x")
	says(t, err, "the registry has "+ref+", but its index has no image for linux/s390x")
	_, err = i.Image(context.Background(), ref, "$(evil)")
	says(t, err, "is not a platform")
}

func says(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, which does not say %q", err, want)
	}
}

// TestCache asks for layers once: afterwards for the digest of the tag alone, and
// for nothing where the reference has one.
func TestCache(t *testing.T) {
	s, dir, ctx := open(t), t.TempDir(), context.Background()
	img := image(t, v1.ConfigFile{Config: v1.Config{User: "www-data"}}, debian(t))
	ref := s.push(t, "app:1", img)
	fresh := func(ref string) *base.Image {
		t.Helper()
		m, err := New(NewRegistry(), dir).Image(ctx, ref, "")
		if err != nil || m.User != "www-data" {
			t.Fatal(m, err)
		}
		return m
	}
	fresh(ref)
	if s.asked("/blobs/") == 0 {
		t.Fatal("nothing was asked for")
	}
	s.forget()
	fresh(ref)
	if blobs, heads := s.asked("/blobs/"), s.asked("HEAD /v2/app/manifests/1"); blobs != 0 || heads != 1 {
		t.Errorf("asked for %d blobs and %d digests: %v", blobs, heads, s.paths)
	}
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	pinned := s.host + "/app@" + digest.String()
	s.answer(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusTeapot); return true })
	fresh(pinned)
	s.answer(nil)

	files, err := filepath.Glob(filepath.Join(dir, "images", "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"half of it": string(good[:len(good)/2]), "nothing": "", "another version": strings.Replace(string(good), `"Version":1`, `"Version":0`, 1),
		"another digest": strings.Replace(string(good), digest.Hex, strings.Repeat("0", 64), 1), "null": "null", "no image": `{"Version":1}`,
	} {
		if err := os.WriteFile(files[0], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.forget()
		fresh(ref)
		now, err := os.ReadFile(files[0])
		if s.asked("/blobs/") == 0 || err != nil || string(now) != string(good) {
			t.Errorf("%s: %d blobs asked for, the entry is now %d bytes (%v)", what, s.asked("/blobs/"), len(now), err)
		}
	}
}

// TestOnce asks for an image once, however often it is wanted.
func TestOnce(t *testing.T) {
	s := open(t)
	ref := s.push(t, "app:1", image(t, v1.ConfigFile{}, debian(t)))
	i := New(NewRegistry(), "")
	first, err := i.Image(context.Background(), ref, "")
	if err != nil {
		t.Fatal(err)
	}
	s.forget()
	again, err := i.Image(context.Background(), ref, "")
	if err != nil || again != first || len(s.paths) != 0 {
		t.Errorf("asked again: %v %v", s.paths, err)
	}
}

func TestRegistryRefuses(t *testing.T) {
	s := open(t)
	ref := s.push(t, "app:1", image(t, v1.ConfigFile{}, debian(t)))
	ask := func(ref string, r *Registry) error {
		_, err := New(r, "").Image(context.Background(), ref, "")
		return err
	}
	says(t, ask(s.host+"/none:1", NewRegistry()), "has no image "+s.host+"/none:1")
	says(t, ask("127.0.0.1:1/app:1", NewRegistry()), "the registry 127.0.0.1:1 cannot be reached")
	says(t, ask("-v", NewRegistry()), "is not the name of an image")
	says(t, ask("a b", NewRegistry()), "is not the name of an image")

	answers := func(code int, header, value string) {
		s.answer(func(w http.ResponseWriter, _ *http.Request) bool {
			if header != "" {
				w.Header().Set(header, value)
			}
			w.WriteHeader(code)
			return true
		})
	}
	answers(http.StatusUnauthorized, "WWW-Authenticate", `Basic realm="it"`)
	says(t, ask(ref, NewRegistry()), "docker login "+s.host)
	answers(http.StatusForbidden, "", "")
	says(t, ask(ref, NewRegistry()), "docker login "+s.host)
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/manifests/") && r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			w.Write([]byte(`{"schemaVersion": 2, "layers": [`))
			return true
		}
		return false
	})
	says(t, ask(ref, NewRegistry()), "cannot be read")
	for _, size := range []string{"-1", "9000000"} {
		manifest := `{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": ` +
			size + `, "digest": "sha256:` + strings.Repeat("0", 64) + `"}, "layers": []}`
		s.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed) // GET tells the digest as well
				return true
			}
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			w.Write([]byte(manifest))
			return strings.Contains(r.URL.Path, "/manifests/")
		})
		says(t, ask(ref, NewRegistry()), "but it has more than 8388608 bytes of configuration")
	}
	s.answer(func(w http.ResponseWriter, r *http.Request) bool { // what is sent is not what the digest says
		if strings.Contains(r.URL.Path, "/blobs/") {
			w.Write([]byte("{}"))
			return true
		}
		return false
	})
	says(t, ask(ref, NewRegistry()), "cannot be read")
	s.answer(nil)

	for what, l := range map[string]limits{
		"more than 10 bytes":          {10, standard.Unpacked, standard.Entries, standard.Names},
		"more than 2000 bytes":        {standard.Compressed, 2000, standard.Entries, standard.Names},
		"more than 3 files":           {standard.Compressed, standard.Unpacked, 3, standard.Names},
		"more than 20 bytes of names": {standard.Compressed, standard.Unpacked, standard.Entries, 20},
	} {
		r := NewRegistry()
		r.limits = l
		s.forget()
		says(t, ask(ref, r), "the registry has "+ref+", but it has "+what+", and is not read")
	}
}

// TestSlow gives up on a registry that does not answer, and at once where the
// whole run ends.
func TestSlow(t *testing.T) {
	s := open(t)
	ref := s.push(t, "app:1", image(t, v1.ConfigFile{}, debian(t)))
	s.answer(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/blobs/") {
			<-r.Context().Done()
		}
		return false
	})
	i := New(NewRegistry(), "")
	i.timeout = 200 * time.Millisecond
	_, err := i.Image(context.Background(), ref, "")
	says(t, err, "the registry took longer than 200ms for the image "+ref)

	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := New(NewRegistry(), "").Image(ctx, ref, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v at the end of the run", err)
	}
}

// TestCredentials are those that docker login has stored, for that registry alone.
func TestCredentials(t *testing.T) {
	s := open(t)
	ref := s.push(t, "app:1", image(t, v1.ConfigFile{Config: v1.Config{User: "www-data"}}, debian(t)))
	s.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if user, password, _ := r.BasicAuth(); user == "me" && password == "secret" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="it"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	for host, want := range map[string]bool{s.host: true, "other.example": false} {
		dir := t.TempDir()
		t.Setenv("DOCKER_CONFIG", dir)
		login := `{"auths": {"` + host + `": {"username": "me", "password": "secret"}}}`
		if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(login), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := New(NewRegistry(), "").Image(context.Background(), ref, "")
		if (err == nil) != want {
			t.Errorf("with credentials for %s: %v", host, err)
		}
	}
}
