// Package web shows paxscore to people: the passenger's form, the quality team's scores page and the documentation of the
// API, as pages that work without scripts. A handler parses, calls one thing and renders a typed page; a page is rendered
// whole before its first byte is sent, and every error has a page of its own.
package web
