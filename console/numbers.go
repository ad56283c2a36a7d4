package console

const numbersPath = "/console/numbers"

// smallCell is the least figure about people that is told: with fewer, somebody
// who knows the place could tell who they are (data-protection requirement
// DP-17).
const smallCell = 5

// A numbersPage is the figures of a period, and how many people there are now.
type numbersPage struct {
	Filters  Filters
	Period   string
	Now      []Fact
	Charts   []Chart // of the period
	Funnel   Chart
	People   []Chart // as it is now
	Tables   []Table
	Download string
	Report   string
}

// numbers are all figures, for the page, the workbook and the printed report.
type numbers struct {
	period    period
	known     int
	notices   int
	alerts    int
	arrivals  Chart
	funnel    Chart
	languages Chart
	outcomes  Table // outcome by line
	people    Table // outcome of one line by population
	towns     Table // outcome of one line by municipality
	offers    Table
	referrals Table
	outreach  Table
	grades    Table
	unread    Table // what people typed and the bot could not read, by question
}

func (v *visit) numbersPage() error {
	f := v.numbersFilters()
	n, err := v.count(f)
	if err != nil {
		return err
	}
	p := numbersPage{
		Filters: f, Period: v.text("console.numbers.of_period", "desde", v.day(n.period.from), "hasta", v.day(n.period.to)),
		Now: v.nowFacts(n), Charts: []Chart{n.arrivals}, Funnel: n.funnel, People: []Chart{n.languages},
		Tables:   []Table{n.outcomes, n.people, n.towns, n.offers, n.referrals, n.outreach, n.grades, n.unread},
		Download: v.beside("/file.xlsx"), Report: v.beside("/report"),
	}
	return v.show(view{
		name: "numbers", style: "numbers.css", title: v.text("console.menu.numbers"), lead: p.Period, section: "numbers", wide: true,
		actions: []Link{{Href: p.Report, Text: v.text("console.numbers.report")}, {Href: p.Download, Text: v.text("console.numbers.download"), Icon: "download"}},
	}, p)
}

// beside is another page of the numbers with the same choices.
func (v *visit) beside(end string) string {
	if q := v.r.URL.RawQuery; q != "" {
		return numbersPath + end + "?" + q
	}
	return numbersPath + end
}

func (v *visit) nowFacts(n *numbers) []Fact {
	return []Fact{
		{Label: v.text("console.numbers.known"), Text: v.figure(n.known)},
		{Label: v.text("console.numbers.notices"), Text: v.figure(n.notices)},
		{Label: v.text("console.numbers.alerts"), Text: v.figure(n.alerts)},
	}
}

// figure writes a number of people; a small one is not told.
func (v *visit) figure(n int) string {
	if 0 < n && n < smallCell {
		return v.text("console.chart.hidden")
	}
	return v.number(n)
}

// count works everything out, within the scope of who looks.
func (v *visit) count(f Filters) (*numbers, error) {
	n := &numbers{period: v.readPeriod(f)}
	listed, err := v.listed()
	if err != nil {
		return nil, err
	}
	for _, part := range []func(*numbers, Filters, *listedOffers) error{
		v.countPeople, v.countSteps, v.countOffers, v.countReferrals, v.countSent, v.countGrades,
	} {
		if err := part(n, f, &listedOffers{listed}); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// listedOffers is the catalogue, for the parts of the numbers that need it.
type listedOffers struct{ *listed }
