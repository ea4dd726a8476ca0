package trial

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/fixer/trial/seen"
)

// judge makes the checks of a service from what was seen.
func (s *subject) judge(r *run) {
	if s.result.Check(CheckBuilds).Status == Failed {
		return
	}
	s.add(CheckRuns, s.runs)
	s.add(CheckLog, s.denied)
	if s.state[0] != nil && s.look[0] != nil {
		s.places(r)
	}
	for _, c := range []struct {
		id    string
		check func() (Status, []string)
	}{
		{CheckNonRoot, s.nonRoot}, {CheckNoNewPrivs, s.noNewPrivs}, {CheckReadOnly, s.readOnly}, {CheckTmpfs, s.tmpfs},
		{CheckFiles, s.files}, {CheckWorkdir, s.workdir}, {CheckWritablePaths, s.writable},
	} {
		if s.look[0] == nil {
			s.add(c.id, func() (Status, []string) { return Unknown, []string{"it could not be looked into"} })
			continue
		}
		s.add(c.id, c.check)
	}
	if s.held {
		s.result.Notes = append(s.result.Notes, "it does not run: its directories were looked at in a container of the same settings in which the probe waits")
	}
}

func (s *subject) add(id string, check func() (Status, []string)) {
	status, evidence := check()
	s.result.Checks = append(s.result.Checks, Check{id, status, evidence})
}

// runs: the service still runs after a while, and is healthy where it says how to
// find out; or it has ended without an error, as a job does.
func (s *subject) runs() (Status, []string) {
	if s.state[0] == nil {
		return Failed, orElse(s.trouble, "it was not started")
	}
	c := s.state[0]
	if c.State.Status == "created" {
		return Failed, orElse(s.trouble, "it was not started")
	}
	if s.held || !c.running() {
		if c.State.ExitCode == 0 && !c.State.OOMKilled && c.State.Error == "" {
			if again := text(s.from["restart"]); again != "" && again != "no" && !strings.HasPrefix(again, "on-failure") {
				return Failed, []string{c.ended() + ", and is to be restarted always"}
			}
			return OK, append([]string{c.ended()}, s.trouble...)
		}
		return Failed, append([]string{c.ended()}, s.trouble...)
	}
	for round, when := range []string{"", " after a restart"} {
		c := s.state[round]
		switch {
		case c == nil:
			return Failed, orElse(s.trouble, "it does not run"+when)
		case !c.running():
			return Failed, []string{c.ended() + when}
		case c.health() == "unhealthy":
			return Failed, append([]string{"it is unhealthy" + when}, c.lastHealth()...)
		case c.health() == "starting":
			return Unknown, append([]string{"its health check has said nothing" + when + " within " + healthTime.String()}, c.lastHealth()...)
		}
	}
	if len(s.trouble) > 0 {
		return Failed, s.trouble
	}
	if c.health() == "healthy" {
		return OK, []string{"healthy, and again after a restart"}
	}
	return OK, []string{"running, and again after a restart"}
}

// denied: the service does not say that it was denied something.
func (s *subject) denied() (Status, []string) {
	var out []string
	for _, g := range s.denials {
		line := g.Text
		if g.Count > 1 {
			line = fmt.Sprintf("%s (%d times)", line, g.Count)
		}
		out = append(out, line)
	}
	switch {
	case len(out) > seen.MaxListed:
		return Failed, append(out[:seen.MaxListed], fmt.Sprintf("and %d more", len(out)-seen.MaxListed))
	case len(out) > 0:
		return Failed, out
	case s.logged != nil:
		return Unknown, []string{"its log cannot be read: " + lastLine(s.logged)}
	}
	return OK, []string{"it speaks of no denied access"}
}

// lastHealth is what the health check has said last.
func (c *container) lastHealth() []string {
	if c.State.Health == nil || len(c.State.Health.Log) == 0 {
		return nil
	}
	last := c.State.Health.Log[len(c.State.Health.Log)-1]
	var out []string
	for line := range strings.Lines(last.Output) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out[max(0, len(out)-3):]
}

func orElse(lines []string, line string) []string {
	if len(lines) > 0 {
		return lines
	}
	return []string{line}
}

// nonRoot: no process of the service is root, in any of its ids.
func (s *subject) nonRoot() (Status, []string) {
	processes := service(s.look[0])
	if s.held {
		s.result.User = ids(s.look[0].UID, s.look[0].GID)
		if s.look[0].UID == 0 {
			return Failed, []string{"it starts as " + s.result.User}
		}
		return OK, []string{"it starts as " + s.result.User}
	}
	if p := first(processes); p != nil {
		s.result.User = ids(p.UIDs[1], p.GIDs[1])
	}
	if after := s.look[1]; after != nil {
		processes = append(processes, service(after)...)
	}
	if len(processes) == 0 {
		return unseen()
	}
	byIDs, root := map[string][]string{}, map[string][]string{}
	for _, p := range processes {
		key := ids(p.UIDs[1], p.GIDs[1])
		if slices.Contains(p.UIDs[:3], 0) {
			if p.UIDs[1] != 0 {
				key += " and may become root again"
			}
			add(root, key, p.Name)
		}
		add(byIDs, key, p.Name)
	}
	if len(root) > 0 {
		return Failed, groups(root)
	}
	return OK, groups(byIDs)
}

// unseen is the answer where the probe has seen no process of the service.
func unseen() (Status, []string) {
	return Unknown, []string{"no process of it was seen"}
}

func add(m map[string][]string, key, name string) {
	if !slices.Contains(m[key], name) {
		m[key] = append(m[key], name)
	}
}

// groups are lines as "1000:1000 python3, sh".
func groups(byIDs map[string][]string) []string {
	var out []string
	for _, key := range sortedKeys(byIDs) {
		names := byIDs[key]
		line := key + " " + strings.Join(names[:min(len(names), seen.MaxListed)], ", ")
		if more := len(names) - seen.MaxListed; more > 0 {
			line += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, line)
	}
	return out
}

func (s *subject) noNewPrivs() (Status, []string) {
	processes := service(s.look[0])
	if s.held {
		processes = s.look[0].Processes
	}
	if len(processes) == 0 {
		return unseen()
	}
	var without []string
	for _, p := range processes {
		if !p.NoNewPrivs && !slices.Contains(without, p.Name) {
			without = append(without, p.Name)
		}
	}
	asked := slices.ContainsFunc(texts(s.from["security_opt"]), func(opt string) bool {
		return opt == "no-new-privileges" || opt == "no-new-privileges:true" || opt == "no-new-privileges=true"
	})
	switch {
	case len(without) == 0:
		return OK, []string{"set for every process"}
	case asked:
		return Failed, []string{"asked for, and not set for " + strings.Join(without, ", ")}
	}
	return Unset, []string{"security_opt does not ask for it"}
}

func (s *subject) readOnly() (Status, []string) {
	for _, m := range s.look[0].Mounts {
		if m.Target == "/" && slices.Contains(m.Options, "ro") {
			return OK, []string{"/ is mounted read-only"}
		}
	}
	if s.from["read_only"] == true {
		return Failed, []string{"asked for, and / is mounted writable"}
	}
	return Unset, []string{"read_only is not set"}
}
