// Package shell tells what a command line does to accounts, to the owners and
// modes of paths, and which rights it needs. It reads bash and POSIX shell; what
// it cannot tell it calls unknown, with the command, and never drops.
package shell

// Need is the rights that a command needs while an image is built. The zero
// value is the cautious one.
type Need int8

const (
	Unknown Need = iota // cannot be told: Effect.Why says what is not known
	None                // changes nothing outside of the shell itself
	User                // runs as any user that may write the working directory and HOME
	Root                // needs uid 0
)

// Kind says which fields of an Effect mean something.
type Kind int8

const (
	Run             Kind = iota // nothing is known of it but its need
	AddUser                     // Account
	AddGroup                    // Account: Name and GID
	ModUser                     // Account: what is set is changed
	ModGroup                    // Account: what is set is changed
	AddMember                   // Account: Name becomes a member of Groups
	DelUser                     // Account: Name
	DelGroup                    // Account: Name
	Mkdir                       // Paths, Mode, Parents; with Owner and Group for install -d
	Touch                       // Paths: made as empty files where they are missing
	Write                       // Paths: files that are made or overwritten
	Fill                        // Paths: directories into which files and directories of unknown names go
	Copy                        // Sources, Paths: one path, into which the sources go or which is their copy; Preserve, Mode, Owner, Group
	Move                        // Sources, Paths: as for Copy
	Link                        // Paths: symbolic or hard links
	Remove                      // Paths
	Chown                       // Paths, Owner, Group, Recursive
	Chmod                       // Paths, Mode, Recursive
	InstallPackages             // Manager, Packages
	SetCapability               // Paths: files that get capabilities
)

// Effect is one simple command, or one of the things that it does. Every simple
// command of a script has at least one Effect.
type Effect struct {
	Kind    Kind
	Need    Need
	Command string // the command as written, for messages
	Why     string // Root and Unknown: what needs root, or what cannot be told
	As      string // the user to which su, gosu, sudo -u and the like switch first; empty: the current one

	// Conditional says that the command may not run although the script
	// succeeds, Tolerated that it may fail although the script succeeds.
	Conditional, Tolerated bool
	// Sure says that it cannot fail: echo, true, export and the like.
	Sure bool
	// Opaque says that it may do more than is listed, with the rights that it has.
	Opaque bool
	// InHome says that it puts programs or data that are needed at run time
	// below HOME, where another user will not find them.
	InHome bool
	// Elevates says that it works by a setuid program: sudo, su and the like.
	Elevates bool
	// Chains are those that it stands in: a command of "x && y" where the script
	// goes on if they fail does not run behind one of the same chain that failed.
	// One that fails ends the last of its chains.
	Chains []int
	// Offset is where the command starts in the script, in bytes; in a script
	// within the script, such as that of "sh -c", it is where the outer command starts.
	Offset int
	// Guard is the account whose absence makes the command run, as in
	// "id -u app || useradd app"; such a command is not Conditional for it.
	Guard *Guard

	Account   *Account
	Paths     []Word // absolute where they are known
	Sources   []Word
	Mode      Word  // octal or symbolic, as written; empty: not given
	Umask     *Word // what the script told umask before; nil: nothing, so that it is the usual 022
	Owner     Word  // a name or an id; empty: not given
	Group     Word  // likewise
	Login     bool  // Chown: the group is the primary group of Owner: "chown app: path"
	Recursive bool
	Self      bool // where only the Prefix of a path is known, that directory is meant as well as what is below it
	Appends   bool // Write: what is there stays
	Parents   bool // Mkdir: missing parents are made
	Force     bool // Mkdir: owner and mode are set where the directory is there, too: install -d; Link, Remove: -f
	Preserve  bool // Copy: owners and modes stay those of the sources; Fill: of an archive
	IntoDir   bool // Copy, Move: the path is a directory that exists: into it
	Manager   string
	Packages  []string // as far as they are known
}

// Guard is an account or group that is asked for before a command.
type Guard struct {
	Group bool // a group, not a user
	Key   Word // a name or an id
}

// Account is what an account tool is told. Words that are not given are empty.
type Account struct {
	Tool       Tool
	Name       Word
	UID, GID   Word   // GID of a user: its primary group, by name or id
	Groups     []Word // supplementary groups
	Home       Word
	Shell      Word
	NewName    Word // ModUser, ModGroup
	CreateHome Choice
	OwnGroup   Choice // a group of the user's name is made with it
	System     bool
	NonUnique  bool // -o: the id may be taken
	NoLastlog  bool // -l
	Append     bool // ModUser: Groups are added to what the user has
}

// Choice is an option that may be left to the tool's default.
type Choice int8

const (
	Default Choice = iota
	Yes
	No
)

// Tool is a family of account tools.
type Tool int8

const (
	UnknownTool Tool = iota
	Shadow           // useradd, groupadd, usermod
	Adduser          // Debian's adduser and addgroup
	Busybox          // adduser and addgroup of busybox
)

// Word is an argument as the command gets it. Where something in it is not
// known, such as a variable without a known value, a command substitution or a
// pattern, Text is what was written and Prefix what is known of its beginning.
type Word struct {
	Text   string
	Prefix string
	Known  bool
}

// Lit is the Word that is known to be text.
func Lit(text string) Word { return Word{Text: text, Known: true} }

// Given reports whether the word is there at all.
func (w Word) Given() bool { return w.Known || w.Text != "" }

// Dialect is the language of a script. The zero value makes all of it unknown.
type Dialect int8

const (
	OtherShell Dialect = iota // cmd, PowerShell, fish: not read
	POSIX
	Bash
)

// Options are what is known where a script starts.
type Options struct {
	Dialect Dialect
	// Lookup gives the value of a variable, which is empty where it is known to
	// be unset, and whether it is known. It may be nil: nothing is known.
	Lookup func(name string) (value string, known bool)
	Dir    string // the working directory; empty: not known
	Home   string // HOME; empty: not known
	// ExitOnError says that the shell was started with -e.
	ExitOnError bool
	// Adduser is what the command adduser is here: it is Debian's, busybox's or,
	// on RHEL, another name of useradd.
	Adduser Tool
	// Left is how many bytes the values of variables may still add to the words of
	// scripts, and is counted down: each may hold the one before it twice. What is
	// beyond is not known. Nil: 1 MiB for this script.
	Left *int
}
