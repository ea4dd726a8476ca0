package settings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"nonroot/fixer/settings"
)

type object = map[string]any

func readSchema(t *testing.T) object {
	t.Helper()
	var schema object
	if err := json.Unmarshal(settings.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(settings.Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// valid reports whether the schema accepts a document.
func valid(t *testing.T, schema *jsonschema.Schema, text string) bool {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return false
	}
	encoded, err := json.Marshal(stringKeys(value))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(decoded) == nil
}

// stringKeys makes all keys strings, as JSON has them.
func stringKeys(value any) any {
	switch value := value.(type) {
	case map[any]any:
		out := object{}
		for k, v := range value {
			out[fmt.Sprint(k)] = stringKeys(v)
		}
		return out
	case object:
		for k, v := range value {
			value[k] = stringKeys(v)
		}
	case []any:
		for i, v := range value {
			value[i] = stringKeys(v)
		}
	}
	return value
}

// TestSchemaHasTheTypes compares the keys of the schema, and their types, with
// the tags of the Go types.
func TestSchemaHasTheTypes(t *testing.T) {
	schema := readSchema(t)
	defs := schema["$defs"].(object)
	for name, c := range map[string]struct {
		schema any
		is     reflect.Type
	}{
		"the file": {schema, reflect.TypeFor[settings.Settings]()},
		"env":      {schema["properties"].(object)["env"], reflect.TypeFor[settings.Env]()},
		"service":  {defs["service"], reflect.TypeFor[settings.Service]()},
		"writable": {defs["writable"], reflect.TypeFor[settings.Writable]()},
	} {
		properties := c.schema.(object)["properties"].(object)
		fields := map[string]string{}
		for i := range c.is.NumField() {
			if key := c.is.Field(i).Tag.Get("yaml"); key != "-" {
				fields[key] = jsonType(c.is.Field(i).Type)
			}
		}
		if got, want := slices.Sorted(maps.Keys(properties)), slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has %q, the type %q", name, got, want)
		}
		for key, want := range fields {
			property, _ := properties[key].(object)
			if text, _ := property["description"].(string); !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %s is not described", name, key)
			}
			if got := schemaType(property, defs); got != want {
				t.Errorf("%s: %s is a %s in the schema, a %s in the type", name, key, got, want)
			}
		}
	}
}

// jsonType is the JSON type that a Go type is read from.
func jsonType(of reflect.Type) string {
	switch of {
	case reflect.TypeFor[settings.IDs](): // a number in Go, a word in the file
		return "string"
	case reflect.TypeFor[[]settings.BaseImage](), reflect.TypeFor[[]settings.Volume](): // in the order of the file
		return "object"
	}
	switch of.Kind() {
	case reflect.Pointer:
		return jsonType(of.Elem())
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "integer"
	case reflect.Slice:
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	}
	return of.Kind().String()
}

func schemaType(property, defs object) string {
	if ref, ok := property["$ref"].(string); ok {
		return schemaType(defs[strings.TrimPrefix(ref, "#/$defs/")].(object), defs)
	}
	if words, ok := property["enum"].([]any); ok {
		if _, ok := words[0].(string); ok {
			return "string"
		}
	}
	name, _ := property["type"].(string)
	return name
}

// TestSchemaKnowsTheWords compares the words that a key may have.
func TestSchemaKnowsTheWords(t *testing.T) {
	schema := readSchema(t)
	properties, writable := schema["properties"].(object), schema["$defs"].(object)["writable"].(object)["properties"].(object)
	for name, c := range map[string]struct {
		schema any
		want   []any
	}{
		"ids":         {properties["ids"], []any{settings.Auto.String(), settings.Fixed.String(), settings.Args.String()}},
		"base-images": {properties["base-images"].(object)["additionalProperties"], words(settings.Debian, settings.RHEL, settings.Alpine, settings.Busybox, settings.Minimal, settings.None)},
		"as":          {writable["as"], words(settings.Tmpfs, settings.NamedVolume, settings.TmpfsVolume)},
	} {
		if got := c.schema.(object)["enum"]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: the schema has %q, not %q", name, got, c.want)
		}
	}
	var none settings.Settings
	user, group := none.EnvNames()
	env := properties["env"].(object)["properties"].(object)
	if env["user-id"].(object)["default"] != user || env["group-id"].(object)["default"] != group {
		t.Error("the names of the variables are others by default")
	}
}

func words[T ~string](list ...T) (all []any) {
	for _, word := range list {
		all = append(all, string(word))
	}
	return all
}

// good are documents that are accepted, beside the whole one.
var good = []string{
	"", "# nothing\n", "{}", "null", "ids: auto", "ids: fixed", "numeric: True", "uid: 1", "gid: 4294967294", "user: _a-9", "user: abcdefghijklmnopqrstuvwxyz012345",
	"rules: {}", "rules: {a: on, b: off, c: true, d: False}", "ignore: []", "ignore: ['*.x', '!a b', 'é', '#x']", "base-images: {'*': none, 'a/b:c@sha256:d': rhel}",
	"shared: []", "shared: [a, ./b, c/d/, ./.hidden/x, a.b, '@x+y', ./.-]", "env: {}", "env: {user-id: _A1}", "services: {}", "services: {a.b_c-D1: {}, 1: {}}",
	"services: {a: {writable: []}}", "services: {a: {writable: [/a, /a/b, /.x, /-x, {path: /c}, {path: /d, as: tmpfs}, {path: /e, mode: '755'}]}}",
	"services: {a: {volumes: {}}}", "services: {a: {volumes: {./x/: /a, /x/y/: /b, v1: /c, A_.-: /d}}}", "services: {a: {home: /..a}}", "services: {a: {home: /a..}}",
}

