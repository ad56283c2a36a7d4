package store

import (
	"context"
	"strconv"
)

// A card is a message in the chat of somebody of the team that shows how an
// outreach stands and follows it. Cards are known by names of lower-case letters,
// digits, dots and dashes, such as the id of who reads them.

// Cards returns the message of each card of an outreach by its name.
func (s *Store) Cards(ctx context.Context, outreach string) (map[string]int, error) {
	all, err := s.client.HGetAll(ctx, keyCards(outreach)).Result()
	if err != nil {
		return nil, wrap("read cards", err)
	}
	cards := make(map[string]int, len(all))
	for name, message := range all {
		cards[name], _ = strconv.Atoi(message) // SetCard writes nothing else
	}
	return cards, nil
}

// Carded lists the outreaches that have cards.
func (s *Store) Carded(ctx context.Context) ([]string, error) {
	all, err := s.client.SMembers(ctx, keyCarded).Result()
	return all, wrap("list outreaches with cards", err)
}

// SetCard notes the message of a card; one of that name is replaced.
func (s *Store) SetCard(ctx context.Context, outreach, name string, message int) error {
	return s.card(ctx, "note card", outreach, name, strconv.Itoa(message))
}

// DropCard forgets a card.
func (s *Store) DropCard(ctx context.Context, outreach, name string) error {
	return s.card(ctx, "forget card", outreach, name, "")
}

func (s *Store) card(ctx context.Context, op, outreach, name, message string) error {
	if err := checkOutreachID(outreach); err != nil {
		return err
	}
	return wrap(op, s.run(ctx, cardScript, []string{keyCards(outreach), keyCarded}, outreach, name, message, seconds(cardLife)).Err())
}
