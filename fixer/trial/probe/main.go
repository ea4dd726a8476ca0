//go:build linux

// Command probe is what a trial brings into a container to look around there: a
// static program that needs no shell, no library and no temporary directory.
//
//	probe look REQUEST                   prints a seen.Sighting, as the user that it runs as
//	probe copy FROM TO LIMIT [DIR…]      copies a tree with its owners, and prints a seen.Copied
//	probe own UID:GID|everybody DIR      gives a tree to ids
//	probe hold                           does nothing until it is told to end
//
// make probe builds it for all architectures.
package main

import (
	"encoding/json"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"nonroot/fixer/trial/seen"
)

func main() {
	if len(os.Args) < 2 {
		fail("probe look|copy|own|hold")
	}
	switch args := os.Args[2:]; os.Args[1] {
	case "look":
		var request seen.Request
		if len(args) != 1 || json.Unmarshal([]byte(args[0]), &request) != nil {
			fail("probe look REQUEST")
		}
		answer(look(request))
	case "copy":
		limit := int64(-1)
		if len(args) >= 3 {
			limit, _ = strconv.ParseInt(args[2], 10, 64)
		}
		if limit <= 0 {
			fail("probe copy FROM TO LIMIT [DIR…]")
		}
		answer(duplicate(args[0], args[1], limit, args[3:]))
	case "own":
		if len(args) != 2 {
			fail("probe own UID:GID|everybody DIR")
		}
		if err := own(args[0], args[1]); err != nil {
			fail(err.Error())
		}
	case "hold": // whatever the service's own arguments are
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT)
		<-stop
	default:
		fail("probe: unknown " + os.Args[1])
	}
}

func answer(v any) {
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		fail(err.Error())
	}
}

func fail(text string) {
	os.Stderr.WriteString(text + "\n")
	os.Exit(2)
}
