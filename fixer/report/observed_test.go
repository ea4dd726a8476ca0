package report

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"nonroot/fixer/edit"
	"nonroot/fixer/settings"
	"nonroot/fixer/trial"
)

func observed() *Observed {
	o := NewObserved("docker 26.1.5")
	o.Trials = []ObservedTrial{
		{Name: "compose.yaml", Services: []trial.Observation{
			{Name: "api", User: "1000:1000", Temporary: true, Notes: []string{"the command failed: exit\ncode 1"},
				Writable: []trial.Proposal{
					{Path: "/app/logs", As: "tmpfs", Why: "by its name it may go at a restart", Files: []string{"access.log", "e\x1b[2Jrror.log"}, More: 3},
					{Path: "/app/data", As: "volume", Why: "it may have to last; a tmpfs if not", Files: []string{"db\n  evil: true"}},
					{Path: "/app/a b: c", As: "tmpfs", Why: "w", Files: []string{"f"}},
				},
				ByHand:  []trial.Written{{Path: "/app/state", Why: "it lies beside the program"}},
				Mounted: []trial.Written{{Path: "/data", Why: "kept"}}},
			{Name: "quiet", User: "0:0"},
			{Name: "agent", Refuse: "privileged: true gives it the whole machine"},
		}},
		{Name: "other/compose.yaml", Services: []trial.Observation{
			{Name: "api", Writable: []trial.Proposal{{Path: "/srv", As: "volume", Why: "w", Files: []string{"f"}}}},
		}},
	}
	return o
}

// TestObservedYAML: what is printed is a .nonroot.yaml, whatever services call their
// files.
func TestObservedYAML(t *testing.T) {
	got := ObservedYAML(observed())
	if *updateGolden {
		if err := os.WriteFile("testdata/observed.yaml", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/observed.yaml")
	if err != nil || got != string(want) {
		t.Errorf("testdata/observed.yaml differs (%v; -update rewrites it):\n%s", err, got)
	}
	set, err := settings.Parse(&edit.Source{Path: ".nonroot.yaml", Text: got})
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if w := set.Service("api").Writable; len(set.Services) != 1 || len(w) != 2 || w[0].Path != "/app/logs" || w[0].As != settings.Tmpfs || w[1].As != settings.NamedVolume {
		t.Errorf("it declares %+v", set.Services)
	}
	nothing := NewObserved("docker")
	nothing.Trials = []ObservedTrial{{Name: "compose.yaml", Services: []trial.Observation{{Name: "quiet"}}}}
	if _, err := settings.Parse(&edit.Source{Path: ".nonroot.yaml", Text: ObservedYAML(nothing)}); err != nil {
		t.Errorf("%v\n%s", err, ObservedYAML(nothing))
	}
	var text bytes.Buffer
	if err := ObservedJSON(&text, NewObserved("docker")); err != nil || strings.Contains(text.String(), "null") {
		t.Errorf("%v\n%s", err, text.String())
	}
	if !observed().Refused() || nothing.Refused() {
		t.Error("what was not watched is not counted")
	}
}
