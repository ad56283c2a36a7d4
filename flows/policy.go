package flows

// Policy is what the consent text and the privacy policy must name. It is set
// by who runs the programme, not by us.
type Policy struct {
	Version int    // of the consent text; raising it asks everybody again at their next contact (DP-03)
	Entity  string // who answers for the data
	Contact string // how to reach them: an e-mail or a web page
	Dated   int64  // Unix seconds of the day the text took effect
}

// params are the placeholders of every consent and policy text.
func (p Policy) params(text Text) Text {
	return text.With("entidad", Literal(p.Entity)).With("contacto", Literal(p.Contact)).
		With("version", Text{Count: &p.Version}).With("fecha", Text{Date: p.Dated})
}
