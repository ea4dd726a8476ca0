package compose

import (
	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// Volume is one entry of the top-level volumes as one file has it. Value is a
// mapping or a Null.
type Volume struct {
	File  *File
	Name  string
	Key   edit.Range
	Value *tree.Value
}

func (f *File) readVolumes() error {
	volumes := f.Root.Get("volumes")
	if volumes == nil || volumes.Kind == tree.Null || volumes.Tag() == "!reset" {
		return nil
	}
	if volumes.Kind != tree.Mapping {
		return edit.Refuse(volumes.Range, "volumes must be a mapping, and is %s", volumes.Kind)
	}
	for _, e := range volumes.Entries() {
		v := e.Value.Content()
		if v.Kind != tree.Mapping && v.Kind != tree.Null {
			return edit.Refuse(v.Range, "volumes.%s must be a mapping, and is %s", e.Key.Text, v.Kind)
		}
		f.Volumes = append(f.Volumes, &Volume{f, e.Key.Text, e.Key.Range, v})
	}
	return nil
}

// Driver is what driver says, nil for the default.
func (v *Volume) Driver() *tree.Value { return v.Value.Get("driver") }

// External reports whether the volume is made outside of the project.
func (v *Volume) External() bool {
	e := v.Value.Get("external")
	if e == nil || e.Kind == tree.Null {
		return false
	}
	value, known := truth(e.Text)
	return e.Kind == tree.Mapping || value || !known
}

// DriverOpts are the options of the driver in their order; their Part is nil.
func (v *Volume) DriverOpts() []KeyValue {
	opts := v.Value.Get("driver_opts")
	if opts == nil {
		return nil
	}
	return keyValues([]found{{Item: Item{Value: opts}}})
}

// AddVolume is the edit that adds an entry to the top-level volumes, which are
// made where there are none; content is a Nothing or a Map.
func (f *File) AddVolume(name string, content tree.New) (edit.Edit, error) {
	field := tree.Field{Key: name, Value: content}
	e := f.Root.Lookup("volumes")
	if !e.Found() {
		return tree.AddKeys(f.Root, "", tree.Field{Key: "volumes", Value: tree.Map(field)})
	}
	return tree.AddKeys(e.Value.Content(), "", field)
}
