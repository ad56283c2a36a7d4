package programme

// Line is one of the three lines of support of the programme.
type Line string

// The lines, in the order in which they are told when nothing else decides.
const (
	Emprendimiento         Line = "emprendimiento"
	InclusionLaboral       Line = "inclusion_laboral"
	IntegracionComunitaria Line = "integracion_comunitaria"
)

// Lines are all lines in their standard order.
func Lines() []Line { return []Line{Emprendimiento, InclusionLaboral, IntegracionComunitaria} }

// Outcome is what the pre-screening says about one line. It never decides: a
// member of the team does.
type Outcome string

// The outcomes.
const (
	CumplePreliminar Outcome = "CUMPLE_PRELIMINAR"
	FaltanDocumentos Outcome = "FALTAN_DOCUMENTOS"
	NoCumplePorAhora Outcome = "NO_CUMPLE_POR_AHORA"
	FueraDeCobertura Outcome = "FUERA_DE_COBERTURA"
	RevisionHumana   Outcome = "REVISION_HUMANA"
	MenorDeEdad      Outcome = "MENOR_DE_EDAD"
	SinPerfil        Outcome = "SIN_PERFIL" // no consent: nothing was looked at
)

// Outcomes are all outcomes, from the best news to none.
func Outcomes() []Outcome {
	return []Outcome{CumplePreliminar, FaltanDocumentos, RevisionHumana, NoCumplePorAhora, FueraDeCobertura, MenorDeEdad, SinPerfil}
}

// Positive reports whether the outcome is worth telling about a line that the
// person did not choose.
func (o Outcome) Positive() bool { return o == CumplePreliminar }

// PreferNotToSay answers any question and never turns a result negative.
const PreferNotToSay = "pnd"

// Answers are the answers of one person to the screening questions, as codes.
// An empty field was not asked or not answered. It holds no name, number,
// photo, exact birth date or address.
type Answers struct {
	Consent       bool     // the person agreed to the use of their data
	Age           string   // Q1, an age band
	Municipality  string   // Q2, a DIVIPOLA code of five digits, or pnd
	Population    string   // Q3
	Document      string   // Q4, a code of the documents table, or pnd
	Seeks         []string // Q5
	Stay          string   // Q6
	Business      string   // E1
	Sector        string   // E2
	SeedCapital   string   // E3
	Classes       string   // E4
	Occupations   []string // L1, up to three codes of the occupations table
	Experience    string   // L2
	WorkingTime   string   // L3
	Interests     []string // C1
	Circumstances []string // S1, off unless a call asks; raises priority, never excludes
}

// facts are what a rule's condition may look at: the answers, and three things
// derived from them and the call. The tags are the names used in conditions.
type facts struct {
	Consent       bool     `expr:"consent"`
	Age           string   `expr:"age"`
	Municipality  string   `expr:"municipality"`
	Population    string   `expr:"population"`
	Document      string   `expr:"document"`
	Seeks         []string `expr:"seeks"`
	Stay          string   `expr:"stay"`
	Business      string   `expr:"business"`
	Sector        string   `expr:"sector"`
	SeedCapital   string   `expr:"seed_capital"`
	Classes       string   `expr:"classes"`
	Occupations   []string `expr:"occupations"`
	Experience    string   `expr:"experience"`
	WorkingTime   string   `expr:"working_time"`
	Interests     []string `expr:"interests"`
	Circumstances []string `expr:"circumstances"`

	Covered             bool `expr:"covered"`              // the call covers the municipality
	RegulatedOccupation bool `expr:"regulated_occupation"` // one of the occupations needs a recognised degree
	MinBusinessMonths   int  `expr:"min_business_months"`  // the call's threshold, 0 when it has none
}

// kind is the type of a name in a condition.
type kind int

const (
	kindCode  kind = iota // one code out of a closed list, or empty
	kindCodes             // several codes
	kindBool
	kindNumber
)

// conditionNames are the names that a condition may use.
func conditionNames() map[string]kind {
	return map[string]kind{
		"consent": kindBool, "covered": kindBool, "regulated_occupation": kindBool,
		"min_business_months": kindNumber,
		"age":                 kindCode, "municipality": kindCode, "population": kindCode, "document": kindCode,
		"stay": kindCode, "business": kindCode, "sector": kindCode, "seed_capital": kindCode, "classes": kindCode,
		"experience": kindCode, "working_time": kindCode,
		"seeks": kindCodes, "occupations": kindCodes, "interests": kindCodes, "circumstances": kindCodes,
	}
}
