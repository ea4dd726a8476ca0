package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/confined"
	"nonroot/fixer/discover"
	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
	"nonroot/fixer/settings"
	"nonroot/fixer/template"
)

// defaultBase is the image of a template that nobody chose one for.
const defaultBase = "python:3.11-slim"

func templateCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "template", Usage: useTemplate, ArgsUsage: " ", Description: descTemplate,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "base", Value: defaultBase, Usage: useBase},
			&cli.StringFlag{Name: "family", Usage: useFamily},
			&cli.StringFlag{Name: "write", Usage: useWrite},
		},
		Action: func(c *cli.Context) error { return writeTemplate(c, con) },
	}
}

// writeTemplate prints the template, or creates its file.
func writeTemplate(c *cli.Context, con *console) error {
	if c.NArg() > 0 {
		return usageError{"template takes no path: --write " + c.Args().First() + " creates that file"}
	}
	path := c.String("write")
	folder, _ := discover.SplitPath(path)
	root, err := discover.Root(folder)
	if err != nil {
		return fmt.Errorf(msgNoFolder, path, filepath.Clean(folder))
	}
	set, err := fixer.ReadSettings(root)
	if err != nil {
		return err
	}
	o := templateOptions(c.Context, root, set)
	o.Image = c.String("base")
	if err := lookUp(&o, c.String("family"), set); err != nil {
		return err
	}
	text, err := template.Dockerfile(o)
	if err != nil {
		return err
	}
	if !c.IsSet("write") {
		fmt.Fprint(con.out, text)
		return nil
	}
	if err := createFile(c.Context, path, text); err != nil {
		return err
	}
	con.say(msgTemplate, path)
	return nil
}

// lookUp puts what is known of the image into the options: as a flag says, as the
// settings say, or by the table.
func lookUp(o *template.Options, family string, set *settings.Settings) error {
	families := []string{string(settings.Debian), string(settings.RHEL), string(settings.Alpine), string(settings.Busybox), string(settings.Minimal), string(settings.None)}
	if family != "" {
		if !slices.Contains(families, family) {
			return usageError{"flag --family: " + family + " is none of " + strings.Join(families, ", ")}
		}
		o.Facts, _ = fixer.FamilyImage(settings.Family(family))
		return nil
	}
	facts, ok := fixer.BaseImage(set, o.Image)
	if !ok || facts.Unlisted {
		return fmt.Errorf(msgUnknownBase, o.Image, strings.Join(families[1:], ", "), fixer.SettingsFile, o.Image)
	}
	o.Facts = facts
	return nil
}

// templateOptions are what the root's settings and .env say.
func templateOptions(ctx context.Context, root string, set *settings.Settings) template.Options {
	o := template.Options{User: set.User, Group: set.Group}
	o.UserVar, o.GroupVar = set.EnvNames()
	o.UID, o.GID = idsOf(root, o.UserVar, o.GroupVar)
	if set.Numeric != nil {
		o.Numeric = *set.Numeric
	} else {
		o.Numeric = hasKubernetes(ctx, root, set)
	}
	return o
}

// hasKubernetes reports whether there are manifests below a root, as far as it can be read.
func hasKubernetes(ctx context.Context, root string, set *settings.Settings) bool {
	dir, err := confined.Open(root)
	if err != nil {
		return false
	}
	defer dir.Close()
	tree, err := discover.Walk(ctx, dir, root, discover.Options{Ignore: set.Ignore})
	return err == nil && tree.Kubernetes
}

// idsOf are the ids in a root's .env, 0 where it has none: what is wrong with it
// is for check to say.
func idsOf(root, userVar, groupVar string) (uid, gid int) {
	dir, err := os.OpenRoot(root) // which no symbolic link leads out of
	if err != nil {
		return 0, 0
	}
	defer dir.Close()
	env, err := envfile.Parse(&edit.Source{Path: ".env", Text: fixer.ReadEnv(dir.FS()), Secret: true})
	if err != nil {
		return 0, 0
	}
	uid, _, _ = env.Positive(userVar)
	gid, _, _ = env.Positive(groupVar)
	return uid, gid
}
