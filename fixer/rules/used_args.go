package rules

import (
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// usedArgs are the build arguments that the ids of the user that runs come from,
// under whatever names: in USER, or in the commands that make the account. One that
// there is not is empty.
func usedArgs(t *fixer.Target) (names idNames) {
	end := t.Stage.End()
	user := end.User()
	if user.In != nil && len(user.In.Words) > 0 {
		uid, gid, _ := strings.Cut(user.In.Words[0].Value, ":")
		names.user, names.group = t.ArgOf(uid), t.ArgOf(gid)
	}
	if account, ok := end.Account(user.Name); ok == rootfs.Yes && account.By != nil {
		made := accountArgs(t, account)
		names.user, names.group = or(names.user, made.user), or(names.group, made.group)
	}
	return names
}

// accountArgs are those that the commands of the Dockerfile make an account from.
func accountArgs(t *fixer.Target, account rootfs.Account) (names idNames) {
	group, _ := t.Stage.End().GroupByGID(account.GID.N)
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				switch {
				case e.Account == nil:
				case e.Kind == shell.AddUser && e.Account.Name.Text == account.Name:
					names.user = or(names.user, t.ArgOf(optionOf(e.Command, 'u', "--uid")))
				case e.Kind == shell.AddGroup && e.Account.Name.Text == group.Name:
					names.group = or(names.group, t.ArgOf(optionOf(e.Command, 'g', "--gid")))
				}
			}
		}
	}
	return names
}

// optionOf is the value of an option as a command is written, roughly: -u X, -uX,
// -mu X, --uid X and --uid=X; empty where it is not there.
func optionOf(command string, short byte, long string) string {
	words := strings.Fields(command)
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch value, given := strings.CutPrefix(w, long+"="); {
		case given:
			return value
		case w == long:
			return next
		case !strings.HasPrefix(w, "-") || strings.HasPrefix(w, "--") || len(w) < 2:
		case w[len(w)-1] == short:
			return next
		case w[1] == short:
			return w[2:]
		}
	}
	return ""
}
