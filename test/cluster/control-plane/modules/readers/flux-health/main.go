// Flux-health asks Flux about the health of objects, by the code of its controllers: with the
// expressions of a Kustomization where there are some, or else as it judges objects by itself.
//
// usage: flux-health < question.json
//
// The input is {"expressions": {"current": "…", "inProgress": "…", "failed": "…"}, "objects": […]},
// the output an array with a status for each object.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type question struct {
	Expressions *kustomize.HealthCheckExpressions `json:"expressions"`
	Objects     []unstructured.Unstructured       `json:"objects"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "flux-health:", err)
		os.Exit(1)
	}
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	judge := status.Compute
	if asked.Expressions != nil {
		evaluator, err := cel.NewStatusEvaluator(asked.Expressions)
		if err != nil {
			return err
		}
		judge = func(object *unstructured.Unstructured) (*status.Result, error) {
			return evaluator.Evaluate(context.Background(), object)
		}
	}
	answers := make([]status.Status, 0, len(asked.Objects))
	for _, object := range asked.Objects {
		result, err := judge(&object)
		if err != nil {
			// Flux goes on waiting where an expression asks for a field that there is not.
			result = &status.Result{Status: status.UnknownStatus}
		}
		answers = append(answers, result.Status)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}
