package main

import (
	"context"
	"strings"
	"time"

	"nonroot/fixer"
	"nonroot/fixer/inspect"
)

// inspectorOf is who looks into images, by the value of --inspect.
func inspectorOf(where string) (*inspect.Inspector, error) {
	switch where {
	case "engine":
		return inspect.New(inspect.NewEngine(), inspect.Folder()), nil
	case "registry":
		return inspect.New(inspect.NewRegistry(), inspect.Folder()), nil
	}
	return nil, usageError{"flag --inspect: " + where + " is neither engine nor registry"}
}

// lookInto looks into the images that are not known, where the command line asks
// for that, and says which it could not: each reason once.
func lookInto(ctx context.Context, con *console, ws *fixer.Workspace, with *inspect.Inspector) error {
	if with == nil {
		return nil
	}
	line := newProgress(con, msgInspecting, 0)
	line.next = time.Now() // the first answer may take long
	failed, err := ws.Inspect(ctx, with, line.set)
	line.hide()
	if err != nil {
		return err
	}
	var reasons []string
	refs := map[string][]string{}
	for _, f := range failed {
		reason := f.Err.Error()
		if len(refs[reason]) == 0 {
			reasons = append(reasons, reason)
		}
		refs[reason] = append(refs[reason], f.Ref)
	}
	for _, reason := range reasons {
		con.say(msgUninspected, some(refs[reason]), strings.ReplaceAll(reason, "\n", "; "))
	}
	return nil
}
