// Package api is the JSON interface for programs: routes over gin, request and response types in snake_case, and the
// OpenAPI description of them. A handler reads its input strictly, calls one thing and writes the answer; errors are
// problem+json, mapped in one place (middleware.ProblemFor).
package api
