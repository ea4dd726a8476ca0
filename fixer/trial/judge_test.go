package trial

import (
	"encoding/json"
	"strings"
	"testing"

	"nonroot/fixer/trial/seen"
)

// base is a service that passes every check.
func base() *subject {
	process := seen.Process{PID: 1, Name: "app", UIDs: [4]int{1000, 1000, 1000, 1000}, GIDs: [4]int{1000, 1000, 1000, 1000}, NoNewPrivs: true}
	look := func() *seen.Sighting {
		return &seen.Sighting{
			UID: 1000, GID: 1000, Processes: []seen.Process{process},
			Mounts: []seen.Mount{{Target: "/", Options: []string{"ro", "relatime"}}},
			Paths: []seen.Path{
				{Path: "/app", Kind: seen.Directory, UID: 1000, GID: 1000, Mode: "755", Readable: true, Why: "read-only file system"},
				{Path: "/tmp", Kind: seen.Directory, UID: 1000, GID: 1000, Mode: "1777", Readable: true, Writable: true},
				{Path: "/data", Kind: seen.Directory, UID: 1000, GID: 1000, Mode: "755", Readable: true, Writable: true},
			},
			Trees: []seen.Tree{{Path: "/app", Entries: 3}},
		}
	}
	state := func() *container {
		var c container
		text := `{"ID": "c", "State": {"Status": "running"}, "Config": {"WorkingDir": "/app"},
			"HostConfig": {"Tmpfs": {"/tmp": "uid=1000,gid=1000,mode=1777"}},
			"Mounts": [{"Type": "volume", "Name": "p_data", "Destination": "/data", "RW": true}]}`
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			panic(err)
		}
		return &c
	}
	return &subject{
		result: &Service{Name: "app"},
		from: mapping{"read_only": true, "security_opt": []any{"no-new-privileges:true"}, "volumes": []any{
			mapping{"type": "volume", "source": "data", "target": "/data"}}},
		look: [2]*seen.Sighting{look(), look()}, state: [2]*container{state(), state()},
	}
}

// TestJudge changes one thing in a service that passes, and looks at the check that
// it is about; all others must come out as before.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*subject)
		check    string
		status   Status
		evidence string
	}{
		{"fine", func(*subject) {}, CheckNonRoot, OK, "1000:1000 app"},
		{"root", func(s *subject) { s.look[0].Processes[0].UIDs = [4]int{} }, CheckNonRoot, Failed, "0:1000 app"},
		{"another process is root", func(s *subject) {
			s.look[0].Processes = append(s.look[0].Processes, seen.Process{PID: 9, Parent: 1, Name: "cron", NoNewPrivs: true})
		}, CheckNonRoot, Failed, "0:0 cron"},
		{"saved uid of root", func(s *subject) { s.look[0].Processes[0].UIDs[2] = 0 }, CheckNonRoot, Failed, "may become root again"},
		{"root after a restart", func(s *subject) { s.look[1].Processes[0].UIDs = [4]int{} }, CheckNonRoot, Failed, "0:1000 app"},
		{"a health check is root", func(s *subject) {
			s.look[0].Processes = append(s.look[0].Processes, seen.Process{PID: 9, Name: "curl"})
		}, CheckNonRoot, OK, "1000:1000 app"},
		{"privileges asked for and not taken", func(s *subject) { s.look[0].Processes[0].NoNewPrivs = false }, CheckNoNewPrivs, Failed, "app"},
		{"privileges not asked for", func(s *subject) {
			s.look[0].Processes[0].NoNewPrivs = false
			delete(s.from, "security_opt")
		}, CheckNoNewPrivs, Unset, "does not ask"},
		{"root is writable", func(s *subject) { s.look[0].Mounts[0].Options = []string{"rw"} }, CheckReadOnly, Failed, "mounted writable"},
		{"read_only is not set", func(s *subject) {
			s.look[0].Mounts[0].Options = []string{"rw"}
			delete(s.from, "read_only")
		}, CheckReadOnly, Unset, "not set"},
		{"tmpfs loses its mode", func(s *subject) {
			s.state[0].HostConfig.Tmpfs["/tmp"] = "uid=0"
			s.look[0].Paths[1].UID = 0
			s.look[1].Paths[1] = seen.Path{Path: "/tmp", Kind: seen.Directory, Mode: "755", Why: "permission denied"}
		}, CheckTmpfs, Failed, "after a restart 0:0 755: permission denied"},
		{"tmpfs is not as its options say", func(s *subject) { s.look[1].Paths[1].GID = 0 }, CheckTmpfs, Failed, "its options say gid=1000"},
		{"tmpfs is root's", func(s *subject) {
			s.state[0].HostConfig.Tmpfs["/tmp"] = ""
			s.look[0].Paths[1].UID = 0
		}, CheckTmpfs, Unset, "not the user's"},
		{"no tmpfs", func(s *subject) { s.state[0].HostConfig.Tmpfs = nil }, CheckTmpfs, None, "no tmpfs"},
		{"unreadable file", func(s *subject) { s.look[0].Trees[0].Unreadable, s.look[0].Trees[0].Closed = 1, []string{"/app/key"} }, CheckFiles, Failed, "/app/key"},
		{"files of root", func(s *subject) {
			s.look[0].Trees[0].Foreign, s.look[0].Trees[0].Others = 1, []string{"/app/x 0:0 644"}
		}, CheckFiles, Unset, "/app/x 0:0 644"},
		{"work directory is root's", func(s *subject) { s.look[0].Paths[0].UID = 0 }, CheckWorkdir, Unset, "/app 0:1000 755"},
		{"work directory cannot be read", func(s *subject) { s.look[0].Paths[0].Readable = false }, CheckWorkdir, Failed, "cannot be read"},
		{"no work directory", func(s *subject) {
			s.state[0].Config.WorkingDir = "/"
			s.look[0].Trees = nil
		}, CheckWorkdir, None, "no work directory"},
		{"volume is root's", func(s *subject) {
			s.look[0].Paths[2] = seen.Path{Path: "/data", Kind: seen.Directory, Mode: "755", Why: "permission denied"}
		}, CheckWritablePaths, Failed, "/data (volume data) 0:0 755: permission denied"},
		{"volume after a restart", func(s *subject) {
			s.look[1].Paths[2] = seen.Path{Path: "/data", Kind: seen.Directory, Mode: "755", Why: "permission denied"}
		}, CheckWritablePaths, Failed, "after a restart: permission denied"},
		{"read-only volume", func(s *subject) {
			s.state[0].Mounts[0].RW = false
			s.look[0].Paths[2].Writable = false
		}, CheckWritablePaths, None, "no volumes"},
		{"file", func(s *subject) {
			s.from["volumes"] = []any{mapping{"type": "bind", "source": "/p/conf", "target": "/data"}}
			s.look[0].Paths[2] = seen.Path{Path: "/data", Kind: seen.File, Mode: "644", Why: "permission denied"}
		}, CheckWritablePaths, Unset, "mount it with :ro"},
		{"unhealthy", func(s *subject) {
			json.Unmarshal([]byte(`{"Status": "running", "Health": {"Status": "unhealthy", "Log": [{"Output": "refused\n"}]}}`), &s.state[0].State)
		}, CheckRuns, Failed, "it is unhealthy; refused"},
		{"ends after a restart", func(s *subject) { s.state[1].State.Status, s.state[1].State.ExitCode = "exited", 3 }, CheckRuns, Failed, "exit code 3 after a restart"},
		{"a job is done", func(s *subject) { s.held = true; s.state[0].State.Status = "exited" }, CheckRuns, OK, "exit code 0"},
		{"a server ends", func(s *subject) {
			s.held = true
			s.state[0].State.Status = "exited"
			s.from["restart"] = "always"
		}, CheckRuns, Failed, "is to be restarted always"},
		{"it fails", func(s *subject) { s.held = true; s.state[0].State.Status, s.state[0].State.ExitCode = "exited", 1 }, CheckRuns, Failed, "exit code 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := base()
			c.change(s)
			s.judge(&run{model: &model{}})
			for _, check := range s.result.Checks {
				if check.ID != c.check {
					if check.Status != OK && check.Status != None {
						t.Errorf("%s is %s: %s", check.ID, check.Status, strings.Join(check.Evidence, "; "))
					}
					continue
				}
				if check.Status != c.status || !strings.Contains(strings.Join(check.Evidence, "; "), c.evidence) {
					t.Errorf("%s is %s: %q, want %s: %q", check.ID, check.Status, check.Evidence, c.status, c.evidence)
				}
			}
		})
	}
}

