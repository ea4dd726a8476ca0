// Package rules is what nonroot checks: one rule, one file. Rules are pure
// functions of a project; what they share is in the files that are not named
// after a rule.
package rules

import "nonroot/fixer"

// All are the rules in the order in which their fixes are made.
func All() []*fixer.Rule {
	return []*fixer.Rule{
		runAsRoot,
		idArgs,
		createUser,
		workdirOwner,
		copyChown,
		cacheOwner,
		tmpfsOwner,
		tmpfsVarTmp,
		writableDirs,
		noNewPrivileges,
		readOnlyRoot,
		serviceVolumes,
		sharedOwner,
		buildArgs,
		envIDs,
		resetPermissions,
	}
}

// ByID finds a rule, nil where there is none.
func ByID(id string) *fixer.Rule {
	for _, r := range All() {
		if r.ID == id {
			return r
		}
	}
	return nil
}
