// Package template writes the Dockerfile that a new service starts from: its
// user has the ids that come through build arguments, owns what the service
// writes, and is who runs.
package template

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile/base"
)

// Options say what the Dockerfile is for. All but Image and Facts may be zero.
type Options struct {
	Image string      // of FROM
	Facts *base.Image // what is known of it
	// UID and GID are the ids in force, where they are known. For others than
	// 1000 the image's own accounts are reckoned with.
	UID, GID    int
	User, Group string // the names of the account; empty: appuser and appgroup
	Numeric     bool   // write USER by number
	// UserVar and GroupVar are the variables of .env that hold the ids; empty:
	// APP_USER_ID and APP_GROUP_ID.
	UserVar, GroupVar string
}

// defaultID is what USER_ID and GROUP_ID are where nobody says otherwise.
const defaultID = 1000

// Dockerfile is the text. The error says why there can be none for the image: it
// is made for Windows, its entrypoint drops root by itself, its accounts are not
// known, or one of them has the name in Options.
func Dockerfile(o Options) (string, error) {
	o = o.complete()
	if err := o.refused(); err != nil {
		return "", err
	}
	parts := []string{header, from}
	switch {
	case !o.Facts.Shell:
		parts = []string{header, twoStages}
	case o.Facts.Tools == base.NoTools:
		parts = append(parts, o.becomeRoot(), arguments, numericStep, files, numericEnd)
	default:
		parts = append(parts, o.becomeRoot(), arguments, o.accountStep(), files, namedEnd)
	}
	return o.replacer().Replace(strings.Join(parts, "")), nil
}

// complete fills in what is left open.
func (o Options) complete() Options {
	for _, d := range []struct {
		field *string
		value string
	}{{&o.User, "appuser"}, {&o.Group, "appgroup"}, {&o.UserVar, "APP_USER_ID"}, {&o.GroupVar, "APP_GROUP_ID"}} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if o.UID == 0 {
		o.UID = defaultID
	}
	if o.GID == 0 {
		o.GID = defaultID
	}
	return o
}

// refused says why there is no Dockerfile for the image.
func (o Options) refused() error {
	switch m := o.Facts; {
	case !isImage(o.Image):
		return fmt.Errorf("%q is not the name of an image", o.Image)
	case m.Family == base.Windows:
		return fmt.Errorf("%s is made for Windows, which has neither these accounts nor COPY --chown", o.Image)
	case m.Drops != "":
		return fmt.Errorf("%s starts as root and becomes %s by itself (%s): a Dockerfile on it needs no USER, which would break that", o.Image, m.DropsTo, m.Drops)
	case m.Unlisted:
		return fmt.Errorf("the accounts of %s are not known", o.Image)
	case !m.Shell || m.Tools == base.NoTools:
		return nil
	}
	if a, ok := o.Facts.Account(o.User); ok && a.UID != o.UID {
		return fmt.Errorf("%s has an account %s with the uid %d: name another one, user in .nonroot.yaml", o.Image, o.User, a.UID)
	}
	if g, ok := o.Facts.Group(o.Group); ok && g.GID != o.GID {
		return fmt.Errorf("%s has a group %s with the gid %d: name another one, group in .nonroot.yaml", o.Image, o.Group, g.GID)
	}
	return nil
}

// isImage reports whether text may stand behind FROM as an image.
func isImage(text string) bool {
	return text != "" && text[0] != '-' && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-/:@", r))
	})
}

// inTheWay reports whether an account or group of the image has, or may have, an
// id that the user gets: ids other than the default come from outside, and
// nobody knows which others will.
func (o Options) inTheWay() bool {
	if o.UID != defaultID || o.GID != defaultID {
		return true
	}
	_, user := o.Facts.AccountByUID(defaultID)
	_, group := o.Facts.GroupByGID(defaultID)
	return user || group || slices.ContainsFunc(o.Facts.Maybe, func(a base.Account) bool {
		return a.UID == defaultID || a.GID == defaultID
	})
}

// becomeRoot is the switch to root where the image's own user is another one.
func (o Options) becomeRoot() string {
	switch o.Facts.User {
	case "", "0", "0:0", "root", "root:root":
		return ""
	}
	return toRoot
}

// accountStep makes the account: as the documents have it where nothing in the
// image can be in the way, else for whatever is there.
func (o Options) accountStep() string {
	guarded, busybox := o.inTheWay(), o.Facts.Tools == base.BusyboxAdduser
	switch {
	case guarded && busybox:
		return guardedBusybox
	case guarded:
		return guardedShadow
	case busybox:
		return plainBusybox
	}
	return plainShadow
}

// byNumber reports whether owners are written by number.
func (o Options) byNumber() bool {
	return !o.Facts.Shell || o.Facts.Tools == base.NoTools || o.inTheWay()
}

func (o Options) replacer() *strings.Replacer {
	owner, user := o.User+":"+o.Group, o.User
	if o.byNumber() {
		owner = ids
	}
	if o.byNumber() || o.Numeric {
		user = ids
	}
	return strings.NewReplacer(
		"{image}", o.Image, "{builder}", builder, "{was}", o.Facts.User, "{owner}", owner, "{run as}", user,
		"{user}", o.User, "{group}", o.Group, "{user var}", o.UserVar, "{group var}", o.GroupVar,
	)
}
