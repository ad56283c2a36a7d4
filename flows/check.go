package flows

// A checker looks at one thing that can be wrong with a set. It is given
// whatever could be read, so it must not trust names.
type checker func(*Set, *findings)

// The checkers, in the order in which their findings are easiest to mend.
func checkers() []checker {
	return []checker{
		checkTargets, checkSlots, checkValues, checkBranches, checkReach, checkOrder, checkLoops, checkTriggers,
	}
}

// Check reads all flows and returns everything that is wrong or could be
// better with them and with the texts that they use, in the order of the
// files. It includes the catalogue's own rules of plain language and, given
// Config.Keys, texts that nothing shows; Load leaves those two out, because
// they make a text worse and not wrong.
func Check(cfg Config) []Finding {
	set, found := build(cfg)
	report := &findings{sources: set.sources, all: append(found, check(set, cfg)...)}
	if set.Catalog != nil {
		for _, f := range set.Catalog.Check() {
			report.add(fromCatalog(f))
		}
		if cfg.Keys != nil {
			checkUnusedTexts(set, cfg, report)
		}
	}
	return report.sorted()
}

// check runs the rules that every set must pass before it talks to a person.
func check(set *Set, cfg Config) []Finding {
	report := &findings{sources: set.sources}
	for _, rule := range checkers() {
		rule(set, report)
	}
	if set.Catalog != nil {
		checkTexts(set, cfg, report)
	}
	return report.sorted()
}

// flowAt adds a finding at a path of a flow's file.
func (fs *findings) flowAt(f *Flow, rule, message, mend string, path ...any) {
	fs.at(f.File, f.src.at(path...), rule, message, mend)
}
