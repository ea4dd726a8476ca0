package tree

// New is content to be written: what Str, Bool, Nothing, Seq and Map make. Its
// quotes and layout are found where it is written.
type New struct {
	kind    Kind
	text    string
	literal bool // text is written as it is
	items   []New
	fields  []Field
}

// Field is one entry of a mapping to be written.
type Field struct {
	Key   string
	Value New
}

// Str is a scalar that reads as the string text.
func Str(text string) New { return New{kind: Scalar, text: text} }

// Bool is true or false, never quoted.
func Bool(value bool) New {
	if value {
		return New{kind: Scalar, text: "true", literal: true}
	}
	return New{kind: Scalar, text: "false", literal: true}
}

// Nothing is the value of a key that is written without one.
func Nothing() New { return New{} }

// Seq is a list.
func Seq(items ...New) New { return New{kind: Sequence, items: items} }

// Strs is a list of strings.
func Strs(texts ...string) New {
	out := New{kind: Sequence}
	for _, text := range texts {
		out.items = append(out.items, Str(text))
	}
	return out
}

// Map is a mapping whose keys stand in the order of the fields.
func Map(fields ...Field) New { return New{kind: Mapping, fields: fields} }

// Kind says what the content is.
func (n New) Kind() Kind { return n.kind }

// texts are all strings of n and its keys.
func (n New) texts(visit func(string)) {
	if n.kind == Scalar {
		visit(n.text)
	}
	for _, item := range n.items {
		item.texts(visit)
	}
	for _, f := range n.fields {
		visit(f.Key)
		f.Value.texts(visit)
	}
}

// Items are the items of a Seq.
func (n New) Items() []New { return n.items }

// Fields are the fields of a Map.
func (n New) Fields() []Field { return n.fields }
