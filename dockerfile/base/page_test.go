package base

import (
	"fmt"
	"path"
	"strings"
	"testing"
)

const pageHead = `# Base images

What nonroot knows of base images, made by ` + "`make docs`" + ` from ` + "`dockerfile/base/images.yaml`" + `, whose first
lines explain its keys. An image that is not here is unknown: nonroot then looks at what the Dockerfile shows
(` + "`apt-get`, `apk`, `dnf`" + `), asks for a family in .nonroot.yaml, or says that it does not know.

To correct or add an entry: change the file, give the addresses that say so and the day on which you read them,
run ` + "`go test ./dockerfile/base -update`" + `, and read the difference in ` + "`dockerfile/base/testdata/lookup.golden`" + `:
it shows what the change means for each reference. To refresh an entry, read its sources again and set the day.

*Tags* are parts of a tag, alone or with a version behind it; the first row that fits is taken. *Starts as* is the
user of the image's configuration. *Accounts* are those that are not the platform's, as name uid:gid. *Drops root*
says how the entrypoint, started as root, becomes another user: such an image is to start as root, so nonroot
writes neither ` + "`USER`" + ` nor ` + "`user:`" + ` for it. *workers*: a master process stays root.

## Platforms

| platform | built on | words of a tag | shell | account tools | package manager | sources | read |
| --- | --- | --- | --- | --- | --- | --- | --- |
`

const imagesHead = `
## Images

| image | tags | on | starts as | accounts | drops root | volumes | writes | sources | read |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`

// docs/bases.md is made from the data.
func TestPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(pageHead)
	x := documents()
	for _, d := range x.all {
		if d.platform != "" {
			m := x.standing(d)
			row(&b, d.platform, d.of, strings.Join(d.words, ", "), map[bool]string{true: "yes", false: "no"}[m.Shell],
				[...]string{"none", "useradd", "adduser (busybox)"}[m.Tools], m.Manager, links(d.whole().Sources), d.whole().Read)
		}
	}
	b.WriteString(imagesHead)
	for _, d := range x.all {
		for i, v := range d.whole().Variants {
			if d.images == nil {
				continue
			}
			name, sources, read := "", "", ""
			if i == 0 {
				name, sources, read = code(d.images), links(d.whole().Sources), d.whole().Read
			}
			m := v.image
			row(&b, name, tagsText(v), v.On, m.User, accountsText(m.Accounts), dropsText(&m), code(m.Volumes), code(m.Writable), sources, read)
		}
	}
	golden(t, path.Join("..", "..", "docs", "bases.md"), b.String())
}

func row(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func links(urls []string) string {
	var out []string
	for i, u := range urls {
		out = append(out, fmt.Sprintf("[%d](%s)", i+1, u))
	}
	return strings.Join(out, " ")
}

func code(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, "`"+s+"`")
	}
	return strings.Join(out, "<br>")
}

func tagsText(v *variant) string {
	out := strings.Join(v.Tags, ", ")
	if v.From != (release{}) {
		out += " from " + v.From.String()
	}
	if v.Below != (release{}) {
		out += " below " + v.Below.String()
	}
	if out == "" {
		return "any"
	}
	return strings.TrimSpace(out)
}

func accountsText(accounts []Account) string {
	var out []string
	for _, a := range accounts {
		out = append(out, fmt.Sprintf("%s %d:%d", a.Name, a.UID, a.GID))
	}
	return strings.Join(out, "<br>")
}

func dropsText(m *Image) string {
	if m.Drops == "" {
		return ""
	}
	out := m.Drops + " to " + m.DropsTo
	if len(m.IDs) > 0 {
		out += ", ids from " + strings.Join(m.IDs, ", ")
	}
	return out
}
