// Command clock writes the time into the work directory once a second, by way of /tmp.
package main

import (
	"log"
	"os"
	"strings"
	"time"
)

func main() {
	for {
		if err := tick(); err != nil {
			log.Fatal(err)
		}
		time.Sleep(time.Second)
	}
}

func tick() error {
	format, err := os.ReadFile("/app/format.txt")
	if err != nil {
		return err
	}
	now := time.Now().Format(strings.TrimSpace(string(format)))
	if err := os.WriteFile("/tmp/now", []byte(now), 0o644); err != nil {
		return err
	}
	return os.WriteFile("/app/now", []byte(now+"\n"), 0o644)
}
