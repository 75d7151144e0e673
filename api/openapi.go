package api

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

//go:embed openapi.yaml
var openapiYAML []byte

// Description returns the OpenAPI description of the interface as JSON.
func Description() ([]byte, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(openapiYAML, &tree); err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	body, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("render openapi.yaml: %w", err)
	}
	return body, nil
}
