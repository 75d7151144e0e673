// Package imports reads responses from files: CSV, gzipped CSV and Excel workbooks, told apart by content.
//
//	Mapping   how the columns of a file become items, attributes, weights and times; written as a mapping file (YAML), or
//	          that of our own CSV
//	File      an open file; Responses streams what it holds
//	Result    what was taken, repaired and refused, with places and reasons
//	Import    stores a stream of responses in batches, nothing twice
//
// A file is read from front to back in constant memory, but for 11 to 22 bytes a row where ids are made, and for workbooks,
// which are unpacked first. A cell that cannot be read is repaired: the
// answer counts as skipped, the attribute as unknown, and the result says so. A row that cannot be trusted as a whole is
// refused and written aside. What concerns the file as a whole is an error with its place.
package imports
