// Argo-health asks a health check for Argo CD about objects, by the Lua of Argo CD: version 5.1 as
// gopher-lua has it, with the libraries that its scripts may use.
//
// usage: argo-health SCRIPT < objects.json
//
// The input is a JSON array of objects; the output an array with one health for each.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

type health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// What Argo CD takes for a health; a script that says anything else is in error.
var known = []string{"Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "argo-health:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: argo-health SCRIPT < objects.json")
	}
	script, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var objects []map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		return err
	}
	answers := make([]health, 0, len(objects))
	for _, object := range objects {
		answer, err := ask(string(script), object)
		if err != nil {
			return err
		}
		answers = append(answers, answer)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func ask(script string, object map[string]any) (health, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	libraries := map[string]lua.LGFunction{
		lua.LoadLibName:   lua.OpenPackage,
		lua.BaseLibName:   lua.OpenBase,
		lua.TabLibName:    lua.OpenTable,
		lua.StringLibName: lua.OpenString,
		lua.MathLibName:   lua.OpenMath,
	}
	for _, name := range []string{lua.LoadLibName, lua.BaseLibName, lua.TabLibName, lua.StringLibName, lua.MathLibName} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(libraries[name]), Protect: true}, lua.LString(name)); err != nil {
			return health{}, err
		}
	}
	state.SetGlobal("obj", valueOf(state, object))
	if err := state.DoString(script); err != nil {
		return health{}, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return health{}, fmt.Errorf("the script returned %s, and not a table", state.Get(-1).Type())
	}
	answer := health{Status: lua.LVAsString(table.RawGetString("status")), Message: lua.LVAsString(table.RawGetString("message"))}
	if !slices.Contains(known, answer.Status) {
		return health{}, fmt.Errorf("the script returned a health that there is not: %q", answer.Status)
	}
	return answer, nil
}

func valueOf(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := state.CreateTable(len(value), 0)
		for _, item := range value {
			table.Append(valueOf(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for key, item := range value {
			table.RawSetString(key, valueOf(state, item))
		}
		return table
	}
	return lua.LNil
}
