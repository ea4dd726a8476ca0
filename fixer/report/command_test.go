package report

import "testing"

func TestCleanIsNoCommand(t *testing.T) {
	for text, want := range map[string]string{
		"# ##[set-output name=a]b":             `# #\x23[set-output name=a]b`,
		"x ##vso[task.setvariable a=b]c":       `x #\x23vso[task.setvariable a=b]c`,
		"###teamcity[a]":                       `##\x23teamcity[a]`,
		"::set-output name=a::b/Dockerfile":    `\x3a:set-output name=a::b/Dockerfile`,
		" \t::error::b":                        "  \\x3a:error::b",
		"## a heading, and [::1]:80, ::1, a::": "## a heading, and [::1]:80, ::1, a::",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
