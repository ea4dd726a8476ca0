package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// container is what docker inspect says, as far as a trial asks.
type container struct {
	ID    string
	Image string
	State struct {
		Status     string
		ExitCode   int
		OOMKilled  bool
		Error      string
		StartedAt  string
		FinishedAt string
		Health     *struct {
			Status string
			Log    []struct {
				ExitCode int
				Output   string
			}
		}
	}
	Config struct {
		User       string
		WorkingDir string
		Volumes    map[string]any
	}
	HostConfig struct {
		ReadonlyRootfs bool
		SecurityOpt    []string
		Tmpfs          map[string]string
	}
	Mounts []struct {
		Type, Name, Source, Destination string
		RW                              bool
	}
}

func (e *Engine) inspect(ctx context.Context, id string) (*container, error) {
	out, err := e.run(ctx, nil, "container", "inspect", id)
	if err != nil {
		return nil, err
	}
	var list []*container
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 {
		return nil, fmt.Errorf("%s container inspect answers %.200q", e.Name, out)
	}
	return list[0], nil
}

func (c *container) running() bool { return c.State.Status == "running" }

// health is healthy, unhealthy or starting; empty where there is no check.
func (c *container) health() string {
	if c.State.Health == nil || c.State.Health.Status == "none" {
		return ""
	}
	return c.State.Health.Status
}

// ended says how a container ended.
func (c *container) ended() string {
	switch {
	case c.State.Error != "":
		return "it does not start: " + c.State.Error
	case c.State.OOMKilled:
		return "it ran out of memory and was killed"
	}
	return fmt.Sprintf("it ended with exit code %d", c.State.ExitCode)
}

// containers are those of the trial's services.
func (r *run) containers(ctx context.Context) (map[string]string, error) {
	out, err := r.run(ctx, nil, "ps", "--all", "--no-trunc", "--filter", "label="+labelTrial+"="+r.mark.id,
		"--format", `{{.ID}} {{.Label "com.docker.compose.service"}} {{.Label "com.docker.compose.oneoff"}}`)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[2] != "True" {
			found[fields[1]] = fields[0]
		}
	}
	return found, nil
}

// logs are the last lines that a container has printed.
func (e *Engine) logs(ctx context.Context, id string) []string {
	both := &tail{}
	if err := e.stream(ctx, command{args: []string{"logs", "--tail", "20", id}, stdout: both, stderr: both}); err != nil && len(both.lines()) == 0 {
		return []string{"its log cannot be read: " + lastLine(err)}
	}
	return both.lines()
}
