package programme

import "slices"

// Stated is what an employer stated to a question with yes or no. Silence is
// never taken for a yes.
type Stated string

// The answers, as spreadsheets write them.
const (
	StatedYes     Stated = "si"
	StatedNo      Stated = "no"
	NotApplicable Stated = "no_aplica"
	NotStated     Stated = "no_informa"
	StatedNothing Stated = "" // the cell was empty; counts as NotStated
)

// Mode is how a vacancy or a course is attended.
type Mode string

// The modes. Vacancies are presencial, remoto or mixto; courses presencial,
// virtual or mixto.
const (
	OnSite  Mode = "presencial"
	Remote  Mode = "remoto"
	Virtual Mode = "virtual"
	Mixed   Mode = "mixto"
)

// Contract is the kind of link that a vacancy offers.
type Contract string

// The kinds of contract.
const (
	Indefinite     Contract = "indefinido"
	FixedTerm      Contract = "fijo"
	WorkOrTask     Contract = "obra_o_labor"
	Services       Contract = "prestacion_servicios"
	Apprenticeship Contract = "aprendizaje"
	Occasional     Contract = "ocasional"
	Verbal         Contract = "verbal"
	NoContractTold Contract = "no_informa"
)

// PayKind is how the pay of a vacancy is made up.
type PayKind string

// The kinds of pay.
const (
	FixedPay            PayKind = "fijo"
	FixedPlusCommission PayKind = "fijo_mas_comision"
	PieceWithMinimum    PayKind = "destajo_con_minimo_garantizado"
	PieceOnly           PayKind = "destajo"
	CommissionOnly      PayKind = "solo_comision"
	PayToAgree          PayKind = "a_convenir"
	PayNotTold          PayKind = "no_informa"
)

// Vacancy is one offer of work as the employer or a member of staff wrote it
// down. It is raw material: only an Assessment tells whether it may be
// published, and only Showing tells what a person may see of it.
type Vacancy struct {
	ID               string
	Title            string
	Occupation       string // three digits of CIUO-08
	Employer         string
	EmployerVerified Stated // identity, phone and address checked by the team
	Municipality     string // DIVIPOLA code; empty: not told
	Mode             Mode
	Tasks            string
	Posts            int // 0: not told

	Contract Contract
	Written  Stated
	Months   int // of a contract with an end; 0: none told

	Pay       *int64 // pesos a month; nil: not told
	PayKind   PayKind
	Transport Stated // the transport allowance is paid

	Hours      float64 // a week; 0: not told
	Days       int     // a week; 0: not told
	Schedule   string
	Surcharges Stated // for nights, Sundays and extra hours

	Health, Pension, AccidentCover, FamilyFund Stated // affiliations: EPS, pension, ARL, caja

	Fee       *int64 // pesos asked of the worker; nil: not told
	FeeDetail string

	MinAge, MaxAge int    // 0: none
	Sex            string // demanded sex; empty: none
	Photo          Stated
	Requirements   string
	Documents      []string // accepted, codes of the documents table
	KeepsDocuments Stated
	Schooling      string
	Experience     *int // months; nil: not told

	RiskClass  int // ARL class 1 to 5; 0: not told
	Protection Stated

	SPECode                    string // code at the Servicio Público de Empleo
	Starts, Published, Expires Date
	Contact                    string // for staff only

	Withdrawn Date // when it went out of the list it came from; zero: it is in it

	// Decision rests beside the row: no spreadsheet brings or takes it.
	Decision Decision `json:"-"`
}

// Standing is where an offer stands on a given day, whatever its quality.
type Standing string

// The standings.
const (
	StandingUpcoming  Standing = "upcoming"  // published later
	StandingOpen      Standing = "open"      // people may apply, enrol or sign up
	StandingRunning   Standing = "running"   // has begun; nobody joins any more
	StandingEnded     Standing = "ended"     // its last day is over
	StandingClosed    Standing = "closed"    // the organiser takes nobody
	StandingCancelled Standing = "cancelled" // will not take place
	StandingPostponed Standing = "postponed" // the new day is not known
)

// Standing tells whether people may still apply on that day. A vacancy counts
// up to and including the day on which it expires.
func (v Vacancy) Standing(today Date) Standing {
	switch {
	case !v.Expires.IsZero() && v.Expires.Before(today):
		return StandingEnded
	case !v.Withdrawn.IsZero():
		return StandingClosed
	case today.Before(v.Published):
		return StandingUpcoming
	}
	return StandingOpen
}

// VacancyShowing is what a jobseeker may see of a vacancy: nothing of the
// employer's person, and no way around the team. The sentence that the job
// costs nothing is at the locale key vacancy.no_fee and always goes with it.
type VacancyShowing struct {
	ID, Title, Occupation, Tasks, Requirements string
	Pay                                        int64 // pesos a month; 0: not told
	PayKind                                    PayKind
	TransportAdded                             bool
	Contract                                   Contract
	Months                                     int
	Hours                                      float64
	Days                                       int
	Schedule                                   string
	Municipality                               string
	Mode                                       Mode
	Time                                       WorkTime // set by an Offer, which knows the legal week
	Posts                                      int
	Documents                                  []string
	// Apply is how to apply when the vacancy says so without anybody's private
	// contact; empty: only through the team, at the locale key
	// vacancy.apply.team.
	Apply     string
	Expires   Date
	CheckedOn Date // when the offer last passed the checks
}

// Showing is what a jobseeker may see; checked is the day of the last check.
// Phone numbers, e-mail addresses and user names are taken out of every text.
func (v Vacancy) Showing(checked Date) VacancyShowing {
	s := VacancyShowing{
		ID: v.ID, Title: withoutContacts(v.Title), Occupation: v.Occupation,
		Tasks: withoutContacts(v.Tasks), Requirements: withoutContacts(v.Requirements),
		PayKind: v.PayKind, TransportAdded: v.Transport == StatedYes,
		Contract: v.Contract, Months: v.Months,
		Hours: v.Hours, Days: v.Days, Schedule: withoutContacts(v.Schedule),
		Municipality: v.Municipality, Mode: v.Mode, Posts: v.Posts,
		Documents: slices.Clone(v.Documents),
		Expires:   v.Expires, CheckedOn: checked,
	}
	if v.Pay != nil {
		s.Pay = *v.Pay
	}
	if !hasContacts(v.Contact) {
		s.Apply = v.Contact
	}
	return s
}
