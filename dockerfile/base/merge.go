package base

// add puts on top of m what another layer of facts says. What they share is not
// written to.
func (m *Image) add(o *Image) {
	m.Accounts = join(m.Accounts, o.Accounts)
	m.Groups = join(m.Groups, o.Groups)
	m.Maybe = join(m.Maybe, o.Maybe)
	m.Paths = join(m.Paths, o.Paths)
	m.Env = join(m.Env, o.Env)
	m.IDs = join(m.IDs, o.IDs)
	m.Volumes = join(m.Volumes, o.Volumes)
	m.Writable = join(m.Writable, o.Writable)
	m.Setuid = join(m.Setuid, o.Setuid)
	m.Loose = m.Loose || o.Loose
	m.Unlisted = m.Unlisted || o.Unlisted
	m.Shell = m.Shell || o.Shell
	m.Adduser = m.Adduser || o.Adduser
	m.Tools = max(m.Tools, o.Tools)
	for _, f := range [...]struct{ to, from *string }{
		{&m.User, &o.User}, {&m.Workdir, &o.Workdir}, {&m.Service, &o.Service}, {&m.Manager, &o.Manager},
		{&m.Drops, &o.Drops}, {&m.DropsTo, &o.DropsTo},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if o.Started {
		m.Started, m.Entrypoint, m.Cmd, m.CmdUnknown = true, o.Entrypoint, o.Cmd, o.CmdUnknown
	}
	m.Read = max(m.Read, o.Read)
	switch {
	case m.Source == "":
		m.Source = o.Source
	case o.Source != "":
		m.Source = o.Source + "; " + m.Source
	}
}

func join[T any](a, b []T) []T {
	if len(b) == 0 {
		return a[:len(a):len(a)]
	}
	return append(a[:len(a):len(a)], b...) // a copy: the platforms are shared
}
