package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrNotFound: no record, or no text, under that name.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the record changed between load and commit. Load again and
	// run the pure turn again.
	ErrConflict = errors.New("the record changed meanwhile")
	// ErrDuplicate: this update was committed before, or belongs to a life that
	// was erased. Acknowledge it and do nothing.
	ErrDuplicate = errors.New("the update was committed before")
	// ErrUnavailable: Redis cannot be reached, or cannot write now. Nothing is
	// known about the outcome: a commit may have happened. Try again later.
	ErrUnavailable = errors.New("redis is unavailable")
	// ErrSealed: a value cannot be decrypted with the keyset at hand.
	ErrSealed = errors.New("cannot be decrypted with this keyset")
)

// transient are the answers of a living server that cannot serve right now.
var transient = []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF", "NOREPLICAS", "BUSY", "UNKILLABLE"}

// wrap names the operation and sorts the error: all that is not an answer of
// the server to this very command means that Redis is unavailable. The caller's
// own cancellation stays what it is.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", op, err)
	}
	var answer redis.Error
	if errors.As(err, &answer) {
		for _, prefix := range transient {
			if strings.HasPrefix(answer.Error(), prefix) {
				return fmt.Errorf("%s: %w: %s", op, ErrUnavailable, prefix)
			}
		}
		return fmt.Errorf("%s: %w", op, err)
	}
	return fmt.Errorf("%s: %w: %w", op, ErrUnavailable, err)
}
