package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"nonroot/fixer"
	"nonroot/fixer/trial"
)

var updateGolden = flag.Bool("update", false, "rewrite testdata")

// verified is a run that has a bit of everything.
func verified() *Verification {
	ok := func(id, evidence string) trial.Check {
		return trial.Check{ID: id, Status: trial.OK, Evidence: []string{evidence}}
	}
	now := trial.Service{
		Name: "api", User: "0:0", Failed: true, Notes: []string{},
		Checks: []trial.Check{
			ok(trial.CheckBuilds, "its image builds"), ok(trial.CheckRuns, "running, and again after a restart"),
			{ID: trial.CheckNonRoot, Status: trial.Failed, Evidence: []string{"0:0 python3", "0:0 \x1b[2Jsh"}},
			{ID: trial.CheckNoNewPrivs, Status: trial.Unset, Evidence: []string{"security_opt does not ask for it"}},
		},
		Places: []trial.Place{},
	}
	fixed := trial.Service{
		Name: "api", User: "1000:1000", Notes: []string{"the external volume a|b is a new, empty one"},
		Checks: []trial.Check{
			ok(trial.CheckBuilds, "its image builds"), ok(trial.CheckRuns, "running, and again after a restart"),
			ok(trial.CheckNonRoot, "1000:1000 python3"), ok(trial.CheckNoNewPrivs, "set for every process"),
			{ID: trial.CheckTmpfs, Status: trial.None, Evidence: []string{"it has no tmpfs"}},
		},
		Places: []trial.Place{
			{Path: "/app/logs", Kind: trial.KindVolume, Source: "api-logs", Owner: "1000:1000", Mode: "755", Writable: true, Lasts: true},
			{Path: "/app/.cache", Kind: trial.KindNamed, Owner: "0:0", Mode: "755", Why: "permission denied"},
			{Path: "/etc/app", Kind: trial.KindBind, Source: "./conf", Owner: "0:0", Mode: "755", ReadOnly: true, Lasts: true},
		},
	}
	broken := trial.Service{
		Name: "worker", Failed: true, Notes: []string{}, Places: []trial.Place{}, Log: []string{"Traceback:", "  \x1b]0;title\x07 <b>"},
		Checks: []trial.Check{{ID: trial.CheckRuns, Status: trial.Failed, Evidence: []string{"it ended with exit code 1"}}},
	}
	agent := trial.Service{Name: "agent", Refuse: "privileged: true gives it the whole machine", Notes: []string{}, Places: []trial.Place{}, Checks: []trial.Check{}}
	v := NewVerification("docker 26.1.5")
	v.Trials = []*Trial{
		{Name: "compose.yaml", Files: []string{"compose.yaml"}, Changed: []string{"api/Dockerfile", "compose.yaml"},
			Now: &trial.Result{Services: []trial.Service{now}}, Fixed: &trial.Result{Services: []trial.Service{fixed}}},
		{Name: "jobs/compose.yaml", Files: []string{"jobs/compose.yaml"}, Now: &trial.Result{Services: []trial.Service{agent, broken}}},
	}
	v.Add([]fixer.Problem{{Path: "old/compose.yaml", Err: errors.New("compose does not read it: \x1b[31mno\nservice")}})
	return v
}

func TestVerification(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer){
		"verify.txt":    func(b *bytes.Buffer) { VerifyText(b, verified(), Style{}) },
		"verify.colour": func(b *bytes.Buffer) { VerifyText(b, verified(), Style{Colour: true}) },
		"verify.md":     func(b *bytes.Buffer) { VerifyMarkdown(b, verified()) },
	} {
		var got bytes.Buffer
		write(&got)
		file := "testdata/" + name
		if *updateGolden {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || got.String() != string(want) {
			t.Errorf("%s differs (%v; -update rewrites it):\n%s", file, err, got.String())
		}
		if name != "verify.colour" && strings.ContainsAny(got.String(), "\x1b\x07") {
			t.Errorf("%s has a control character", file)
		}
	}
	passed, failed, refused := verified().Tally()
	if len(passed) != 1 || len(failed) != 1 || len(refused) != 1 {
		t.Errorf("passed %v, failed %v, not run %v", passed, failed, refused)
	}
}

// TestVerificationJSON: the lists are never null.
func TestVerificationJSON(t *testing.T) {
	var got bytes.Buffer
	if err := VerifyJSON(&got, NewVerification("docker")); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(got.Bytes()) || strings.Contains(got.String(), "null") {
		t.Errorf("not JSON without null:\n%s", got.String())
	}
	got.Reset()
	if err := VerifyJSON(&got, verified()); err != nil || strings.Contains(got.String(), "null") {
		t.Errorf("%v\n%s", err, got.String())
	}
}
