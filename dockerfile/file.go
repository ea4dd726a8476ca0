// Package dockerfile reads a Dockerfile into stages and instructions with the
// bytes of every word, and makes the edits that change them. BuildKit's parser
// is the judge: where this package and the parser read a file differently, the
// file is refused.
package dockerfile

import "nonroot/fixer/edit"

// File is one Dockerfile. It is read-only after Parse.
type File struct {
	Src          *edit.Source
	Escape       byte           // the escape character: '\\' or '`'
	Instructions []*Instruction // all, in file order, with the ARGs before the first FROM
	Stages       []*Stage
}

// Stage is a FROM and the instructions behind it.
type Stage struct {
	File         *File
	Index        int            // from 0
	Name         string         // behind AS, as written; empty where there is none
	From         *Instruction   // the FROM
	Base         Word           // what FROM names: an image, a stage, or either with variables in it
	Platform     string         // the value of --platform, as written
	Parent       *Stage         // the earlier stage that FROM names; nil where it names an image
	Instructions []*Instruction // those behind FROM, in file order
}

// Instruction is one instruction, from the first byte of its keyword to the
// last byte of its last line, without the line ending. Continuation lines, the
// comments between them and heredocs with their terminators lie in it.
type Instruction struct {
	edit.Range
	File     *File
	Stage    *Stage // nil before the first FROM; a FROM belongs to the stage it opens
	Index    int    // its place in File.Instructions
	Line     int    // the first physical line, from 1
	EndLine  int    // the last physical line
	Name     string // the keyword in lower case: "copy"
	Keyword  Word
	Flags    []Flag
	Words    []Word // JSON form: the elements; otherwise what lies between blanks, as BuildKit splits it
	JSON     bool   // the arguments are a JSON array
	Command  string // RUN, CMD, ENTRYPOINT, SHELL form: the text that the shell gets, continuations joined and comments dropped
	Heredocs []Heredoc
	Child    *Instruction // ONBUILD: the instruction behind it
}

// Word is an argument. Value is what BuildKit makes of the bytes: quotes are
// kept where BuildKit keeps them, JSON strings are decoded, continuations are
// joined. Variables are not expanded.
type Word struct {
	edit.Range
	Value string
}

// Flag is --name or --name=value; ValueAt is empty where there is no value.
type Flag struct {
	edit.Range
	Name, Value string
	ValueAt     edit.Range
}

// Heredoc is one here-document of a RUN, COPY or ADD. Body is the bytes between
// the line of the instruction and the terminator's line.
type Heredoc struct {
	Name    string
	Content string // as BuildKit hands it to the instruction
	Expand  bool   // variables are expanded: the name was not quoted
	Body    edit.Range
}
