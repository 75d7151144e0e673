// Package surveys is the domain: questionnaires, scoring models, waves, invitations and responses, their rules and
// errors, and the Store they are kept in. It knows nothing of databases, HTTP or files; its subpackage surveyfile reads
// the survey file.
package surveys
