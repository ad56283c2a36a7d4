package flows

import (
	"crypto/sha256"
	"encoding/base64"
)

func (t *turn) applyLanguage() {
	t.s.Language = t.s.Value(slotLanguage)
}

// consentText is the key of the text that asks for consent.
func (t *turn) consentText() string {
	return askKey(flowWelcome, t.set.Slot("consent_answer"))
}

// act of authorisation or refusal: the newest one about a purpose counts.
func (t *turn) record(key string, given bool, purposes ...string) {
	text := t.set.Catalog.HTML(t.s.Language, key, nil)
	sum := sha256.Sum256([]byte(text))
	hash := base64.RawURLEncoding.EncodeToString(sum[:])
	if t.out.Proofs == nil {
		t.out.Proofs = map[string]string{}
	}
	t.out.Proofs[hash] = text
	t.s.Consents = append(t.s.Consents, Consent{
		Text: key, Version: t.set.Policy.Version, Hash: hash, Language: t.s.Language,
		Purposes: purposes, Given: given, At: t.now.Unix(),
	})
}

func (t *turn) acceptConsent() {
	t.record(t.consentText(), true, PurposeEvaluate)
	t.fill(slotConsent, []string{Yes})
}

func (t *turn) refuseConsent() {
	t.record(t.consentText(), false, PurposeEvaluate)
	t.forgetProfile()
	t.fill(slotConsent, []string{No})
	t.s.Stack = nil
}

// forgetProfile drops every answer and every hold; the language and the proofs
// stay.
func (t *turn) forgetProfile() {
	for name := range t.s.Slots {
		if name != slotLanguage && name != slotEmojis {
			delete(t.s.Slots, name)
		}
	}
	t.s.Changes, t.s.Holds, t.s.Stages = nil, nil, nil
	t.endTalk()
}

func (t *turn) applyOffers() {
	given, purposes := t.s.Value("offers") == Yes, []string{PurposeOffers}
	switch { // the question is about work too
	case !given:
		t.forgetAlert()
		purposes = append(purposes, PurposeAlerts)
	case t.alertAsScreened():
		purposes = append(purposes, PurposeAlerts)
		t.say(Key("alerts.as_screened"))
	}
	if given {
		delete(t.s.Slots, "outreach")
	}
	t.record(askKey("notices", t.set.Slot("offers")), given, purposes...)
}

// revokeConsent takes back one purpose; taking back the evaluation erases the
// answers, since nothing else allows us to keep them.
func (t *turn) revokeConsent() {
	key := askKey("revoke", t.set.Slot("revoke_choice"))
	if t.s.Value("revoke_choice") == PurposeEvaluate {
		t.record(key, false, PurposeEvaluate, PurposeOffers, PurposeAlerts)
		t.forgetProfile()
		t.fill(slotConsent, []string{No})
		return
	}
	t.record(key, false, PurposeOffers, PurposeAlerts)
	t.forgetAlert()
	t.fill("offers", []string{No})
	t.fill("coverage_alert", nil)
}

// Whether everything unasked is stopped, or waits for a word of somebody who had
// blocked the bot.
const (
	outreachStopped = "parado"
	outreachPaused  = "pausado"
)

// restOffers keeps somebody who blocked the bot and came back from announcements
// until they ask for them. Their consent stays as it was.
func (t *turn) restOffers() bool {
	if !t.s.Consented(PurposeOffers) || t.s.Value("offers") != Yes || t.s.Value("outreach") != "" {
		return false
	}
	t.fill("outreach", []string{outreachPaused})
	t.fill("offers", nil)
	return true
}

// resumeOffers takes up announcements again, because the person asks for it.
func (t *turn) resumeOffers() {
	t.record("bot.welcome_back", true, PurposeOffers)
	t.fill("offers", []string{Yes})
	t.fill("outreach", nil)
}

// stopMessages ends everything unasked, at once.
func (t *turn) stopMessages() {
	if t.s.Consented(PurposeOffers) || t.s.Consented(PurposeAlerts) {
		t.record(utterKey("stop", "stopped"), false, PurposeOffers, PurposeAlerts)
	}
	t.forgetAlert()
	if t.consented() {
		t.fill("outreach", []string{outreachStopped})
		t.fill("offers", []string{No})
	}
	t.fill("coverage_alert", nil)
}

// erase forgets the person: the store removes everything but a one-way mark
// that they were here.
func (t *turn) erase() {
	t.say(Key("erase.erased"))
	t.forgetAll()
}

func (t *turn) forgetAll() {
	t.out.Erase = true
	language := t.s.Language
	t.s = Session{Flow: t.s.Flow, Version: t.s.Version, Step: t.s.Step, Language: language, Slots: map[string][]string{}, Seen: t.s.Seen}
}

func (t *turn) turnAwayMinor() {
	t.reply(Reply{
		Parts:   []Text{Key("reason.T01")},
		Buttons: [][]Button{{triggerButton("help")}, {triggerButton("start")}},
	})
	t.forgetAll()
}

func (t *turn) showPolicy() {
	for _, part := range []string{"who", "what", "why", "free", "sees", "telegram", "time", "rights", "authority"} {
		t.say(t.set.Policy.params(Key("policy." + part)))
	}
}
