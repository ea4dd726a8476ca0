package main

// The lines that a user sees of init and template; ui.go has the rules of wording.

const (
	msgExists      = "%s exists already, and is never overwritten: remove it first, or leave it"
	msgIsFolder    = "%s is a folder: name the file in it"
	msgNoFolder    = "%s: there is no folder %s: make it first"
	msgStarter     = "nonroot: wrote %s; all of it is comments: take the # away from what you want to set"
	msgHasSettings = "%s exists already, and is never overwritten; nonroot init --print shows what a new one would say"
	msgTemplate    = "nonroot: wrote %s; change what stands below \"Replace\", then nonroot check it"
	msgUnknownBase = "%s is not known: say what it is built on with --family debian (or %s), " +
		"or for good in %s: base-images: {%q: debian}"
)

const (
	useInit     = "write a commented .nonroot.yaml from what there is"
	useTemplate = "print a Dockerfile template for a new service"

	usePrint  = "print it, and write nothing"
	useBase   = "the `IMAGE` that the service is built on"
	useFamily = "what the image is built on, where nonroot cannot know it: `FAMILY` is debian, rhel, alpine, busybox, minimal or none"
	useWrite  = "create the file `PATH`, instead of printing"
)

const descInit = `Writes .nonroot.yaml at the root of the project that PATH (. without one) lies in: every
setting with its default, and what was found (services, base images that are not known,
directories that services share with the host or write), all as comments with a line
of explanation. A file that exists is never overwritten.

  nonroot init                           .nonroot.yaml at the root
  nonroot init --print                   on stdout, nothing is written
  nonroot init --print services/api      for the project of another folder`

const descTemplate = `Prints the Dockerfile that a new service starts from: it takes USER_ID and GROUP_ID as
build arguments, creates a user with them, owns what the service writes, and runs as it.
How that is done depends on the image: groupadd and useradd, addgroup and adduser, by
number where the image can create no account, in two stages where it has no shell.
base-images, user, group, numeric and env of .nonroot.yaml are followed.

  nonroot template                                         python:3.11-slim
  nonroot template --base node:20-slim
  nonroot template --base alpine:3.20 --write modules/Dockerfile.template
  nonroot template --base registry.example/base:1 --family debian

A file that exists is never overwritten.`
