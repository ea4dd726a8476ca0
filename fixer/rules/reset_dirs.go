package rules

import (
	"strconv"

	"nonroot/fixer"
	"nonroot/fixer/makefile"
)

// ResetDirs are the directories of the host that the project's make target
// reset-permissions puts right, relative to the root, with the ids that it gives
// them to as "uid:gid". Where there is no such target there are none.
func ResetDirs(p *fixer.Project) map[string]string {
	out := map[string]string{}
	for _, shared := range p.Shared() {
		file := p.Makefile(shared.Mounts[0].Service)
		if file == nil || len(file.Find(makefile.Target)) == 0 || !isOurs(p, shared) {
			continue
		}
		uid, gid, own := ownIDs(p.IDs(), []*fixer.Shared{shared})
		if !own {
			uid, gid = p.IDs().UID, p.IDs().GID
		}
		if uid <= 0 || gid <= 0 {
			continue
		}
		for _, dir := range shared.Dirs() {
			out[dir] = strconv.Itoa(uid) + ":" + strconv.Itoa(gid)
		}
	}
	return out
}
