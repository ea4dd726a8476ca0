package rules

import (
	"fmt"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var noNewPrivileges = &fixer.Rule{
	ID:       "no-new-privileges",
	Title:    "A service may gain privileges",
	Severity: "warning",
	Safety:   "safe where the image is known, else unsafe",
	Doc: `Without no-new-privileges a process can become root by a setuid program (su, sudo, a
forgotten one in the image), whatever USER says.

The fix adds ` + "`no-new-privileges:true`" + ` to security_opt, in the file's own style of lists.
It is refused where the image has sudo, a setuid program or file capabilities beyond
those that every image of its family has: sudo says that it fails, the others run
without the privilege and say nothing. Where it is not known what the image contains the
fix is unsafe. Where pre_start has containers, which would take the option over, it is
refused, too. Entrypoints that drop root with gosu, su-exec or setpriv go on working.

It is silent where the service is privileged (it has every privilege already, and what
it starts in containers of its own would inherit the option), and where its runtime is
none that runs Linux containers, such as one for WebAssembly.

` + "`no-new-privileges:false`" + ` is a decision, and stays.`,
	Check: checkNoNewPrivileges,
}

func checkNoNewPrivileges(p *fixer.Project) []fixer.Finding {
	out := make([]fixer.Finding, 0, len(p.Services))
	for _, s := range p.Services {
		if decided(s) || inherits(p, s) || s.IsPrivileged() || strangeRuntime(s) != "" {
			continue
		}
		part := s.Own()
		f := fixer.Finding{
			Severity: fixer.Warning, At: part.Key,
			Subject: part.File.Src.Path + " service " + part.Name,
			Message: s.Name + " can gain privileges by setuid programs: security_opt lacks no-new-privileges",
		}
		f.Fix, f.Refused = privilegesFix(p, s, part)
		out = append(out, f)
	}
	return out
}

// decided reports whether the service says anything about it.
func decided(s *fixer.Service) bool {
	for _, item := range s.SecurityOpt() {
		text, _ := s.Value(item.Text)
		if strings.HasPrefix(text, "no-new-privileges") {
			return true
		}
	}
	return false
}

// inherits reports whether the service extends one that is itself among the
// services, and so gets what that one gets.
func inherits(p *fixer.Project, s *fixer.Service) bool {
	for _, part := range s.Parts() {
		if part.Name != s.Name && serviceIn(p, part.File, part.Name) != nil {
			return true
		}
	}
	return false
}

func privilegesFix(p *fixer.Project, s *fixer.Service, part *compose.Service) (*fixer.Fix, error) {
	safety := fixer.Safe
	if err := preStart(s, "security_opt"); err != nil {
		return nil, err
	}
	found, complete := gains(s)
	if len(found) > 0 {
		return nil, fmt.Errorf("the image has %s, which would no longer work", found[0])
	}
	with, alike := mergers(p, part)
	complete = complete && alike
	message := "add no-new-privileges:true"
	if !complete {
		safety = fixer.Unsafe
		message += " (what the image contains is not known: a setuid program in it would no longer gain privileges)"
	}
	e, err := part.AppendTo("security_opt", []string{"no-new-privileges:true"}, compose.Options{With: with})
	if err != nil {
		return nil, err
	}
	isNew := !part.Value.Lookup("security_opt").Found()
	return &fixer.Fix{Message: message, Safety: safety, Edits: []edit.Edit{e}, Means: means(part, "security_opt", with, isNew)}, nil
}

// mergers are the services of the file that take in what the part says, by
// alias or merge key, if each of them lacks the option and loses nothing by it;
// none where one does not, so that the edit is refused. alike says that the
// images of all of them are known.
func mergers(p *fixer.Project, part *compose.Service) (names []string, alike bool) {
	alike = true
	for _, name := range sharing(part, part.Value) {
		s := serviceIn(p, part.File, name)
		if s == nil || decided(s) || preStart(s, "security_opt") != nil {
			return nil, true
		}
		found, complete := gains(s)
		if len(found) > 0 {
			return nil, true
		}
		alike = alike && complete
		names = append(names, name)
	}
	return names, alike
}

// gains are what in a service's image gains privileges; complete says that
// nothing else does, but for what every image of its family has.
func gains(s *fixer.Service) (found []string, complete bool) {
	if words := commandWords(s); len(words) > 0 && switchesUser(words[0]) {
		return []string{words[0] + " in its command"}, true
	}
	if s.Target == nil {
		facts, _ := s.ImageFacts()
		if facts == nil {
			return nil, false
		}
		return facts.Setuid, !facts.Unlisted
	}
	end := s.Target.Stage.End()
	list, complete := end.Privileges()
	for _, p := range list {
		where := ""
		if p.In != nil {
			where = fmt.Sprintf(" (%s line %d)", s.Target.File.Src.Path, p.In.Line)
		}
		found = append(found, p.What+where)
	}
	for _, x := range []rootfs.Exec{end.Entrypoint(), end.Cmd()} {
		if words := execWords(x); len(words) > 0 && switchesUser(words[0]) {
			found = append(found, words[0]+" in what it runs")
		}
	}
	return found, complete
}

func switchesUser(program string) bool {
	return program == "sudo" || program == "su" || program == "doas"
}

func execWords(x rootfs.Exec) []string {
	if len(x.Argv) == 0 {
		return nil
	}
	if x.Shell {
		return strings.Fields(x.Argv[0])
	}
	return x.Argv
}

// commandWords are the words of the service's own command.
func commandWords(s *fixer.Service) []string {
	for _, item := range []*compose.Item{s.Entrypoint(), s.Command()} {
		if item != nil {
			return fixer.ItemWords(item)
		}
	}
	return nil
}
