// Package programme is the domain of Arraigo: the lines of support, the
// screening rules, calls, documents, municipalities, occupations, help lines
// and dated legal parameters.
//
// On the data path it stands left of everything that talks: flows asks it what
// a typed place means and what a set of answers leads to; store, bot and
// console only carry its codes. All of it is pure. The package reads an fs.FS
// once, in Load, and afterwards every function answers from memory, the same
// way each time, and may be called from any number of goroutines.
//
// It must never decide about a person: a Screening is an orientation with its
// reasons, and a member of the team decides. It must never hold words for a
// person (those live in locales), open a file or a connection, or read the
// clock: whoever needs a date passes it in.
package programme