// TestNothingSeen: where no process of the service was seen, nothing is said of who they are.
func TestNothingSeen(t *testing.T) {
	s := base()
	for _, look := range s.look {
		look.Processes = []seen.Process{{PID: 7, Name: "probe"}}
	}
	s.judge(&run{model: &model{}})
	for _, id := range []string{CheckNonRoot, CheckNoNewPrivs} {
		if check := s.result.Check(id); check.Status != Unknown {
			t.Errorf("%s is %s: %q", id, check.Status, check.Evidence)
		}
	}
}

// TestProcessesInACircle: a list that was read while ids were taken again has an end.
func TestProcessesInACircle(t *testing.T) {
	if got := service(&seen.Sighting{Processes: []seen.Process{{PID: 8, Parent: 9}, {PID: 9, Parent: 8}, {PID: 1}}}); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// TestAgainst: what failed and what could not be looked at both speak against a
// service that builds; of a ready image, only that it does not run.
func TestAgainst(t *testing.T) {
	for _, c := range []struct {
		builds bool
		check  Check
		want   string
	}{
		{true, Check{CheckNonRoot, OK, nil}, ""},
		{true, Check{CheckTmpfs, Unset, nil}, ""},
		{true, Check{CheckTmpfs, Failed, []string{"denied"}}, "app: " + CheckTmpfs + " failed: denied"},
		{true, Check{CheckRuns, Unknown, []string{"no word"}}, "app: " + CheckRuns + " is not known: no word"},
		{false, Check{CheckTmpfs, Failed, []string{"denied"}}, ""},
		{false, Check{CheckNonRoot, Unknown, nil}, ""},
		{false, Check{CheckRuns, Failed, []string{"gone"}}, "app: " + CheckRuns + " failed: gone"},
	} {
		r := Result{Services: []Service{{Name: "app", Builds: c.builds, Checks: []Check{c.check}}}}
		if got := strings.Join(r.Against(), "\n"); got != c.want {
			t.Errorf("%v builds %v: %q, want %q", c.check, c.builds, got, c.want)
		}
	}
}
