package base

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The head that is scanned says the same as the document that is decoded.
func TestScan(t *testing.T) {
	for _, d := range documents().all {
		b := d.whole()
		if b.Platform != d.platform || b.Of != d.of || !slices.Equal(b.Words, d.words) || !slices.Equal(b.Images, d.images) {
			t.Errorf("%s%v: decoded, it is %s%v, of %q, words %v", d.platform, d.images, b.Platform, b.Images, b.Of, b.Words)
		}
		family, known := families[b.Family]
		if d.platform != "" && (known == (b.Of != "") || family != d.family) {
			t.Errorf("%s: family %q, of %q", d.platform, b.Family, b.Of)
		}
	}
	if n := strings.Count(data, "\n---\n"); n != len(documents().all) {
		t.Errorf("%d documents are found, there are %d", len(documents().all), n)
	}
}

func TestUnknownKey(t *testing.T) {
	for _, text := range []string{"images: [a]\nuesr: x\n", "images: [a]\nvariants:\n  - tag: [x]\n", "passwd: a:b\n", "paths: [/x 1]\n", "tools: magic\n", "group: x\n"} {
		var b body
		if err := b.decode(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestSources(t *testing.T) {
	unread := 0
	for _, d := range documents().all {
		b := d.whole()
		name := d.platform + strings.Join(d.images, " ")
		if len(b.Sources) == 0 {
			t.Errorf("%s: no sources", name)
		}
		for _, s := range b.Sources {
			if u, err := url.Parse(s); err != nil || u.Scheme != "https" || !strings.Contains(u.Host, ".") || u.Path == "" {
				t.Errorf("%s: %q is no address", name, s)
			}
		}
		if b.Read == never {
			unread++
			continue
		}
		if day, err := time.Parse(time.DateOnly, b.Read); err != nil || day.Before(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: read on %q", name, b.Read)
		}
	}
	if all := len(documents().all); unread*5 > all {
		t.Errorf("the sources of %d of %d documents were never read", unread, all)
	}
}

// Every image, on each platform that its tags can name, is sound.
func TestInvariants(t *testing.T) {
	x := documents()
	for _, d := range x.all {
		for _, v := range d.whole().Variants {
			if d.platform != "" {
				m := x.standing(d)
				sound(t, d.platform, &m)
				continue
			}
			if v.On != "" {
				if x.platforms[v.On] == nil {
					t.Fatalf("%v: there is no platform %s", d.images, v.On)
				}
				sound(t, d.images[0]+" on "+v.On, x.merge(v, x.platforms[v.On]))
			}
		}
	}
}

var helpers = []string{"", "gosu", "su-exec", "setpriv", "s6", "su", "capsh", "chroot", "workers"}

func sound(t *testing.T, name string, m *Image) {
	t.Helper()
	seen, ids, gids := map[string]bool{}, map[int]string{}, map[string]bool{}
	for _, a := range m.Accounts {
		if seen[a.Name] {
			t.Errorf("%s: account %s is there twice", name, a.Name)
		}
		if other, ok := ids[a.UID]; ok {
			t.Errorf("%s: %s and %s have uid %d", name, other, a.Name, a.UID)
		}
		if !path.IsAbs(a.Home) {
			t.Errorf("%s: home of %s is %q", name, a.Name, a.Home)
		}
		seen[a.Name], ids[a.UID] = true, a.Name
	}
	for _, g := range m.Groups {
		if gids[g.Name] {
			t.Errorf("%s: group %s is there twice", name, g.Name)
		}
		gids[g.Name] = true
	}
	for what, who := range map[string]string{"user": m.User, "service": m.Service, "drops-to": m.DropsTo} {
		who, _, _ = strings.Cut(who, ":")
		if who != "" && (who[0] < '0' || who[0] > '9') && !seen[who] && !m.Unlisted {
			t.Errorf("%s: %s is %s, which is no account of it", name, what, who)
		}
	}
	if (m.Drops == "") != (m.DropsTo == "") || !slices.Contains(helpers, m.Drops) || len(m.IDs) > 0 && m.Drops == "" {
		t.Errorf("%s: drops by %q to %q, ids from %v", name, m.Drops, m.DropsTo, m.IDs)
	}
	for _, p := range m.Paths {
		if !path.IsAbs(p.Path) || path.Clean(p.Path) != p.Path || p.Mode > 0o7777 {
			t.Errorf("%s: path %+v", name, p)
		}
	}
	for _, list := range [][]string{m.Volumes, m.Writable} {
		for _, p := range list {
			if !path.IsAbs(p) || path.Clean(p) != p {
				t.Errorf("%s: %q", name, p)
			}
		}
	}
	for _, e := range m.Env {
		if !regexp.MustCompile(`^[A-Z_]+=.`).MatchString(e) {
			t.Errorf("%s: env %q", name, e)
		}
	}
}

// Every variant, and every part of a tag that it is for, is what some tag gets.
func TestReachable(t *testing.T) {
	x := documents()
	seen := map[string]bool{}
	for _, d := range x.all {
		for _, image := range d.images {
			if seen[image] || x.find(strings.Replace(image, "*", "any", 1)) != d {
				t.Errorf("%s: another document is found for it", image)
			}
			seen[image] = true
		}
		if d.images == nil {
			continue
		}
		for i, v := range d.whole().Variants {
			for _, part := range append(slices.Clone(v.Tags), "") {
				if part == "" && v.Tags != nil {
					continue
				}
				if !slices.ContainsFunc(tagsOf(v, part), func(tag string) bool {
					named := x.named(tag)
					return slices.IndexFunc(d.whole().Variants, func(o *variant) bool { return x.fits(o, tag, named) }) == i
				}) {
					t.Errorf("%v: no tag gets the variant %d for %q", d.images, i+1, part)
				}
			}
		}
	}
	for _, d := range x.worded {
		for _, w := range d.words {
			if x.named("1-"+w) != d {
				t.Errorf("%s: %s is another platform's", d.platform, w)
			}
		}
	}
}

// tagsOf are tags that a variant may be for.
func tagsOf(v *variant, part string) (out []string) {
	numbers := []string{"", "1", "999"}
	for _, n := range []release{v.From, {v.Below.major - 1, 99}, {v.Below.major, v.Below.minor - 1}} {
		if n.major > 0 && n.minor >= 0 {
			numbers = append(numbers, n.String())
		}
	}
	for _, n := range numbers {
		for _, platform := range []string{"", "alpine", "bookworm", "trixie", "noble", "jammy"} {
			out = append(out, strings.Trim(n+"-"+part+"-"+platform, "-"), strings.Trim(part+"-"+platform, "-"))
		}
	}
	return slices.DeleteFunc(out, func(tag string) bool { return tag == "" })
}

// BenchmarkFirst is what the first look-up costs, with the index made for it.
func BenchmarkFirst(b *testing.B) {
	for b.Loop() {
		x := scan(data)
		d := x.find("memcached")
		x.merge(d.whole().Variants[0], x.named("1.6-alpine3.20"))
		merged.Clear()
	}
}

// BenchmarkScan is the part of it that makes the index.
func BenchmarkScan(b *testing.B) {
	for b.Loop() {
		scan(data)
	}
}

// BenchmarkMore is a look-up of an image that was not asked for before.
func BenchmarkMore(b *testing.B) {
	text := documents().find("node").text
	for b.Loop() {
		var body body
		if err := body.decode(text); err != nil {
			b.Fatal(err)
		}
	}
}

// Look-ups of the same and of other images at the same time are one and the same.
func TestConcurrent(t *testing.T) {
	x := scan(data)
	got := make(chan string)
	for range 8 {
		go func() {
			var b strings.Builder
			for _, d := range x.all {
				b.WriteString(d.whole().Read)
				if m, ok := Lookup(strings.Join(d.images[:min(1, len(d.images))], "")); ok {
					b.WriteString(m.Source)
				}
			}
			got <- b.String()
		}()
	}
	first := <-got
	for range 7 {
		if next := <-got; next != first {
			t.Error("two look-ups differ")
		}
	}
}
