// One person's chat with the bot.
//
// Fires, each once per change: 'reset' (everything), 'message', 'edited' and
// 'deleted' (detail: the message), 'outbox', 'typing', 'taps', 'answer'
// (detail: text and alert of a button's answer), 'blocked', 'info',
// 'keyboard', 'reply' (what is being answered) and 'failed' (detail: reason of
// a refused request).

import { api } from './api.js';
import { nowMillis, t } from './text.js';

const TYPING_MS = 5000;
const TAP_MS = 20000;

export class Chat extends EventTarget {
  messages = new Map();
  outbox = [];
  blocked = false;
  typing = false;
  loaded = false;
  wanted = false;
  visible = false;
  unread = 0;
  keyboard = null;
  replying = null; // the message that the next one answers
  info = { commands: [], description: '', menu_button: null };
  #taps = new Map();
  #answered = new Set();
  #typingTimer = 0;
  #queue = Promise.resolve();
  #loading = null;
  #since = new Set(); // ids that came by event while the list was on its way

  // tone is the place of the person among the people: their colour.
  constructor(user, tone) {
    super();
    this.tone = tone;
    this.user = user;
    this.id = user.id;
    this.#restoreOutbox();
  }

  get name() {
    return [this.user.first_name, this.user.last_name].filter(Boolean).join(' ') || this.user.username || String(this.id);
  }

  // In a group one member holds the phone; what the others write is theirs.
  get group() { return Boolean(this.user.as); }

  mine(message) { return message.from === 'user' && (!this.group || message.from_id === this.user.as); }

  get empty() { return !this.group && this.loaded && this.messages.size === 0 && this.outbox.length === 0; }

  get bot() { return this.info.name || t('bot_name'); }

  #fire(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  // load reads the whole chat; calls while one is under way share it.
  load() {
    this.wanted = true;
    this.#loading ??= this.#read().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #read() {
    this.#since.clear();
    let list;
    try {
      await this.loadCommands();
      list = await api.messages(this.id);
    } catch (error) {
      this.#fire('failed', error.message);
      return;
    }
    const end = list.at(-1)?.message_id ?? 0;
    const newer = [...this.#since].filter((id) => id > end).map((id) => this.messages.get(id)).filter(Boolean);
    for (const message of list) if (message.from === 'user' && !this.messages.has(message.message_id)) this.#settle(message);
    this.messages = new Map([...list, ...newer].map((message) => [message.message_id, message]));
    this.keyboard = this.info.keyboard ? readKeys(this.info.keyboard) : null;
    for (const message of newer) this.#readKeyboard(message);
    this.loaded = true;
    this.#fire('reset');
  }

  // Throws when the emulator cannot be reached.
  async loadCommands() {
    this.info = await api.commands(this.id);
    this.setBlocked(Boolean(this.info.blocked));
    this.#fire('info');
  }

  take(event) {
    switch (event.type) {
      case 'message': return this.#add(event.message);
      case 'edited': return this.#change(event.message);
      case 'deleted': return this.#remove(event.message_id);
      case 'action': return this.#setTyping(event.action === 'typing' || event.action?.startsWith('upload_'));
      case 'callback': return this.#answer(event);
      case 'blocked': return this.setBlocked(event.blocked);
      default: return undefined;
    }
  }

  #add(message) {
    if (!this.visible && message.from === 'bot') this.unread += 1;
    if (this.messages.has(message.message_id)) return this.#change(message);
    if (message.from === 'bot') this.#setTyping(false);
    else this.#settle(message);
    this.messages.set(message.message_id, message);
    if (this.#loading) this.#since.add(message.message_id);
    if (this.#readKeyboard(message)) this.#fire('keyboard');
    this.#fire('message', message);
    return undefined;
  }

  #change(message) {
    if (!this.messages.has(message.message_id)) return;
    this.messages.set(message.message_id, message);
    this.#fire('edited', message);
  }

  #remove(id) {
    const message = this.messages.get(id);
    if (!message) return;
    this.messages.delete(id);
    this.#fire('deleted', message);
  }

  #setTyping(on) {
    clearTimeout(this.#typingTimer);
    if (on) this.#typingTimer = setTimeout(() => this.#setTyping(false), TYPING_MS);
    if (on === this.typing) return;
    this.typing = on;
    this.#fire('typing');
  }

  setBlocked(blocked) {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.#fire('blocked');
  }