// onlyParse are the rules between two values, which the schema does not know,
// and what the two readers of YAML see differently.
var onlyParse = []string{
	"shared: [./a, a/]", "env: {user-id: A, group-id: A}", "env: {user-id: APP_GROUP_ID}", "services: {a: {writable: [/a, {path: /a}]}}",
	"services: {a: {writable: [/a], volumes: {b1: /a}}}", "ids: auto\n---\nids: args", "ids: !!str auto", "services: {a: &x {}, b: *x}", "<<: {ids: auto}",
	"ids: auto\rnumeric: true", "# a\u2028ids: auto", "gid: 0644",
}

// more are documents that both refuse, beside those whose errors are tested.
var more = []string{
	"user: ''", "user: -a", "user: 9a", "user: abcdefghijklmnopqrstuvwxyz0123456", "user: 'é'", "user: a$", "env: {user-id: 1A}", "env: {user-id: ''}", "rules: {'': on}", "rules: {a: 'yes'}", "rules: {a: 1}", "rules: {a: }",
	"shared: ['']", "shared: [.]", "shared: [./]", "shared: [./.]", "shared: [..]", "shared: [...]", "shared: [a//b]", "shared: [a/./b]", "shared: [-a]", "shared: [./-a]", "shared: ['a b']", "shared: ['$A']", "shared: ['a:b']", "shared: [1]", "shared: [.//a]",
	"ignore: ['']", "ignore: [\"a\\nb\"]", "ignore: [\"a\\x7f\"]", "base-images: {'': debian}", "base-images: {'a$b': debian}", "services: {'': {}}", "services: {'a/b': {}}", "services: []",
	"services: {a: {home: /}}", "services: {a: {home: /a/}}", "services: {a: {home: //a}}", "services: {a: {home: /a/../b}}", "services: {a: {home: /a/./b}}", "services: {a: {home: '/a:b'}}", "services: {a: {home: '/a,b'}}", "services: {a: {home: '/a b'}}", "services: {a: {home: \"/a\\n\"}}", "services: {a: {home: /é}}", "services: {a: {home: /...}}",
	"services: {a: {writable: /a}}", "services: {a: {writable: [a]}}", "services: {a: {writable: [{path: /a, mode: '07555'}]}}", "services: {a: {writable: [{path: /a, mode: '75'}]}}", "services: {a: {writable: [{path: /a, size: 1}]}}",
	"services: {a: {volumes: {v: /a}}}", "services: {a: {volumes: {v1: a}}}", "services: {a: {volumes: {v1: }}}", "services: {a: {volumes: {'~/x': /a}}}", "services: {a: {volumes: {/: /a}}}", "services: {a: {volumes: {a/b: /a}}}", "services: {a: {volumes: {-v: /a}}}", "services: {a: {numeric: 'no'}}",
}

func TestSchemaAgreesWithParse(t *testing.T) {
	schema := compile(t)
	refused := append([]string{}, more...)
	for _, c := range bad {
		if !slices.Contains(onlyParse, c.text) {
			refused = append(refused, c.text)
		}
	}
	for _, text := range append([]string{whole}, good...) {
		if _, err := parse(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if !valid(t, schema, text) {
			t.Errorf("%q: the schema refuses it", text)
		}
	}
	for _, text := range refused {
		if _, err := parse(text); err == nil {
			t.Errorf("%q: Parse accepts it", text)
		}
		if valid(t, schema, text) {
			t.Errorf("%q: the schema accepts it", text)
		}
	}
	for _, text := range onlyParse {
		if _, err := parse(text); err == nil {
			t.Errorf("%q: Parse accepts it", text)
		}
	}
}

// TestSchemaAgreesOnRandomNames tries names and paths of the bytes that matter in them.
func TestSchemaAgreesOnRandomNames(t *testing.T) {
	schema := compile(t)
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		var name strings.Builder
		for range random.IntN(6) {
			name.WriteByte("aaZ0....//--_@+: "[random.IntN(17)])
		}
		for _, form := range []string{`user: %q`, `shared: [%q]`, `env: {user-id: %q}`, `base-images: {%q: none}`, `services: {%q: {}}`,
			`services: {a: {home: %q}}`, `services: {a: {home: "/%s"}}`, `services: {a: {volumes: {%q: /a}}}`, `services: {a: {volumes: {"./%s": /a}}}`} {
			text := fmt.Sprintf(form, name.String())
			_, err := parse(text)
			if accepts := valid(t, schema, text); accepts != (err == nil) {
				t.Fatalf("%s: the schema accepts it: %t; Parse says %v", text, accepts, err)
			}
		}
	}
}
