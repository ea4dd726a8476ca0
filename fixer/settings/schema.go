package settings

import _ "embed" // for the schema

// Schema is the JSON Schema of .nonroot.yaml, for editors. It accepts what Parse
// accepts, but for rules between two values, which Parse alone checks.
//
//go:embed schema.json
var Schema []byte
