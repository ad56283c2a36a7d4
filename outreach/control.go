package outreach

// Control says what may happen now to a message of an outreach.
type Control uint8

// The controls.
const (
	Go   Control = iota
	Wait         // paused, or not at this hour: asked again after controlWait
	Drop         // cancelled: never
)
