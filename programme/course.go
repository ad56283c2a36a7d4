package programme

import "slices"

// Course is one training with a start, an end and a number of places.
type Course struct {
	ID, Title    string
	Line         Line
	Kind         string // empleabilidad, tecnico, emprendimiento, …
	Organiser    string
	Mode         Mode
	Municipality string // DIVIPOLA code; empty for a virtual one
	Hours        int
	Starts, Ends Date
	Schedule     string
	Places       int // 0: not limited
	Requirements string
	Documents    []string // accepted, codes of the documents table; empty: none is asked
	Certificate  string   // certificado, asistencia, no
	Cost         int64    // pesos; the programme's courses cost nothing
	Supports     []string // transporte, refrigerio, cuidado_infantil, …
	Access       []string // rampa, subtitulos, interprete_senas, …
	Reminders    []string `json:",omitempty"` // how long before, as 24h; "no"; empty: see Leads
	State        string   // abierto, cerrado, cancelado

	Withdrawn Date // when it went out of the list it came from; zero: it is in it
}

// The states that a spreadsheet can give a course or an event.
const (
	stateOpen      = "abierto"
	stateClosed    = "cerrado"
	stateCancelled = "cancelado"
	stateConfirmed = "confirmado"
	statePostponed = "aplazado"
)

// Standing tells whether people may enrol on that day: while the course is
// open, up to and including the day on which it starts.
func (c Course) Standing(today Date) Standing {
	switch {
	case c.State == stateCancelled:
		return StandingCancelled
	case !c.Ends.IsZero() && c.Ends.Before(today):
		return StandingEnded
	case c.State == stateClosed, !c.Withdrawn.IsZero():
		return StandingClosed
	case !c.Starts.IsZero() && c.Starts.Before(today):
		return StandingRunning
	}
	return StandingOpen
}

// PlacesLeft is how many people can still get a place; false means there is no
// limit.
func (c Course) PlacesLeft(taken int) (int, bool) { return placesLeft(c.Places, taken) }

func placesLeft(places, taken int) (int, bool) {
	if places == 0 {
		return 0, false
	}
	return max(0, places-taken), true
}

// Refusal is why somebody cannot enrol or sign up, as a code with words at the
// locale key refusal.<code>.
type Refusal string

// The refusals. Empty means welcome.
const (
	RefusedStanding Refusal = "not_open"  // closed, cancelled, begun or over
	RefusedProfile  Refusal = "profile"   // no screening with consent yet
	RefusedMinor    Refusal = "minor"     // under 18
	RefusedReview   Refusal = "review"    // a person of the team looks first
	RefusedOutcome  Refusal = "not_now"   // the screening says not now for this line
	RefusedDocument Refusal = "document"  // none of the accepted documents
	RefusedUntold   Refusal = "untold"    // the document was not told
	RefusedUnpaired Refusal = "no_adult"  // minors without an adult
	RefusedNoMinors Refusal = "no_minors" // minors are not admitted
	RefusedFull     Refusal = "full"      // no place left for that many
	RefusedNoSignUp Refusal = "no_signup" // nothing to sign up for: just go
)

// Refusals are all refusals, for whoever checks that each has its words.
func Refusals() []Refusal {
	return []Refusal{RefusedStanding, RefusedProfile, RefusedMinor, RefusedReview, RefusedOutcome,
		RefusedDocument, RefusedUntold, RefusedUnpaired, RefusedNoMinors, RefusedFull, RefusedNoSignUp}
}

// trainingSteps are the next steps by which the rule book opens training to
// somebody whose outcome is not positive.
func trainingSteps() []NextStep { return []NextStep{"courses", "start_classes"} }

// Admits tells whether a screened person may enrol in a course on that day.
// Places are not looked at: whoever is admitted may at least wait for one.
//
// CUMPLE_PRELIMINAR and FALTAN_DOCUMENTOS on the course's line open the door,
// and so does any other outcome to which the rule book adds courses as a next
// step: seed capital received last year, for one, does not bar from learning.
// The course's own list of documents is looked at last.
func (d *Data) Admits(c Course, a Answers, s Screening, today Date) (bool, Refusal) {
	if c.Standing(today) != StandingOpen {
		return false, RefusedStanding
	}
	line := s.Line(c.Line)
	switch line.Outcome {
	case "", SinPerfil:
		return false, RefusedProfile
	case MenorDeEdad:
		return false, RefusedMinor
	case CumplePreliminar, FaltanDocumentos:
	default:
		open := slices.ContainsFunc(trainingSteps(), func(step NextStep) bool { return slices.Contains(line.NextSteps, step) })
		if !open && line.Outcome == RevisionHumana {
			return false, RefusedReview
		}
		if !open {
			return false, RefusedOutcome
		}
	}
	return d.documentAdmitted(c, a.Document, today)
}

func (d *Data) documentAdmitted(c Course, document string, today Date) (bool, Refusal) {
	if len(c.Documents) == 0 {
		return true, ""
	}
	if document == "" || document == PreferNotToSay {
		return false, RefusedUntold
	}
	document = d.Ruleset.document(document)
	if _, valid := d.Documents.At(document, today); !valid {
		document = "OTRO" // it has run out, which is as good as another paper
	}
	if !slices.Contains(c.Documents, document) {
		return false, RefusedDocument
	}
	return true, ""
}
