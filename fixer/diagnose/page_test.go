package diagnose_test

import (
	"os"
	"testing"

	"nonroot/fixer/diagnose"
	"nonroot/fixer/rules"
)

// TestPage compares docs/diagnose.md with the tables.
func TestPage(t *testing.T) {
	const file = "../../docs/diagnose.md"
	if *update {
		if err := os.WriteFile(file, []byte(diagnose.Page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != diagnose.Page() {
		t.Errorf("%s is stale: run make docs (%v)", file, err)
	}
}

// TestRulesOfCauses holds the causes to the rules that exist.
func TestRulesOfCauses(t *testing.T) {
	for _, c := range diagnose.Causes {
		for _, id := range c.Rules {
			if rules.ByID(id) == nil {
				t.Errorf("%s names the rule %s, which does not exist", c.ID, id)
			}
		}
		if rules.ByID(c.ID) != nil && len(diagnose.CausesOf(c.ID)) == 0 {
			t.Errorf("the cause %s has the name of a rule that does not put it right", c.ID)
		}
	}
}
