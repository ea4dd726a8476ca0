package trial

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Everything that a trial makes on an engine says so: containers, networks and
// volumes by labels, images by their names. A later run finds by them what a run
// that was killed has left, once its time is over.
const (
	labelTrial = "nonroot.trial"       // the id of the trial
	labelUntil = "nonroot.trial.until" // when nothing of it is in use any more: Unix time; "keep" with --keep
	namePrefix = "nonroot-trial-"      // of images and of the compose project
	kept       = "keep"
)

// grace is how long a trial may take to clean up when its time is over.
const grace = 3 * time.Minute

// mark is the identity of one trial on the engine.
type mark struct {
	id    string
	until string
}

func newMark(timeout time.Duration, keep bool) mark {
	var raw [6]byte
	rand.Read(raw[:]) // never fails
	m := mark{id: hex.EncodeToString(raw[:]), until: kept}
	if !keep {
		m.until = strconv.FormatInt(time.Now().Add(timeout+grace).Unix(), 10)
	}
	return m
}

// project is the name of the compose project.
func (m mark) project() string { return namePrefix + m.id }

// image is the n-th image that the trial builds.
func (m mark) image(n int) string { return fmt.Sprintf("%s%s-%d:%s", namePrefix, m.id, n, m.until) }

// probeImage holds the probe.
func (m mark) probeImage() string { return namePrefix + m.id + "-probe:" + m.until }

// volume is a volume of the trial that compose does not make.
func (m mark) volume(name string) string { return namePrefix + m.id + "-" + name }

// labels are those of a compose model.
func (m mark) labels() map[string]any {
	return map[string]any{labelTrial: m.id, labelUntil: m.until}
}

// flags are the labels as flags of a command.
func (m mark) flags() []string {
	return []string{"--label", labelTrial + "=" + m.id, "--label", labelUntil + "=" + m.until}
}

// over reports whether what is marked so belongs to a trial whose time is over.
func over(until string, now time.Time) bool {
	at, err := strconv.ParseInt(strings.TrimSpace(until), 10, 64)
	return err == nil && now.Unix() > at
}
