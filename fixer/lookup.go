package fixer

import (
	"os"

	"nonroot/dockerfile/base"
	"nonroot/fixer/settings"
)

// ReadSettings reads the settings of a root; without a file they are the zero ones.
func ReadSettings(root string) (*settings.Settings, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return readSettings(dir.FS())
}

// BaseImage is what is known of an image: what the settings say of its family
// comes before the table.
func BaseImage(set *settings.Settings, ref string) (*base.Image, bool) {
	if family, ok := set.Family(ref); ok {
		return FamilyImage(family)
	}
	return base.Lookup(ref)
}

// FamilyImage is the plain image of a family.
func FamilyImage(family settings.Family) (*base.Image, bool) { return familyBase(family) }
