package rootfs_test

import (
	"testing"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer/edit"
)

// FuzzAnalyze asks everything of whatever parses; nothing may panic, and the
// answers must not contradict each other.
func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{
		"FROM debian AS a\nRUN useradd -u 5 app && mkdir -p /a/b && chown -R app: /a\nFROM a\nCOPY --from=a --chown=app /a /b/\nUSER app\nWORKDIR c\n",
		"ARG A=1\nFROM node:$A\nARG A\nENV B=${A:-x}\nCOPY <<E /x\ny\nE\nADD a.tar /\nRUN --mount=type=cache,target=/c ./x\nVOLUME [\"/v\"]\n",
		"FROM scratch\nCOPY --link --chmod=u+x a b /\nUSER 5:6\nONBUILD RUN x\nENTRYPOINT [\"e\"]\nCMD c\nSHELL [\"bash\"]\n",
		"FROM alpine\nRUN mv /a /b; cp -a /b /c; ln -s x y; rm -rf *; install -d -o 5 z; chmod a=u,g-s .\nWORKDIR $X\nUSER $Y\n",
		"FROM debian\nSHELL []\nRUN x\nUSER \"\"\nCOPY . $X\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := dockerfile.Parse(&edit.Source{Path: "Dockerfile", Text: text})
		if err != nil {
			return
		}
		a := rootfs.Analyze(file, rootfs.Options{})
		for _, s := range a.Stages {
			for _, in := range s.Syntax.Instructions {
				s.Run(in)
				ask(t, s.Before(in))
			}
			ask(t, s.Start())
			ask(t, s.End())
			s.LastRoot()
			s.LastUnknown()
		}
	})
}

func ask(t *testing.T, st rootfs.State) {
	u := st.User()
	if u.UID.Known && u.UID.N < 0 {
		t.Fatalf("%+v", u)
	}
	dir, known := st.Dir()
	if known && (dir == "" || dir[0] != '/') {
		t.Fatalf("work directory %q", dir)
	}
	for _, p := range []string{"/", "/a", "/a/b", "/c", dir, "/home/app"} {
		o := st.Owner(p)
		if o.Exists == rootfs.No && (o.UID.Known || o.Mode.Known || o.Doubt != nil) {
			t.Fatalf("%s is not there, but: %+v", p, o)
		}
		if o.Writable(u) == rootfs.Yes && o.Exists != rootfs.Yes {
			t.Fatalf("%s: %+v", p, o)
		}
	}
	st.Home()
	st.Shell()
	st.Tools()
	st.HasShell()
	st.Made()
	st.Account("app")
	st.AccountByUID(5)
	st.Group("app")
	st.GroupByGID(5)
	st.Expand("$A")
}
