// Package exports writes reports and responses as files: Excel workbooks and CSV, streamed.
//
// # Our own CSV
//
// ResponsesCSV, and each sheet of ResponsesXLSX, holds one response a row under a header of our keys:
//
//	response_id      the UUID of the response
//	id               the respondent's reference, only where Options.Respondents asks for it
//	survey_version   the version of the questionnaire that was answered
//	wave             key of the wave, empty for none
//	submitted_at     RFC 3339 in UTC in CSV, a date with time in UTC in Excel; empty if unknown
//	received_at      likewise
//	mode             web, qr, kiosk, interview, telephone, import
//	language         BCP 47 tag
//	seconds          time taken, empty if unknown
//	response_weight  the base weight, before it is weighted to a population
//	case_weight      the weight with which the report counts the response; empty where it does not
//	verdict          valid, duplicate, careless, break_off: what the report made of the response
//
// then every attribute and every item of the questionnaire, each under its key, in the order asked. The value of a closed
// item is its rating in the units of its scale, or
//
//	NA       the passenger said that the question does not apply
//	NR       the question was not asked (routing)
//	(empty)  asked and not answered
//
// A rating is always a number, so the codes cannot be mistaken for one.
//
// CSV follows RFC 4180: UTF-8 without a byte order mark, lines that end in CR LF, quotes where a field needs them. Line
// ends inside a comment are LF once read. Characters that have no place in text (control characters other than tab and
// line feed, half surrogates, broken UTF-8) are removed or replaced by U+FFFD, as in the workbook.
//
// # Formulas
//
// A text that begins with = + - @, a tab or one of the full-width forms of those signs would be run as a formula by a spreadsheet that
// opens the CSV. Such a text gets an apostrophe in front, and so does a text that begins with an apostrophe; a plain
// decimal number such as -1 is left alone. So the policy can be undone: a reader of our own CSV takes one leading
// apostrophe off every text (attributes, comments, wave, language, id) and has what was exported. Guard and Unguard are
// the two directions. Workbooks need none of it: there a text is stored as text and never as a formula.
package exports
