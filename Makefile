# make help lists the targets.
GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help build test short lint docs e2e e2e-all update fault content soak fuzz bench big-log probe

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## build ./nonroot
	$(GO) build -o nonroot ./cmd/nonroot

test: ## all tests that need no engine, with the race detector
	$(GO) test -race ./...

short: ## the same without the race detector
	$(GO) test ./...

lint: ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt would change these"; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags e2e ./cmd/nonroot ./fixer/inspect ./fixer/trial
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(STATICCHECK) -tags e2e ./cmd/nonroot ./fixer/inspect ./fixer/trial

docs: ## make docs/rules from the rules, docs/diagnose.md from the forms of logs, docs/bases.md from the facts on base images
	$(GO) test ./fixer/rules -run TestPages -update
	$(GO) test ./dockerfile/base -run TestPage -update
	$(GO) test ./fixer/diagnose -run TestPage -update

update: ## rewrite the expected parts of the cases: read the diff before committing
	$(GO) test ./fixer/rules -run 'TestCases|TestPages' -update
	$(GO) test ./cmd/nonroot -run 'TestGolden|TestScripts' -update
	$(GO) test ./fixer/diagnose -run 'TestAttribution|TestPage' -update

e2e: ## build and run the projects on a Docker engine, where one answers
	$(GO) test -tags e2e -count=1 -timeout 20m -v ./cmd/nonroot -run 'TestFirstDocument|TestSecondDocument|TestBases|TestCommonErrors|TestTrapPremises'

e2e-all: ## all of them, every trap before and after, and what we say of images against what is in them; UPDATE=-update writes docs/engine.md
	$(GO) test -tags e2e -count=1 -timeout 40m -v ./cmd/nonroot -run 'TestFirstDocument|TestSecondDocument|TestBases|TestCommonErrors|TestTemplate'
	$(GO) test -tags e2e -count=1 -timeout 20m -v ./cmd/nonroot -run TestTrap $(UPDATE)
	$(GO) test -tags e2e -count=1 -timeout 20m -v ./dockerfile/rootfs -run TestDifferential
	$(GO) test -tags e2e -count=1 -timeout 30m -v ./cmd/nonroot -run 'TestVerify|TestFixVerify|TestObserve'
	$(GO) test -tags e2e -count=1 -timeout 20m -v ./fixer/trial -run 'TestCleanup|TestTwoAtOnce|TestSweep'
	$(GO) test -tags e2e -count=1 -timeout 10m -v ./fixer/inspect -run TestEngine

fault: ## kill the built command a hundred times while it writes, and every fault of the writer
	NONROOT_TEST_KILLS=100 $(GO) test ./cmd/nonroot -run 'TestKillNine|TestCtrlC' -count=1 -timeout 30m -v
	$(GO) test ./fixer/write -count=1

content: ## ten thousand of everything in one file, and contents that take seconds, with what they cost
	NONROOT_TEST_FULL=1 $(GO) test ./cmd/nonroot -run 'TestContent$$|TestCount$$' -count=1 -timeout 30m -v

soak: ## check and fix copies of a folder of repositories, every invariant asserted: make soak DIR=folder
	$(GO) test ./fixer/rules -run TestSoak -count=1 -timeout 30m -v -soak '$(abspath $(DIR))'

# What make fuzz runs, as package:function. The first five are those that matter most:
# the scan against BuildKit's parser, edits of YAML against yaml.v3, diffs against git
# apply, whole fixes of generated projects, and the settings.
FUZZTIME ?= 1m
FUZZ ?= dockerfile:FuzzParse compose/tree:FuzzRanges fixer/edit:FuzzDiff fixer/rules:FuzzFix fixer/settings:FuzzParse \
	dockerfile:FuzzEdit dockerfile/rootfs:FuzzAnalyze dockerfile/shell:FuzzAnalyze dockerfile/shell:FuzzPlainTree compose:FuzzParse compose:FuzzInterpolate \
	compose/tree:FuzzParse fixer/edit:FuzzApply fixer/envfile:FuzzAdd fixer/makefile:FuzzAppend \
	fixer/discover/gitignore:FuzzParse fixer/diagnose:FuzzScan fixer/inspect:FuzzLook

fuzz: ## all fuzz tests, a minute each: FUZZTIME=10m for longer, FUZZ=package:function for one
	@for target in $(FUZZ); do \
	  echo "$$target"; \
	  $(GO) test ./$${target%:*} -run '^$$' -fuzz "^$${target#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s || exit 1; done

bench: ## time and memory: each layer by itself, then whole runs against the least that reading the same files takes
	$(GO) test ./dockerfile ./compose ./fixer/edit ./fixer/rules -run '^$$' -bench . -benchtime 300ms
	$(GO) run ./cmd/bench

big-log: ## read a log of 500 MB, and say how fast and in how much memory
	NONROOT_LOG_MB=500 $(GO) test ./fixer/diagnose -run TestMemory -count=1 -v

probe: ## build the program that verify brings into containers, for all engines, and pack it
	@for arch in amd64 arm64; do \
	  CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GO) build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o fixer/trial/probe/built/linux-$$arch ./fixer/trial/probe && \
	  gzip -9nf fixer/trial/probe/built/linux-$$arch || exit 1; done
