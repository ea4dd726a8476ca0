// Command server serves a page, and keeps the last answer in the work directory and in /tmp.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
)

func main() {
	check := flag.Bool("check", false, "ask the running server, and fail where it does")
	flag.Parse()
	if *check {
		ask()
		return
	}
	http.HandleFunc("/", serve)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func ask() {
	answer, err := http.Get("http://127.0.0.1:8080/")
	if err != nil {
		log.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		log.Fatal(answer.Status)
	}
}

func serve(w http.ResponseWriter, _ *http.Request) {
	page, err := os.ReadFile("/app/pages/index.txt")
	for _, name := range []string{"/app/last.txt", "/tmp/last.txt"} {
		if err == nil {
			err = os.WriteFile(name, page, 0o644)
		}
	}
	if err != nil {
		log.Print("failed: ", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Write(page)
}
