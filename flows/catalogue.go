package flows

// A catalogue lists the options of catalogue slots: of what was answered, or of
// what is offered today.
type catalogue struct {
	list func(*turn) []option                    // what is to choose from, in the order shown
	page int                                     // how many at a time; 0: all at once
	more func(*turn) []option                    // options on every page, below; nil: none
	read func(*turn, string) map[string][]string // what typed words that are no option fill before the flow begins anew; nil, or nothing: nonsense
	gone Text                                    // what is said about a tap on an option that is not there any more; no key: nonsense
}

// offersPerPage keeps a list of offers to one screen of a small phone.
const offersPerPage = 5

// maxListed bounds a list of offers: nobody turns twenty pages, and typed words
// are compared with each of them.
const maxListed = 50

// catalogues are all catalogues by name, from the file of each service.
var catalogues = together(answerCatalogues, courseCatalogues, eventCatalogues, vacancyCatalogues)

var answerCatalogues = map[string]catalogue{
	"answered_questions": {list: answered},
}

// named write the values of catalogue slots in words, by the catalogue's name.
var named = map[string]func(*Set, string) Text{
	"alert_places": (*Set).alertPlace,
}

// listed are the options of a catalogue without those on every page.
func (t *turn) listed(slot *Slot) []option {
	c, ok := catalogues[slot.Options]
	if !ok || c.list == nil {
		return nil
	}
	all := c.list(t)
	if c.page > 0 && len(all) > maxListed {
		all = all[:maxListed]
	}
	return all
}

// beside are the options on every page of a catalogue.
func (t *turn) beside(slot *Slot) []option {
	if c := catalogues[slot.Options]; c.more != nil {
		return c.more(t)
	}
	return nil
}

// visible are the options that the person sees now, in their order: those that
// a typed number counts.
func (t *turn) visible(slot *Slot) []option {
	if slot.Type != Catalogue || catalogues[slot.Options].page == 0 {
		return t.options(slot)
	}
	all, size := t.listed(slot), catalogues[slot.Options].page
	from := min(t.pageAt(len(all), size)*size, len(all))
	page := all[from:min(from+size, len(all))]
	return append(page[:len(page):len(page)], t.beside(slot)...)
}

// catalogueButtons are the options of a page, the way to the pages around it,
// and what stands below every page.
func (t *turn) catalogueButtons(slot *Slot) [][]Button {
	size := catalogues[slot.Options].page
	if size == 0 {
		return inRows(optionButtons(slot, t.options(slot)), slot.Columns)
	}
	rows := t.page(slot, optionButtons(slot, t.listed(slot)), size)
	return append(rows, inRows(optionButtons(slot, t.beside(slot)), slot.Columns)...)
}

// browseCatalogue turns the pages of a catalogue.
func (t *turn) browseCatalogue(slot *Slot, value string) {
	page, ok := pageOf(value)
	if !ok || catalogues[slot.Options].page == 0 {
		t.nonsense()
		return
	}
	t.s.Page = page
	t.turnPage(slot)
}

// missed answers a tap on an option that the open question does not have. Of an
// offer it says that it is gone, which nobody could have known, and looks for
// what there is now.
func (t *turn) missed(slot *Slot) {
	if gone := catalogues[slot.Options].gone; slot.Type == Catalogue && gone.Key != "" {
		t.note(gone)
		t.enter(t.s.Flow, "")
		return
	}
	t.nonsense()
}
