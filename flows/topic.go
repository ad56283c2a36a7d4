package flows

// TopicEntry is the audience of everybody who agreed to a purpose and did not
// stop it since; false for a purpose that nobody can be found by. It is what an
// outreach on that topic is sent to at the most.
func TopicEntry(purpose string) (Entry, bool) {
	switch purpose {
	case PurposeOffers:
		return Entry{"offers", Yes}, true
	case PurposeAlerts:
		return AlertsOn(), true
	}
	return Entry{}, false
}

// Referral is the audience of those who want to be referred to a vacancy.
func Referral(vacancy string) Entry { return Entry{dimensionReferral, vacancy} }

// StoppedAll is the audience of those who stopped every message that they did not
// ask for.
func StoppedAll() Entry { return Entry{"outreach", outreachStopped} }
