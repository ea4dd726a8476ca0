package fixer

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
)

// TestEach asserts that a project that panics, or fails, stops no other, that what is
// made of them is told in the order of paths, and that nothing is worked on twice.
func TestEach(t *testing.T) {
	var list []string
	names := []string{"a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "d/Dockerfile"}
	for _, name := range names {
		list = append(list, name, "FROM debian:12\n")
	}
	ws, err := OpenFS(Listing{FS: files(list...), Dockerfiles: names})
	if err != nil {
		t.Fatal(err)
	}
	work := func(p *Project) (string, error) {
		switch name := p.files[0].src.Path; name {
		case "b/Dockerfile":
			panic("of a test")
		case "c/Dockerfile":
			return name, errors.New("it fails")
		default:
			return name, nil
		}
	}
	var told, wrong []string
	done := func(_ *Project, name string, problems []Problem) {
		told = append(told, name)
		for _, p := range problems {
			wrong = append(wrong, p.Path)
		}
	}
	if err := Each(t.Context(), ws, work, done); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a/Dockerfile", "", "c/Dockerfile", "d/Dockerfile"}; !slices.Equal(told, want) || !slices.Equal(wrong, names[1:3]) {
		t.Errorf("told are %q, wrong are %q", told, wrong)
	}
	if err := Each(t.Context(), ws, work, done); err == nil || len(told) != len(names) {
		t.Errorf("a second time: %v, told are %q", err, told)
	}
}

// TestEachEnds ends the context while the first project is worked on: no more begin
// than can be under way, nothing is told, and Each returns.
func TestEachEnds(t *testing.T) {
	var list, names []string
	for i := range 500 {
		names = append(names, string(rune('a'+i%26))+"/"+string(rune('a'+i/26))+"/Dockerfile")
		list = append(list, names[i], "FROM debian:12\n")
	}
	ws, err := OpenFS(Listing{FS: files(list...), Dockerfiles: names})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{}, len(names))
	err = Each(ctx, ws, func(*Project) (int, error) {
		cancel()
		begun <- struct{}{}
		return 0, nil
	}, func(*Project, int, []Problem) { t.Error("it is told of") })
	if !errors.Is(err, context.Canceled) || len(begun) > runtime.GOMAXPROCS(0) {
		t.Errorf("%v; %d began", err, len(begun))
	}
}
