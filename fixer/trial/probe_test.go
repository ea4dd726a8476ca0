package trial

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"nonroot/fixer/trial/seen"
)

// TestProbeIsBuilt builds the probe as make probe does and compares it with what is
// in the repository: byte for byte, where it is the same Go.
func TestProbeIsBuilt(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the probe twice")
	}
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			there, err := probe(arch)
			if err != nil {
				t.Fatal(err)
			}
			info, err := buildinfo.Read(bytes.NewReader(there))
			if err != nil {
				t.Fatal(err)
			}
			if info.GoVersion != runtime.Version() {
				t.Skipf("the probe was built with %s, this is %s", info.GoVersion, runtime.Version())
			}
			file := filepath.Join(t.TempDir(), "probe")
			cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "./probe")
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOFLAGS=")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			built, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(built, there) {
				t.Error("the probe in the repository is not that of its source: make probe")
			}
		})
	}
}

func TestProbeOfOtherEngines(t *testing.T) {
	if _, err := probe("s390x"); err == nil {
		t.Error("there is a probe for s390x")
	}
}

// TestServiceProcesses: what is executed from outside, and what that starts, is not
// the service's.
func TestServiceProcesses(t *testing.T) {
	s := &seen.Sighting{Processes: []seen.Process{
		{PID: 1, Parent: 0, Name: "tini"}, {PID: 7, Parent: 1, Name: "app"}, {PID: 8, Parent: 7, Name: "worker"},
		{PID: 20, Parent: 0, Name: "probe"}, {PID: 30, Parent: 0, Name: "sh"}, {PID: 31, Parent: 30, Name: "curl"},
	}}
	var names []string
	for _, p := range service(s) {
		names = append(names, p.Name)
	}
	if want := []string{"tini", "app", "worker"}; !slices.Equal(names, want) {
		t.Errorf("the service's processes are %v, want %v", names, want)
	}
	if p := first(service(s)); p == nil || p.Name != "app" {
		t.Errorf("the first process is %v, want app", p)
	}
}