  #readKeyboard(message) {
    const { keyboard } = this;
    if (message.from === 'bot' && message.keyboard) this.keyboard = readKeys(message.keyboard);
    else if (message.from === 'bot' ? message.remove_keyboard : keyboard?.oneTime) this.keyboard = null;
    return keyboard !== this.keyboard;
  }

  // Sending. Requests of one chat go one after the other, so that they arrive
  // in the order in which they were written.

  #enqueue(job) {
    const result = this.#queue.then(job);
    this.#queue = result.catch(() => {});
    return result;
  }

  reply(message) {
    this.replying = message;
    this.#fire('reply');
  }

  send(body) {
    if (this.group) body = { ...body, from: this.user.as };
    if (this.replying) {
      body = { ...body, reply_to_message_id: this.replying.message_id };
      this.reply(null);
    }
    const item = { key: `${Date.now()}-${Math.random()}`, body, state: 'sending', date: Math.floor(nowMillis() / 1000) };
    this.outbox.push(item);
    this.#saveOutbox();
    this.#post(item);
  }

  resend(item) {
    if (item.state !== 'failed') return;
    item.state = 'sending';
    this.#saveOutbox();
    this.#post(item);
  }

  discard(item) {
    this.outbox = this.outbox.filter((other) => other !== item);
    this.#saveOutbox();
  }

  #post(item) {
    this.#enqueue(() => api.send(this.id, item.body)).then(
      ({ message_id: id }) => {
        // Kept until its message is seen, so that nothing flickers.
        item.id = id;
        if (this.messages.has(id)) this.discard(item);
      },
      (error) => {
        item.state = 'failed';
        item.reason = error.message;
        this.#saveOutbox();
      },
    );
  }

  // The event of one's own message may come before the answer of the request.
  #settle(message) {
    const item = this.outbox.find((other) => other.id === message.message_id)
      ?? this.outbox.find((other) => !other.id && (other.body.text ?? '') === message.text && (other.state === 'sending' || message.date >= other.date - 2));
    if (item) this.discard(item);
  }

  #saveOutbox() {
    sessionStorage.setItem(`outbox-${this.id}`, JSON.stringify(this.outbox));
    this.#fire('outbox');
  }

  #restoreOutbox() {
    try {
      this.outbox = JSON.parse(sessionStorage.getItem(`outbox-${this.id}`) ?? '[]').map((item) => ({ ...item, state: 'failed' }));
    } catch { this.outbox = []; }
  }

  start(payload) { return this.#request(() => api.start(this.id, payload)); }

  edit(messageID, text) { return this.#request(() => api.edit(this.id, messageID, text)); }

  async block(blocked) {
    await this.#request(() => api.block(this.id, blocked));
    this.setBlocked(blocked);
  }

  async #request(job) {
    try {
      await this.#enqueue(job);
      return true;
    } catch (error) {
      this.#fire('failed', error.message);
      return false;
    }
  }

  pressReply(row, column) { return this.#request(() => api.tap(this.id, { keyboard: true, row, column })); }

  // Inline buttons spin from the tap until the bot answers it.

  tapping(messageID, row, column) { return this.#taps.has(`${messageID} ${row} ${column}`); }

  async tap(messageID, row, column) {
    const key = `${messageID} ${row} ${column}`;
    if (this.#taps.has(key)) return;
    const tap = { query: null, timer: setTimeout(() => this.#endTap(key), TAP_MS) };
    this.#taps.set(key, tap);
    this.#fire('taps', messageID);
    try {
      const answer = await api.tap(this.id, { message_id: messageID, row, column, from: this.user.as });
      tap.query = answer.callback_query_id ?? '';
      if (!tap.query || this.#answered.delete(tap.query)) this.#endTap(key);
    } catch (error) {
      this.#endTap(key);
      this.#fire('failed', error.message);
    }
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#fire('answer', { text: t('copied', { text }), alert: false });
    } catch (error) {
      this.#fire('failed', error.message);
    }
  }

  #endTap(key) {
    const tap = this.#taps.get(key);
    if (!tap) return;
    clearTimeout(tap.timer);
    this.#taps.delete(key);
    this.#fire('taps', Number(key.split(' ')[0]));
  }

  #answer(event) {
    const id = event.callback_query_id;
    const known = [...this.#taps].find(([, tap]) => tap.query === id);
    if (known) this.#endTap(known[0]);
    else if ([...this.#taps.values()].some((tap) => tap.query === null)) this.#answered.add(id); // faster than the tap's own answer
    if (event.text) this.#fire('answer', { text: event.text, alert: Boolean(event.show_alert) });
  }
}

function readKeys(given) {
  if (!given.buttons?.length) return null;
  return { rows: given.buttons, placeholder: given.placeholder ?? '', oneTime: Boolean(given.one_time) };
}
