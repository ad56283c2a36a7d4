package emulator

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// call is one request of the bot.
type call struct {
	s      *Server
	ctx    context.Context
	method string // lower case
	p      *params
}

type method func(*call) (any, *apiError)

// methodTable has every method that is served, by its lower-case name.
func methodTable() map[string]method {
	return map[string]method{
		"getme": (*call).getMe, "logout": (*call).logOut, "close": (*call).closeBot,
		"getupdates": (*call).getUpdates, "setwebhook": (*call).setWebhook,
		"deletewebhook": (*call).deleteWebhook, "getwebhookinfo": (*call).getWebhookInfo,

		"sendmessage": (*call).sendMessage, "sendlocation": (*call).sendLocation,
		"sendvenue": (*call).sendVenue, "sendcontact": (*call).sendContact,
		"sendchataction": (*call).sendChatAction,
		"sendphoto":      sendFile("photo"), "senddocument": sendFile("document"), "sendvoice": sendFile("voice"),
		"sendaudio": sendFile("audio"), "sendvideo": sendFile("video"), "sendanimation": sendFile("animation"),
		"sendsticker": sendFile("sticker"), "sendvideonote": sendFile("video_note"),
		"sendmediagroup": (*call).sendMediaGroup,
		"copymessage":    (*call).copyMessage, "forwardmessage": (*call).forwardMessage,
		"copymessages": (*call).copyMessages, "forwardmessages": (*call).forwardMessages,

		"editmessagetext": (*call).editMessageText, "editmessagecaption": (*call).editMessageCaption,
		"editmessagereplymarkup": (*call).editMessageReplyMarkup,
		"editmessagemedia":       (*call).editMessageMedia,
		"deletemessage":          (*call).deleteMessage, "deletemessages": (*call).deleteMessages,
		"answercallbackquery": (*call).answerCallbackQuery, "setmessagereaction": (*call).setMessageReaction,

		"setmycommands": (*call).setMyCommands, "getmycommands": (*call).getMyCommands,
		"deletemycommands": (*call).deleteMyCommands,
		"setmyname":        setText("name"), "getmyname": getText("name"),
		"setmydescription": setText("description"), "getmydescription": getText("description"),
		"setmyshortdescription": setText("short_description"), "getmyshortdescription": getText("short_description"),
		"setchatmenubutton": (*call).setChatMenuButton, "getchatmenubutton": (*call).getChatMenuButton,

		"getfile": (*call).getFile, "getuserprofilephotos": (*call).getUserProfilePhotos,
		"getchat": (*call).getChat, "getchatmember": (*call).getChatMember,
		"getchatmembercount": (*call).getChatMemberCount, "getchatmemberscount": (*call).getChatMemberCount,
		"getchatadministrators": (*call).getChatAdministrators,
		"leavechat":             (*call).leaveChat,
	}
}

// serveBot answers /bot<token>/<method>.
func (s *Server) serveBot(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		writeAnswer(w, nil, &apiError{code: 501, description: "Not Implemented"})
		return
	}
	rest := strings.TrimPrefix(r.URL.Path, "/bot")
	token, name, found := strings.Cut(rest, "/")
	if !found {
		writeAnswer(w, nil, &apiError{code: 404, description: "Not Found"})
		return
	}
	p, err := readParams(r)
	if err != nil {
		if errors.Is(err, errTooLarge) {
			w.Header().Set("Connection", "close")
			writeAnswer(w, nil, &apiError{code: 413, description: "Request Entity Too Large"})
			return
		}
		writeAnswer(w, nil, bad("can't read the request"))
		return
	}
	if refusal := s.checkToken(token); refusal != nil {
		writeAnswer(w, nil, refusal)
		return
	}
	if name == "" {
		name = p.str("method")
	}
	c := &call{s: s, ctx: r.Context(), method: strings.ToLower(name), p: p}
	fate := s.fate(c)
	if !fate.before(c, w) {
		return
	}
	result, refusal := c.run()
	s.count(c, refusal)
	fate.after(w)
	writeAnswer(w, result, refusal)
}

// run does the call. Injected faults and the state of the server are settled
// before.
func (c *call) run() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil, errRestart
	}
	do, known := s.methods[c.method]
	if !known {
		return nil, &apiError{code: 404, description: "Not Found: method not found"}
	}
	return do(c)
}

func (s *Server) checkToken(token string) *apiError {
	if strings.HasPrefix(token, "0") || len(token) > 80 || !strings.Contains(token, ":") {
		return &apiError{code: 401, description: "Unauthorized: invalid token specified"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if token != s.cfg.Token || s.revoked {
		return &apiError{code: 401, description: "Unauthorized"}
	}
	return nil
}
