// What the person writes with: the field, its menus, the reply keyboard, and
// the one big button that stands in its place before the first message and
// while the bot is blocked.

import { attachItems } from './attach.js';
import { el, focusOne, icon, rove } from './dom.js';
import { replyKeyboard } from './keyboard.js';
import { menu } from './menu.js';
import { t } from './text.js';

const LONGEST = 4096;
const SIZES_ITSELF = CSS.supports('field-sizing', 'content');

export class Composer {
  #editing = null;
  #kept = '';
  #keyboardOpen = false;
  #shift = false;
  #saving = false;

  constructor(chat) {
    this.chat = chat;
    this.#build();
    this.field.value = sessionStorage.getItem(`draft-${chat.id}`) ?? '';
    for (const type of ['reset', 'message', 'deleted', 'outbox', 'blocked']) chat.addEventListener(type, () => this.#mode());
    chat.addEventListener('keyboard', () => this.#openKeyboard(Boolean(chat.keyboard)));
    chat.addEventListener('reset', () => this.#openKeyboard(Boolean(chat.keyboard)));
    chat.addEventListener('deleted', ({ detail }) => { if (detail.message_id === this.#editing?.message_id) this.#endEdit(); });
    chat.addEventListener('info', () => this.#showCommands());
    chat.addEventListener('reply', () => this.#showReply());
    this.#mode();
    this.#grow();
    this.#showCommands();
  }

  #build() {
    const { chat } = this;
    const id = `field-${chat.id}`;
    this.field = el('textarea', {
      id, rows: 1, maxlength: LONGEST, placeholder: t('write'), dir: 'auto', autocomplete: 'off', enterkeyhint: 'send',
      'aria-label': t('write_to', { bot: chat.bot, name: chat.name }), 'aria-describedby': `${id}-keys`,
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onbeforeinput: (event) => this.#beforeInput(event),
    });
    this.commands = menu({
      label: t('commands'), symbol: 'menu', name: t('commands_short'), className: 'commands',
      items: () => this.#commandList().map((given) => ({ label: `/${given.command}`, note: given.description, run: () => this.#sendText(`/${given.command}`) })),
    });
    this.attach = menu({ label: t('attach'), symbol: 'clip', className: 'attach', items: () => attachItems(chat) });
    this.keyboardButton = el('button', {
      type: 'button', class: 'round', 'aria-expanded': 'false', onclick: () => this.#openKeyboard(!this.#keyboardOpen),
    }, icon('keyboard'));
    this.sendButton = el('button', { type: 'submit', class: 'round send', 'aria-label': t('send'), title: t('send') }, icon('send'));
    this.editBar = el('div', { class: 'edit-bar', hidden: true }, icon('edit'), el('span', { class: 'edit-what' }),
      el('button', { type: 'button', class: 'round', 'aria-label': t('cancel_edit'), title: t('cancel_edit'), onclick: () => this.#endEdit() }, icon('close')));
    this.replyBar = el('div', { class: 'edit-bar reply-bar', hidden: true }, icon('reply'), el('span', { class: 'edit-what', dir: 'auto' }),
      el('button', { type: 'button', class: 'round', 'aria-label': t('cancel_reply'), title: t('cancel_reply'), onclick: () => { chat.reply(null); this.field.focus(); } }, icon('close')));
    this.hints = el('div', { class: 'hints', role: 'menu', 'aria-label': t('commands'), hidden: true });
    rove(this.hints, () => [...this.hints.children]);
    this.hints.addEventListener('keydown', (event) => { if (event.key === 'Escape') { this.hints.hidden = true; this.field.focus(); } });
    this.form = el('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.commands.root,
      el('div', { class: 'field' }, this.field, this.keyboardButton, this.attach.root),
      this.sendButton,
      el('span', { id: `${id}-keys`, class: 'spoken' }, t('write_keys')));
    this.keyboardPlace = el('div', { class: 'reply-place' });
    this.bigButton = el('button', { type: 'button', class: 'big', onclick: () => this.#big() });
    this.root = el('div', { class: 'composer-root' }, this.hints, this.editBar, this.replyBar, this.form, this.keyboardPlace, el('div', { class: 'big-place' }, this.bigButton));
  }

  // Which of the field and the big button is there.
  #mode() {
    const big = this.chat.blocked || this.chat.empty || !this.chat.loaded;
    const held = this.root.contains(document.activeElement);
    this.form.hidden = big;
    this.keyboardPlace.hidden = big;
    this.bigButton.parentElement.hidden = !big;
    this.bigButton.disabled = !this.chat.loaded;
    this.bigButton.textContent = this.chat.blocked ? t('unblock') : t('start');
    if (big) { this.hints.hidden = true; this.#endEdit(); }
    if (held && !this.root.contains(document.activeElement)) this.focus();
    if (held && document.activeElement?.closest('[hidden]')) this.focus();
  }

  focus() { (this.form.hidden ? this.bigButton : this.field).focus(); }

  async #big() {
    if (this.chat.blocked) await this.chat.block(false);
    else await this.chat.start();
    this.#mode();
    this.focus();
  }

  #commandList() { return this.chat.info.commands ?? []; }

  #showCommands() { this.commands.root.hidden = this.chat.group || this.#commandList().length === 0; }

  #typed() {
    if (!this.#editing) sessionStorage.setItem(`draft-${this.chat.id}`, this.field.value);
    this.#grow();
    this.#hint();
  }

  #grow() {
    if (!SIZES_ITSELF) {
      this.field.style.height = 'auto';
      this.field.style.height = `${this.field.scrollHeight}px`;
    }
    this.form.classList.toggle('ready', this.field.value.trim() !== '');
  }

  // Commands that fit what has been typed after a slash.
  #hint() {
    const typed = /^\/(\w*)$/.exec(this.field.value)?.[1];
    const fits = typed === undefined || this.#editing ? [] : this.#commandList().filter((given) => given.command.startsWith(typed));
    this.hints.replaceChildren(...fits.map((given) => el('button', {
      type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { this.field.value = ''; this.#typed(); this.#sendText(`/${given.command}`); this.field.focus(); },
    }, el('strong', {}, `/${given.command}`), el('span', {}, given.description))));
    this.hints.hidden = fits.length === 0;
  }

  // A phone's own keyboard may send a new line without saying which key it was.
  #beforeInput(event) {
    if (this.#shift || !['insertLineBreak', 'insertParagraph'].includes(event.inputType)) return;
    event.preventDefault();
    this.#submit();
  }

  #key(event) {
    this.#shift = event.shiftKey;
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'Escape' && this.chat.replying) {
      event.stopPropagation();
      this.chat.reply(null);
    } else if (event.key === 'Escape' && (this.#editing || !this.hints.hidden)) {
      event.stopPropagation();
      this.hints.hidden = true;
      this.#endEdit();
    } else if (event.key === 'ArrowUp' && !this.hints.hidden) {
      event.preventDefault();
      focusOne([...this.hints.children], this.hints.lastElementChild);
    } else if (event.key === 'ArrowUp' && this.field.value === '' && !this.#editing) {
      const own = [...this.chat.messages.values()].filter((message) => this.chat.mine(message) && message.text).at(-1);
      if (own) { event.preventDefault(); this.edit(own); }
    }
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if (this.#editing) { this.#saveEdit(text); return; }
    this.field.value = '';
    this.#typed();
    this.#sendText(text);
  }

  #sendText(text) {
    this.chat.send({ text });
  }

  // Which message the next one answers.
  #showReply() {
    const { replying } = this.chat;
    this.replyBar.hidden = !replying;
    if (!replying) return;
    this.replyBar.querySelector('.edit-what').textContent = t('replying', { text: replying.text || t('kind_document') });
    this.field.focus();
  }

  // edit puts one of the person's own messages into the field.
  edit(message) {
    if (!this.#editing) this.#kept = this.field.value;
    this.#editing = message;
    this.editBar.querySelector('.edit-what').textContent = t('editing', { text: message.text });
    this.editBar.hidden = false;
    this.sendButton.setAttribute('aria-label', t('save'));
    this.field.value = message.text;
    this.#grow();
    this.field.focus();
  }

  async #saveEdit(text) {
    if (this.#saving) return;
    this.#saving = true;
    const message = this.#editing;
    if (text === message.text || await this.chat.edit(message.message_id, text)) this.#endEdit();
    this.#saving = false;
  }

  #endEdit() {
    if (!this.#editing) return;
    this.#editing = null;
    this.editBar.hidden = true;
    this.sendButton.setAttribute('aria-label', t('send'));
    this.field.value = this.#kept;
    this.#typed();
    this.field.focus();
  }

  #openKeyboard(open) {
    const keyboard = replyKeyboard(this.chat);
    this.#keyboardOpen = open && keyboard !== null;
    const held = this.keyboardPlace.contains(document.activeElement);
    this.keyboardPlace.replaceChildren(...(this.#keyboardOpen ? [keyboard] : []));
    this.keyboardButton.hidden = keyboard === null;
    const label = this.#keyboardOpen ? t('hide_keyboard') : t('show_keyboard');
    this.keyboardButton.setAttribute('aria-label', label);
    this.keyboardButton.title = label;
    this.keyboardButton.setAttribute('aria-expanded', String(this.#keyboardOpen));
    this.field.placeholder = this.chat.keyboard?.placeholder || t('write');
    if (held) this.field.focus();
  }
}
