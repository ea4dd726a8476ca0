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
	Stages       []*Stage       // none in a file that only has ARGs

	names map[string]*Stage // by lower-case name; of two with one name the later, as BuildKit has it
	top   int               // the first byte behind the byte order mark and the parser directives
	lower bool              // more keywords are in lower case than not
	habit habit             // how the file's RUNs continue a list of commands
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
	Line     int    // the first physical line, from 1; it may hold no more than a continuation character
	EndLine  int    // the last physical line
	Open     bool   // the file ends within the instruction: its last line asks for a continuation
	Name     string // the keyword in lower case: "copy"
	Keyword  Word
	Flags    []Flag
	Words    []Word // the arguments as BuildKit splits them: see Word; none for ONBUILD, whose Child has them
	JSON     bool   // the arguments (of HEALTHCHECK: those behind CMD) are a JSON array
	Command  string // shell form of RUN, CMD, ENTRYPOINT, HEALTHCHECK: the text that the shell gets, continuations joined and comments dropped
	Heredocs []Heredoc
	Child    *Instruction // ONBUILD: the instruction behind it, with the same lines and heredocs, not in File.Instructions

	outer *Instruction // the ONBUILD that this is the child of
	head  int          // the first byte of Line, behind a byte order mark
}

// Word is an argument. Value is what BuildKit makes of the bytes: quotes are
// kept where BuildKit keeps them, JSON strings are decoded, continuations are
// joined. Variables are not expanded.
//
// What is one word is BuildKit's choice too. In JSON form it is an element, and
// the range has its quotes. COPY, ADD, VOLUME, EXPOSE and FROM split at blanks;
// ARG, ENV and LABEL at blanks outside of quotes, so that a word is name=value;
// the old form "ENV name value with blanks" has two, the first without a "=".
// USER, WORKDIR, STOPSIGNAL and MAINTAINER have one, and so have RUN, CMD and
// ENTRYPOINT in shell form: the whole Command. HEALTHCHECK has CMD or NONE, and
// behind it the command likewise.
type Word struct {
	edit.Range
	Value string

	in *Instruction // nil for a keyword
}

// Flag is --name or --name=value; ValueAt is empty where there is no value.
type Flag struct {
	edit.Range
	Name, Value string
	ValueAt     edit.Range
}

// Heredoc is one here-document of a RUN, COPY or ADD. Body is the bytes between
// the line of the instruction, or the terminator before it, and the line of its
// own terminator.
type Heredoc struct {
	Name    string
	Content string // the body; behind <<- without the tabs that its lines start with
	Expand  bool   // variables are expanded: the name was not quoted
	Body    edit.Range
}
