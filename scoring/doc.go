// Package scoring turns ratings into item, dimension and overall scores, screens responses, and estimates means, shares
// and differences with their design-based errors (METHOD sections 3 to 8). It has no I/O and no clock; responses come
// from scoring/columns, numerics from scoring/stats.
package scoring
