// Package locales holds every text that a person or a member of staff reads,
// in all languages, and turns a key with parameters into that text.
//
// It stands at both ends of the data path: a reply travels through flows,
// store and the outbox as a key with parameters, and becomes readable only
// here, at the moment of sending. The package imports nothing else of this
// module.
//
// What it must never do: show a raw key, interpret anything that a person
// typed (a parameter is data, never markup and never a template), translate
// by machine, or keep, log or count anything about a person.
package locales
