package programme

import (
	"embed"
	"io/fs"
)

//go:generate npm pack --silent --pack-destination gen colombia-cities@1.0.0
//go:generate go run ./gen -package gen/colombia-cities-1.0.0.tgz -overlay gen/municipalities-overlay.csv -out data/municipalities.csv

//go:embed data
var files embed.FS

// Files is the data that comes with the program: one folder with all the files
// that Load reads.
func Files() fs.FS {
	sub, err := fs.Sub(files, "data")
	if err != nil {
		panic(err) // "data" is a valid path, fixed above
	}
	return sub
}

// Data is everything that the programme knows, loaded once and read from any
// number of goroutines. Nothing in it changes afterwards.
type Data struct {
	Municipalities *Municipalities
	Occupations    *Occupations
	Documents      *Documents
	Parameters     *Parameters
	HelpLines      []HelpLine
	Ruleset        *Ruleset
	Calls          *Calls
	DecentWork     *DecentWork
	Attention      *Attention
	Signals        *Signals
	Stages         *Stages
}

// Load reads and checks all data files of fsys. It is strict: on any mistake it
// returns no data and an error that is a Problems, holding every mistake found
// with file, line, column and how to mend it.
func Load(fsys fs.FS) (*Data, error) {
	var problems Problems
	d := &Data{}
	d.Municipalities = loadMunicipalities(fsys, "municipalities.csv", "foreign.csv", &problems)
	d.Occupations = loadOccupations(fsys, "occupations.csv", &problems)
	d.Documents = loadDocuments(fsys, "documents.csv", &problems)
	d.Parameters = loadParameters(fsys, "parameters.csv", &problems)
	d.HelpLines = loadHelpLines(fsys, "helplines.csv", d.Municipalities, &problems)
	d.Ruleset = loadRuleset(fsys, "screening.yaml", d.Documents, d.Occupations, &problems)
	d.Calls = loadCalls(fsys, "calls.yaml", d.Municipalities, d.Ruleset, &problems)
	d.DecentWork = loadDecentWork(fsys, "decentwork_words.csv", d.Parameters, d.Occupations, &problems)
	d.Attention = loadAttention(fsys, "attention.yaml", &problems)
	d.Signals = loadSignals(fsys, "signals.yaml", d.HelpLines, &problems)
	d.Stages = loadStages(fsys, "stages.yaml", &problems)
	if len(problems) > 0 {
		return nil, problems
	}
	return d, nil
}

// Default is Load of Files.
func Default() (*Data, error) { return Load(Files()) }
