package makefile

import (
	"errors"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func TestCompare(t *testing.T) {
	const hand = "reset-permissions:\n\tmkdir -p pipeline-data\n\tsudo chown -R $(APP_USER_ID):$(APP_GROUP_ID) pipeline-data\n"
	ours := render(t, params("pipeline-data", "my data"))
	for _, c := range []struct {
		name, text string
		dirs       []string
		why        string
	}{
		{"none", "all:\n", []string{"x"}, "is not there"},
		{"ours", ours, []string{"pipeline-data", "my data"}, ""},
		{"ours, fewer", ours, []string{"my data"}, ""},
		{"ours, more", ours, []string{"my data", "new"}, "does not name new"},
		{"by hand", hand, []string{"pipeline-data"}, ""},
		{"by hand, below", hand, []string{"pipeline-data/models/x"}, ""},
		{"by hand, others", hand, []string{"pipeline-data", "pipeline", "a b"}, "does not name pipeline, a b"},
		{"variables", "D := ./pipeline-data/\nAPP_USER_ID ?= 1000\nOWNER = $(APP_USER_ID):${APP_GROUP_ID}\nreset-permissions:\n\tchown -R $(OWNER) $(D)\n", []string{"pipeline-data"}, ""},
		{"of the shell", "reset-permissions:\n\tchown -R \"$$APP_USER_ID:$$APP_GROUP_ID\" $$PWD/a '$(CURDIR)/b c'\n", []string{"a", "b c"}, ""},
		{"other variables", "reset-permissions:\n\tchown -R $(UID):$(MY_APP_GROUP_ID) a\n", []string{"a"}, "does not use APP_USER_ID, does not use APP_GROUP_ID"},
		{"no owner", "reset-permissions:\n\tchmod -R 755 a # $(APP_USER_ID) $(APP_GROUP_ID)\n", []string{"a"}, "changes no owner"},
		{"the whole project", "reset-permissions:\n\tchown -R $(APP_USER_ID):$(APP_GROUP_ID) .\n", []string{"a"}, "does not name a"},
		{"script", "reset-permissions:\n\t./reset.sh\n", []string{"a"}, "changes no owner, does not use APP_USER_ID, does not use APP_GROUP_ID, does not name a"},
		{"no recipe", "reset-permissions:\n", []string{"a"}, "has no recipe"},
		{"by others", "reset-permissions: fix reset-permissions\nfix:\n\tchown -R $(U):$(APP_GROUP_ID) a\\ b\nreset-permissions: U = $(APP_USER_ID)\n", []string{"a b"}, ""},
		{"conditional", "ifdef X\n" + hand + "endif\n", []string{"pipeline-data"}, ""},
	} {
		for _, twin := range twins {
			same, why := parse(t, twin.of(c.text)).Compare(params(c.dirs...))
			if same != (c.why == "") || why != c.why {
				t.Errorf("%s, %s: %v %q, want %q", c.name, twin.name, same, why, c.why)
			}
		}
	}
}

func TestExtend(t *testing.T) {
	src := &edit.Source{Path: "Makefile", Text: appended(t, ".RECIPEPREFIX = >\r\nall:\r\n>echo\r\n", params("a", "b c")) + "\r\nother:\r\n"}
	f, err := Parse(src)
	must(t, err)
	e, err := f.Extend(params("b c", "d e", "a", "f"))
	must(t, err)
	after, err := edit.Apply(src, []edit.Edit{e})
	must(t, err)
	want := strings.Replace(src.Text, `set -- "a" "b c"; \`, `set -- "a" "b c" "d e" "f"; \`, 1)
	if after.Text != want || want == src.Text {
		t.Errorf("%q", after.Text)
	}
	if e, err := f.Extend(params("a")); err != nil || e.New != "" {
		t.Errorf("nothing to add: %+v %v", e, err)
	}
}

func TestExtendRefuses(t *testing.T) {
	ours := render(t, params("a"))
	for name, text := range map[string]string{
		"none":     "all:\n",
		"two":      ours + "\n" + Target + ":\n",
		"by hand":  "reset-permissions:\n\tchown -R 1:1 a\n",
		"changed":  strings.Replace(ours, "chmod 644", "chmod 640", 1),
		"one more": ours + "\techo done\n",
		"odd list": strings.Replace(ours, `set -- "a"`, `set -- "a" "b"c`, 1),
		"bad list": strings.Replace(ours, `set -- "a"`, `set -- "/"`, 1),
		"no end":   strings.Replace(ours, `set -- "a"; \`, `set -- "a`, 1),
	} {
		_, err := parse(t, text).Extend(params("a", "b"))
		if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := parse(t, ours).Extend(params("a", "/")); err == nil {
		t.Error("a directory that is not usable was added")
	}
	other := params("a", "b")
	other.UserVar = "MY_UID"
	if _, err := parse(t, ours).Extend(other); err == nil {
		t.Error("a target with other variables was extended")
	}
}
