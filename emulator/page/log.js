// The conversation of one chat: days, messages in order, unsent ones, typing
// dots, and where the reader is in it.

import { el, icon, rove, spoken } from './dom.js';
import { showTaps } from './keyboard.js';
import { drawMessage, drawUnsent } from './message.js';
import { day, dayKey, t } from './text.js';

const NEAR_END = 80;

export class Log {
  #nodes = new Map();
  #unsent = new Map();
  #following = true;
  #gliding = false; // on the way to the end by itself
  #missed = 0;

  constructor(chat, { onEdit }) {
    this.chat = chat;
    this.onEdit = onEdit;
    this.list = el('div', {
      class: 'log', role: 'log', tabindex: '0', 'aria-live': 'polite', 'aria-relevant': 'additions text',
      'aria-label': t('conversation', { name: chat.name, bot: chat.bot }), 'aria-busy': 'true',
    });
    this.dots = el('div', { class: 'message theirs dots-line', hidden: true },
      el('div', { class: 'bubble dots' }, el('i'), el('i'), el('i'), spoken(t('typing'))));
    this.pill = el('button', { type: 'button', class: 'pill', hidden: true, onclick: () => this.toEnd(true) }, icon('down'), el('span'));
    this.root = el('div', { class: 'log-root' }, this.list, this.pill);
    this.list.append(this.dots);
    this.list.addEventListener('scroll', () => { if (!this.#gliding) this.#scrolled(); }, { passive: true });
    this.list.addEventListener('scrollend', () => this.#landed());
    for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown']) this.list.addEventListener(type, () => this.#landed(), { passive: true });
    // A picture that loads, a keyboard that opens or a turned phone changes
    // heights without a scroll by the reader.
    const keep = new ResizeObserver(() => { if (this.#following) this.#jump(); });
    keep.observe(this.list);
    this.list.addEventListener('load', () => { if (this.#following) this.#jump(); }, true);
    rove(this.list, () => this.#buttons());
    this.list.addEventListener('focusin', ({ target }) => {
      if (target.matches('.inline-button')) this.#tabStop(target);
    });
    this.#listen();
    if (chat.loaded) this.#reset();
  }

  #listen() {
    const on = (type, run) => this.chat.addEventListener(type, ({ detail }) => run(detail));
    on('reset', () => this.#reset());
    on('message', (message) => this.#add(message));
    on('edited', (message) => this.#replace(message));
    on('deleted', (message) => this.#remove(message));
    on('outbox', () => this.#drawOutbox());
    on('typing', () => this.#drawTyping());
    on('taps', (id) => { const node = this.#nodes.get(id); if (node) showTaps(this.chat, node, id); });
  }

  #draw(message) { return drawMessage(this.chat, message, { onEdit: this.onEdit }); }

  #reset() {
    this.list.setAttribute('aria-busy', 'true');
    for (const node of [...this.list.children]) if (node !== this.dots && !node.matches('.unsent')) node.remove();
    this.#nodes.clear();
    for (const message of this.chat.messages.values()) this.#place(message);
    this.#drawOutbox();
    this.#drawTyping();
    this.#tabStop();
    this.toEnd(false);
    // Live again only once what is old has been drawn.
    requestAnimationFrame(() => this.list.removeAttribute('aria-busy'));
  }

  #place(message) {
    const key = dayKey(message.date);
    const node = this.#draw(message);
    node.dataset.day = key;
    const end = this.#unsent.values().next().value?.node ?? this.dots;
    if (key !== end.previousElementSibling?.dataset.day) end.before(el('div', { class: 'day', 'data-day': key, 'data-at': message.date }, el('span', {}, day(message.date))));
    end.before(node);
    this.#nodes.set(message.message_id, node);
    return node;
  }

  #add(message) {
    const following = this.#following || message.from === 'user';
    const node = this.#place(message);
    node.classList.add('fresh');
    this.#tabStop();
    if (following) this.toEnd(true);
    else {
      this.#missed += 1;
      this.#drawPill();
    }
  }

  #replace(message) {
    const old = this.#nodes.get(message.message_id);
    if (!old) return;
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const node = this.#draw(message);
    node.dataset.day = old.dataset.day;
    old.replaceWith(node);
    this.#nodes.set(message.message_id, node);
    this.#tabStop();
    if (held) this.#holdFocus(node, held);
    if (this.#following) this.toEnd(false);
  }

  // Whoever was on a button that has gone stays in the conversation.
  #holdFocus(node, held) {
    const { row, column } = held.dataset;
    const twin = row === undefined ? node.querySelector('.edit') : node.querySelector(`[data-row="${row}"][data-column="${column}"]`);
    (twin ?? this.list).focus({ preventScroll: true });
  }

  #remove(message) {
    const node = this.#nodes.get(message.message_id);
    if (!node) return;
    const held = node.contains(document.activeElement);
    const before = node.previousElementSibling;
    node.remove();
    this.#nodes.delete(message.message_id);
    if (before?.matches('.day') && !before.nextElementSibling?.matches(`[data-day="${before.dataset.day}"]`)) before.remove();
    if (held) this.list.focus();
    this.#tabStop();
  }

  #drawOutbox() {
    const keys = new Set(this.chat.outbox.map((item) => item.key));
    for (const [key, { node }] of this.#unsent) if (!keys.has(key)) { node.remove(); this.#unsent.delete(key); }
    for (const item of this.chat.outbox) {
      const old = this.#unsent.get(item.key);
      if (old?.state === item.state) continue;
      const node = drawUnsent(this.chat, item);
      if (old) old.node.replaceWith(node);
      else this.dots.before(node);
      this.#unsent.set(item.key, { node, state: item.state });
      this.toEnd(true);
    }
  }

  #drawTyping() {
    this.dots.hidden = !this.chat.typing;
    if (this.chat.typing && this.#following) this.toEnd(true);
  }

  #buttons() { return [...this.list.querySelectorAll('.inline-button:not(:disabled)')]; }

  // One tab stop for all buttons of the log: the first of the newest message.
  #tabStop(chosen) {
    const all = this.#buttons();
    const newest = [...this.list.querySelectorAll('.inline')].at(-1);
    const stop = chosen ?? all.find((button) => button === document.activeElement) ?? newest?.querySelector('.inline-button:not(:disabled)');
    for (const button of all) button.tabIndex = button === stop ? 0 : -1;
  }

  #landed() {
    this.#gliding = false;
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#following) this.#missed = 0;
    this.#drawPill();
  }

  #drawPill() {
    this.pill.hidden = this.#following;
    this.pill.lastChild.textContent = this.#missed ? t(this.#missed === 1 ? 'new_message' : 'new_messages', { count: this.#missed }) : '';
    this.pill.setAttribute('aria-label', this.#missed ? this.pill.lastChild.textContent : t('to_end'));
  }

  #jump() { this.list.scrollTop = this.list.scrollHeight; }

  toEnd(smooth) {
    this.#following = true;
    this.#missed = 0;
    this.#drawPill();
    const calm = !smooth || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#gliding = !calm && this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight > 1;
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: calm ? 'instant' : 'smooth' });
  }
}
