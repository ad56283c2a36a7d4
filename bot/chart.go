package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	charts "github.com/vicanso/go-charts/v2"

	"arraigo/flows"
	"arraigo/outreach"
)

// A bar is one line of a chart.
type bar struct {
	label string
	value int
}

// Sizes of a picture that is read on a phone, in pixels.
const (
	chartWidth = 900
	chartHead  = 110
	chartLine  = 64
)

// chart draws bars, the first on top, each with its number. Its font knows letters
// and no emoji. Whoever cannot see it reads the same in the words beside it.
func chart(title string, bars []bar, number func(int) string) ([]byte, error) {
	values, labels := make([]float64, len(bars)), make([]string, len(bars))
	most := 1
	for i, b := range bars { // the library draws from below
		values[len(bars)-1-i], labels[len(bars)-1-i] = float64(b.value), b.label
		most = max(most, b.value)
	}
	painter, err := charts.HorizontalBarRender([][]float64{values},
		charts.PNGTypeOption(),
		charts.WidthOptionFunc(chartWidth),
		charts.HeightOptionFunc(chartHead+chartLine*len(bars)),
		charts.PaddingOptionFunc(charts.Box{Top: 24, Right: 80, Bottom: 20, Left: 24}),
		charts.TitleOptionFunc(charts.TitleOption{Text: title, FontSize: 22}),
		charts.YAxisDataOptionFunc(labels),
		func(o *charts.ChartOption) {
			none := 0.0
			end := float64(most) * 1.1
			o.Legend.Show = charts.FalseFlag() // one series needs none, and it would cover the title
			o.XAxis.Show = charts.FalseFlag()
			o.YAxisOptions[0].FontSize = 18
			o.BarHeight = chartLine / 2
			o.YAxisOptions[0].Min, o.YAxisOptions[0].Max = &none, &end
			o.SeriesList[0].Label.Show = true
			o.SeriesList[0].Label.FontSize = 18
			o.ValueFormatter = func(v float64) string { return number(int(v)) }
		},
	)
	if err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	picture, err := painter.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	return picture, nil
}

// sendPicture sends a picture with words, once.
func (b *Bot) sendPicture(ctx context.Context, chat int64, picture []byte, m flows.Message) error {
	fields := map[string]string{"chat_id": strconv.FormatInt(chat, 10), "caption": m.HTML, "parse_mode": "HTML"}
	if len(m.Buttons) > 0 {
		keyboard, err := json.Marshal(inlineMarkup(m.Buttons))
		if err != nil {
			return err
		}
		fields["reply_markup"] = string(keyboard)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	err := b.api.upload(ctx, "sendPhoto", fields, "photo", "arraigo.png", "image/png", picture, nil)
	if err == nil || accepted(err) {
		return nil
	}
	if f := sendError(err); f.Outcome == outreach.Rejected { // the words are what matters
		_, err = b.sendNow(ctx, chat, outreach.Outgoing{Message: m})
	}
	return err
}
