package main

import (
	"fmt"
	"strings"

	"nonroot/fixer/report"
)

// The lines that a user sees of verify; ui.go has the rules of wording.

const (
	msgSweep = "nonroot: what an earlier run has left could not be removed: %s"
	msgKept  = "nonroot: kept: %s compose -p %s ps shows it, %s compose -p %s down -v removes it"

	msgDisproved = "nonroot: not written: %s: as fixed, %s"
	msgObserved  = "nonroot: watched for %s; what was not exercised was not seen. Put what is right into .nonroot.yaml; nonroot fix --unsafe-fixes then sets read_only with it"
	msgProved    = "nonroot: verified on %s: %s"
	msgUnproved  = "it does not pass on the engine as fixed: %s"
)

const (
	useProve        = "write only what passes on a container engine as fixed; then unsafe fixes are made, too"
	useProveTimeout = "with --verify: how long one trial may take"

	useObserve = "watch what the services write as they are, and print what of it to declare in .nonroot.yaml"
	useFor     = "with --observe: how long"
	useExec    = "with --observe: a `COMMAND` that exercises the service, run in its container"

	useVerify = "build and run the project on a container engine, and prove what it may and may not do"

	useFixed         = "try the project as fix would leave it, too; no file is touched"
	useFixedUnsafe   = "with --fixed: as fix --unsafe-fixes would leave it"
	useVerifyService = "look at this `SERVICE` only, and start what it depends on; may be repeated"
	useTimeout       = "how long one trial may take"
	useSettle        = "how long a service must run before it is looked at"
	useCopyLimit     = "how many `MB` of a directory that is mounted writable are copied for the trial"
	useKeep          = "leave what was started, to look at it"
	useVerifyFormat  = "`FORMAT` of the result: text, json or markdown"
)

const descVerify = `Builds each service that builds, starts it as its compose file says, with what it depends
on, and looks at it from the inside: who its processes are, what is mounted how, and what
can be read and written, now and after a restart. It works in images without a shell.

  nonroot verify                         the project of the current folder, as it is
  nonroot verify --fixed                 and as nonroot fix would leave it, side by side
  nonroot verify --fixed --unsafe-fixes  the same for nonroot fix --unsafe-fixes
  nonroot verify --service api           one service
  nonroot verify --format markdown       a checklist, and what is writable
  nonroot verify --observe --for 1m      what do the services write?

It runs the code of the repository, with its .env, on docker or podman: do not point it at
a stranger's. Nothing of yours is written: see docs/verify.md. Exits 0 when every check has
passed, 1 when one has failed (with --fixed: of the fixed project), 2 on an error.`

// verifySummary is the last line of verify.
func verifySummary(v *report.Verification) string {
	passed, failed, unproved := v.Tally()
	var parts []string
	if len(passed) > 0 {
		parts = append(parts, report.Plural(len(passed), "service")+" passed")
	}
	if len(failed) > 0 {
		parts = append(parts, fmt.Sprintf("%d failed: %s", len(failed), some(failed)))
	}
	if len(unproved) > 0 {
		parts = append(parts, fmt.Sprintf("%d not verified: %s", len(unproved), some(unproved)))
	}
	if len(v.Problems) > 0 {
		parts = append(parts, fmt.Sprintf("%d not done", len(v.Problems)))
	}
	if len(parts) == 0 {
		parts = append(parts, "no service to look at")
	}
	return "nonroot: " + strings.Join(parts, "; ") + " (" + v.Engine + ")"
}
