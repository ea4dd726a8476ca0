package trial

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"nonroot/fixer/trial/seen"
)

// The probe as make probe builds it, for the machines that run containers.
//
//go:embed probe/built/*.gz
var probes embed.FS

// probeDir is where the probe's volume is mounted, and probePath the program in it.
const (
	probeDir  = "/.nonroot-probe"
	probePath = probeDir + "/probe"
)

// probe is the program for an architecture.
func probe(arch string) ([]byte, error) {
	packed, err := probes.ReadFile("probe/built/linux-" + arch + ".gz")
	if err != nil {
		return nil, fmt.Errorf("there is no probe for engines on %s: amd64 and arm64 have one", arch)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// bringProbe makes an image of the probe alone, and from it the volume that every
// service of the trial mounts: that works wherever the engine is, and in images
// that have no shell.
func (e *Engine) bringProbe(ctx context.Context, m mark) error {
	program, err := probe(e.Arch)
	if err != nil {
		return err
	}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	w.WriteHeader(&tar.Header{Name: probeDir[1:] + "/", Typeflag: tar.TypeDir, Mode: 0o755})
	w.WriteHeader(&tar.Header{Name: probePath[1:], Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(program))})
	w.Write(program)
	if err := w.Close(); err != nil {
		return err
	}
	if _, err := e.run(ctx, &layer, "import", "--change", `ENTRYPOINT ["`+probePath+`"]`, "-", m.probeImage()); err != nil {
		return err
	}
	if err := e.makeVolume(ctx, m, m.volume("probe")); err != nil {
		return err
	}
	args := append([]string{"create"}, m.flags()...)
	_, err = e.run(ctx, nil, append(args, "--network", "none", "--volume", m.volume("probe")+":"+probeDir, m.probeImage(), "hold")...)
	return err
}

// makeVolume makes a volume of the trial.
func (e *Engine) makeVolume(ctx context.Context, m mark, name string, options ...string) error {
	args := append([]string{"volume", "create"}, m.flags()...)
	_, err := e.run(ctx, nil, append(append(args, options...), name)...)
	return err
}

// look runs the probe in a container: as the container's user, or as ids, "uid:gid".
func (e *Engine) look(ctx context.Context, container, ids string, request seen.Request) (*seen.Sighting, error) {
	question, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	args := []string{"exec"}
	if ids != "" {
		args = append(args, "--user", ids)
	}
	out, err := e.run(ctx, nil, append(args, container, probePath, "look", string(question))...)
	if err != nil {
		return nil, err
	}
	var s seen.Sighting
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		return nil, fmt.Errorf("the probe answers %.200q: %w", out, err)
	}
	return &s, nil
}

// service are the processes of the service itself: not the probe, and not what
// else was executed in the container from outside, as a health check is.
func service(s *seen.Sighting) []seen.Process {
	parent := map[int]int{}
	for _, p := range s.Processes {
		parent[p.PID] = p.Parent
	}
	var out []seen.Process
	for _, p := range s.Processes {
		top := p.PID
		for range s.Processes { // as many parents as there may be: ids that are taken again can make a circle
			if parent[top] == 0 {
				break
			}
			top = parent[top]
		}
		if top == 1 {
			out = append(out, p)
		}
	}
	return out
}

func ids(uid, gid int) string { return strconv.Itoa(uid) + ":" + strconv.Itoa(gid) }
