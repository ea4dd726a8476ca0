package tree

// documents are written in all the ways that make an edit go wrong.
var documents = map[string]string{
	"plain": "services:\n  web:\n    image: nginx\n    ports:\n      - 80:80\n      - 8080:8080\n",
	"zero-indented": `services:
  web:
    # above
    tmpfs:
    - /tmp # trails
    - /run
    # below

    security_opt:
    - no-new-privileges:true
  db: {image: postgres, tmpfs: [/tmp, "/run:mode=1777,size=1m"]}

# the end
`,
	"four": "services:\n    web:\n        build: ./web   # where\n        tmpfs:\n            -   /tmp\n            -   '/run'\n        environment:\n            A: 'x'\n            B: \"y\"\n",
	"anchors": `x-common: &common # shared
  restart: always
  tmpfs: &tmpfs
    - /tmp
x-more:
  &more
  a: 1
services:
  web:
    <<: *common
    tmpfs: *tmpfs
    user: &user "1000"
  worker:
    <<: [*common, *more]
    user: *user
  last: *common
`,
	"anchored keys": "- &m k: v\n  &n l: w\n- ! plain\n- !!str 12\n- &x !!map\n  a: b\n- !custom &y c\n- !custom\n  d: e\n- &null\n- !!null\n- *m\n",
	"flow": `a: [x, "y", 'z', ]
b: {k: v, "q":1, l: [], m: {}, n, o: , p: [a: b, {c: d}: e]}
c: [
  one,
  two # trails
]
d: [ one,
  two, # trails
  three,
]
e: {
  k: v
  , l: w
}
f: []
g: { }
h: [
]
i: [[a, b], [c]]
j: {a: {b: {c: }}}
`,
	"json": "{\n  \"services\": {\n    \"web\": {\n      \"image\": \"nginx\",\n      \"ports\": [80, 443]\n    }\n  }\n}\n",
	"block scalars": `a: |
  text
  # not a comment
b: |-
  text

  more
   # deeper


c: >+
  folded
  text

   kept

d: |2
    two
   one
# below
e:
  - |
    item
    # text
  - >-
    folded

    item
  - |+
    keeps

f: |

g: >- # said here
  x
h:
- |1
  zero
i: |
  last
  # text
`,
	"kept at the end":       "a:\n  b: |+\n    text\n\n\n",
	"stripped at the end":   "a:\n  b: |-\n    text\n    # more\n",
	"document start":        "--- # comment\n# more\na: b\nc:\n- d\n",
	"directive":             "%YAML 1.2\n# c\n---\na: b\n...\n# after\n",
	"tag directive":         "%TAG !e! tag:example.org,2000:\n---\na: !e!x b\nc: !e!y\n  d: e\n",
	"marker and flow":       "--- {a: b}\n",
	"marker and list":       "---\n- a\n-   b\n",
	"explicit keys":         "? a\n: b\n? c\n? d\n:\n  - e\n? |\n  long\n: x\n? [f, g]\n: h\n? i: j\n  k: l\n: m: n\n  o: p\n",
	"comments between":      "a:\n  # one\n  b: c\n  # two\n\n  # three\n  d:\n    # four\n    e: f\n    # five\n  # six\n# seven\n\ng:\n# eight\n- h\n# nine\n- i # ten\n",
	"multi-line plain":      "a: one\n  two\n\n  three\nb:\n  four\n  five\nd:\n  - six\n    seven\n  - eight\n\n\n    nine # end\n",
	"multi-line quoted":     "a: \"one\n  two\\\n  \\ three\n\n  four\"\nb: 'one\n\n  it''s'\nc: [\"x\n  y\", 'z\n  ']\nd: \"\\\n  \\\n  \"\n",
	"escapes":               `a: "\u00e9\x41\n\t\"\\ \U0001F600 \e\0"` + "\n" + `"k\"ey": 'it''s ''quoted'''` + "\n",
	"runes":                 "é: ünï\n\"☃\": [ä, {ö: ü}] # ß\nx: &n_a y\n",
	"tags":                  "a: !reset null\nb: !override\n  - x\nc: !reset\nd: !override [a, b]\ne: !!binary aGk=\nf: !<tag:yaml.org,2002:str> g\nh: !!set {a, b}\n",
	"compact":               "- - a\n  - b\n- - - c\n-\n  - d\n- k: v\n  l:\n  - m\n-   n: o\n    p: q\n",
	"nulls":                 "a:\nb: ~\nc: null # said\nd: # not said\ne: ''\nf:\n  - \n  - ~\n  -\n    # here\n  - x\ng: &g\nh:\n",
	"types":                 "a: 1\nb: 1.5\nc: true\nd: 2001-01-01\ne: 0x1f\nf: '1'\ng: yes\n1: one\ntrue: two\n? ~\n: three\n",
	"merge inline":          "a:\n  <<: {x: y}\n  z: w\n",
	"tabs":                  "a:\t b\t# c\nd: \"e\"\t\n",
	"value on its own line": "a:\n  b:\n    # about\n    c # trails\n  d:\n\n    e\n",
	"trailing blanks":       "a:   \n  b: c   \n  d: e  # f   \ng:\n  - h   \n   \n",
	"only a list":           "- a\n",
	"only a scalar":         "just text\n",
	"only comments":         "# nothing\n",
	"empty":                 "",
	"hash in text":          "a: b#c\nd: 'e # f'\ng: \"h # i\"\nj: k'l\"m\nn: [o#p, 'q # r']\n",
	"colons":                "a: b:c\n\"d: e\": f\n'g': h:i:j\nk: [l:m, n]\n",
	"duplicate anchors":     "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
	"long":                  "k1: 1\nk2: 1\nk3: 1\nk4: 1\nk5: 1\nk6: 1\nk7: 1\nk8: 1\nk9: 1\nk10: 1\n",
	"deeply zero-indented":  "a:\n- b:\n  - c:\n    - d\n  e:\n  - f\n",
	"quoted siblings":       "a:\n  - \"x\"\n  - \"y\"\nb:\n  - 'x'\nc:\n  - \"x\"\n  - y\nd: ['x', 'y']\n",

	// Found by fuzzing.
	"tags between brackets":     "a: {b: !x }\nc: [ !y ]\nd: {e: &z }\nf: [ !!str ]\ng: {h: !x, }\n",
	"a tab below":               "b\n\t\n",
	"a colon in the key":        "--- {a:}\n",
	"keys within keys":          "? ? ::k b\n:\n",
	"a tag of the wrong kind":   "- &x !!map\n- !!seq x\n",
	"a key of nothing but a |":  "? |\n? l\n",
	"override of nothing":       "a: !reset null\nb: !override\n",
	"a tag and then the margin": "a: b\nc:\n  !\n  d\ne: &x\n- f\n",
}
