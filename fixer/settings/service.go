package settings

import "gopkg.in/yaml.v3"

func (p *parser) services(n *yaml.Node, where string) map[string]*Service {
	services := map[string]*Service{}
	p.entries(n, where, func(key, value *yaml.Node, where string) {
		if !isServiceName(key.Value) {
			p.wrong(key, where, "the name of a service (letters, digits and . _ -)")
		}
		services[key.Value] = p.service(key, value, where)
	})
	return services
}

func (p *parser) service(key, n *yaml.Node, where string) *Service {
	s := &Service{At: p.at(key)}
	targets := map[string]bool{}
	p.keys(n, where, map[string]read{
		"user":     func(n *yaml.Node, where string) { s.User = p.text(n, where, userName, isUserName) },
		"group":    func(n *yaml.Node, where string) { s.Group = p.text(n, where, userName, isUserName) },
		"uid":      func(n *yaml.Node, where string) { s.UID = p.id(n, where) },
		"gid":      func(n *yaml.Node, where string) { s.GID = p.id(n, where) },
		"home":     func(n *yaml.Node, where string) { s.Home = p.text(n, where, containerPath, isContainerPath) },
		"numeric":  func(n *yaml.Node, where string) { s.Numeric = p.boolean(n, where) },
		"writable": func(n *yaml.Node, where string) { s.Writable = p.writables(n, where, targets) },
		"volumes":  func(n *yaml.Node, where string) { s.Volumes = p.volumes(n, where, targets) },
	})
	return s
}

// writables reads a list of directories; targets are those that the service has
// already, since one directory cannot be two things.
func (p *parser) writables(n *yaml.Node, where string, targets map[string]bool) []Writable {
	var all []Writable
	p.items(n, where, "directories", func(n *yaml.Node, where string) {
		w := p.writable(n, where)
		if w.Path != "" && p.once(n, where, w.Path, targets) {
			all = append(all, w)
		}
	})
	return all
}

func (p *parser) writable(n *yaml.Node, where string) Writable {
	w := Writable{As: Tmpfs, At: p.at(n)}
	if n.Kind != yaml.MappingNode {
		w.Path = p.text(n, where, containerPath, isContainerPath)
		return w
	}
	before := len(p.errs)
	p.keys(n, where, map[string]read{
		"path": func(n *yaml.Node, where string) { w.Path = p.text(n, where, containerPath, isContainerPath) },
		"as": func(n *yaml.Node, where string) {
			w.As = Storage(p.word(n, where, string(Tmpfs), string(NamedVolume), string(TmpfsVolume)))
		},
		"mode": func(n *yaml.Node, where string) {
			w.Mode = p.text(n, where, `a mode in quotes, like "0755" (three or four octal digits),`, isMode)
		},
	})
	if w.Path == "" && len(p.errs) == before {
		p.fail(p.at(n), "%s: path is missing", where)
	}
	return w
}

func (p *parser) volumes(n *yaml.Node, where string, targets map[string]bool) []Volume {
	var all []Volume
	p.entries(n, where, func(key, value *yaml.Node, where string) {
		if !isVolumeSource(key.Value) {
			p.wrong(key, where, volumeSource)
		}
		target := p.text(value, where, containerPath, isContainerPath)
		if target != "" && p.once(value, where, target, targets) {
			all = append(all, Volume{key.Value, target, p.at(key)})
		}
	})
	return all
}

// once notes a directory of a service, and is false where it was noted before.
func (p *parser) once(n *yaml.Node, where, path string, targets map[string]bool) bool {
	if targets[path] {
		p.fail(p.at(n), "%s: %s is given twice for this service", where, path)
		return false
	}
	targets[path] = true
	return true
}
