// Grafana-dashboard holds dashboards to the schema of Grafana, as its own kit for Go has it: a field
// that there is not, in panels, their options and their queries too, is an error.
//
// usage: grafana-dashboard FILE…
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	code := 0
	for _, file := range os.Args[1:] {
		if err := check(file); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			code = 1
		}
	}
	os.Exit(code)
}

func check(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var read dashboard.Dashboard
	if err := read.UnmarshalJSONStrict(text); isOne(err) {
		return err
	}
	if err := read.Validate(); isOne(err) {
		return err
	}
	return nil
}

// The kit has lists of errors, which may be empty.
func isOne(err error) bool {
	return err != nil && err.Error() != ""
}
