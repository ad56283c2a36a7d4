package console

import "strconv"

// A Chart is a picture of figures, with a table of the same figures beneath:
// who cannot see the picture loses nothing. {{template "bars" .}},
// {{template "funnel" .}} or {{template "line" .}} draw it.
type Chart struct {
	Title  string
	Label  string // heading of the first column
	Series []string
	Points []Point
	Unit   string
}

// A Point is one bar, one step or one day.
type Point struct {
	Label  string
	Values []int // one for each series
	Hidden bool  // fewer than five people: the figure is not told
	Href   string
}

// Value is the figure of the first series.
func (p Point) Value() int {
	if len(p.Values) == 0 {
		return 0
	}
	return p.Values[0]
}

// Most is the largest figure, at least 1.
func (c Chart) Most() int {
	most := 1
	for _, p := range c.Points {
		for _, n := range p.Values {
			most = max(most, n)
		}
	}
	return most
}

// Blank reports whether there is nothing to draw.
func (c Chart) Blank() bool {
	for _, p := range c.Points {
		for _, n := range p.Values {
			if n > 0 {
				return false
			}
		}
	}
	return true
}

// The size of a line chart, in its own units.
const (
	chartWidth  = 640
	chartHeight = 180
	chartLeft   = 44
	chartTop    = 12
	chartBottom = 26
)

// A Drawn is a line chart with all its places worked out.
type Drawn struct {
	Chart
	Width, Height int
	Lines         []DrawnLine
	Grid          []Mark
	Ticks         []Mark
}

// A DrawnLine is one series.
type DrawnLine struct {
	Name, Path string
	Dots       []Mark
	Tone       int // 1, 2, 3
}

// A Mark is a place in the picture, with words.
type Mark struct {
	X, Y int
	Text string
}

// Draw works out where everything of a line chart is.
func (c Chart) Draw() Drawn {
	d := Drawn{Chart: c, Width: chartWidth, Height: chartHeight}
	top := niceTop(c.Most())
	high := chartHeight - chartTop - chartBottom
	y := func(n int) int { return chartTop + high - n*high/top }
	x := func(i int) int {
		if len(c.Points) < 2 {
			return chartLeft
		}
		return chartLeft + i*(chartWidth-chartLeft-12)/(len(c.Points)-1)
	}
	for _, part := range []int{0, 1, 2} {
		n := top * part / 2
		d.Grid = append(d.Grid, Mark{X: chartLeft, Y: y(n), Text: strconv.Itoa(n)})
	}
	for s, name := range c.Series {
		line := DrawnLine{Name: name, Tone: s%3 + 1}
		for i, p := range c.Points {
			if s >= len(p.Values) {
				continue
			}
			at := Mark{X: x(i), Y: y(p.Values[s]), Text: p.Label}
			if line.Path == "" {
				line.Path = "M"
			} else {
				line.Path += "L"
			}
			line.Path += strconv.Itoa(at.X) + " " + strconv.Itoa(at.Y)
			line.Dots = append(line.Dots, at)
		}
		d.Lines = append(d.Lines, line)
	}
	step := max(1, (len(c.Points)+5)/6)
	for i := 0; i < len(c.Points); i += step {
		d.Ticks = append(d.Ticks, Mark{X: x(i), Y: chartHeight - 8, Text: c.Points[i].Label})
	}
	return d
}

// niceTop is the end of the scale: 2, 4, 10, 20, 40, 100 …, which halves well.
func niceTop(most int) int {
	for scale := 1; ; scale *= 10 {
		for _, n := range []int{2, 4, 10} {
			if n*scale >= most {
				return n * scale
			}
		}
	}
}

// A Bar is one bar with its length out of 1,000.
type Bar struct {
	Point
	Length int
	Share  int // per cent of the first point, for a funnel
	Lost   int // per cent that were lost since the point before
}

// Bars works out the lengths.
func (c Chart) Bars() []Bar {
	most := c.Most()
	out := make([]Bar, len(c.Points))
	for i, p := range c.Points {
		n := p.Value()
		out[i] = Bar{Point: p, Length: n * 1000 / most}
		if first := c.Points[0].Value(); first > 0 {
			out[i].Share = percent(n, first)
		}
		if i > 0 {
			if before := c.Points[i-1].Value(); before > n {
				out[i].Lost = percent(before-n, before)
			}
		}
		if n > 0 && out[i].Length < 4 {
			out[i].Length = 4
		}
		if p.Hidden {
			out[i].Length = 0
		}
	}
	return out
}

// percent is a part of a whole above 0, rounded.
func percent(part, whole int) int { return (part*100 + whole/2) / whole }
