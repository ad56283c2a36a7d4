// One person's phone: the frame, the head of the chat, the conversation, what
// the person writes with, and what pops up over them.

import { Composer } from './composer.js';
import { avatar, el, icon } from './dom.js';
import { Log } from './log.js';
import { menu } from './menu.js';
import { rich } from './rich.js';
import { now, t } from './text.js';

const TOAST_MS = 4500;

export class Phone {
  #toastTimer = 0;

  constructor(chat, { onClose }) {
    this.chat = chat;
    this.composer = new Composer(chat);
    this.log = new Log(chat, { onEdit: (message) => this.composer.edit(message) });
    this.status = el('span', { class: 'chat-status' });
    this.welcome = el('div', { class: 'welcome', hidden: true });
    this.toast = el('div', { class: 'toast', role: 'status' });
    this.menu = menu({ label: t('chat_menu'), symbol: 'more', className: 'more', items: () => this.#menuItems(onClose) });
    this.screen = el('div', { class: 'screen' },
      el('div', { class: 'status-bar', 'aria-hidden': 'true' }, el('span', { class: 'status-time' }, now()), icon('signal'), icon('battery')),
      el('header', { class: 'chat-head' },
        el('span', { class: 'bot-mark' }, icon('mark')),
        el('div', { class: 'chat-title' }, el('p', { class: 'bot-name', dir: 'auto' }, chat.bot), this.status),
        this.menu.root),
      el('div', { class: 'chat-body' }, this.log.root, this.welcome, this.toast),
      this.composer.root);
    const { user } = chat;
    this.root = el('section', { class: 'phone', id: `phone-${chat.id}`, 'aria-label': t('phone_of', { name: chat.name }) },
      el('div', { class: 'caption' }, avatar(chat.tone, chat.name),
        el('div', { class: 'caption-text' },
          el('h2', { dir: 'auto' }, chat.name),
          el('p', {}, chat.group ? t('group_as', { name: user.as_name }) : [user.username ? `@${user.username}` : t('no_username'), user.language_code || t('no_language')].join(' · '))),
        el('button', { type: 'button', class: 'round', 'aria-label': t('hide_phone', { name: chat.name }), title: t('hide_phone', { name: chat.name }), onclick: onClose }, icon('close'))),
      el('div', { class: 'frame' }, this.screen));
    this.#listen();
    this.#draw();
  }

  #listen() {
    for (const type of ['reset', 'message', 'deleted', 'outbox', 'typing', 'blocked', 'info']) this.chat.addEventListener(type, () => this.#draw());
    this.chat.addEventListener('answer', ({ detail }) => (detail.alert ? this.#alert(detail.text) : this.#say(detail.text)));
    this.chat.addEventListener('failed', ({ detail }) => this.#say(t('failed', { reason: detail }), true));
  }

  #draw() {
    const { chat } = this;
    this.root.querySelector('.status-time').textContent = now();
    this.status.textContent = chat.blocked ? t('blocked') : chat.typing ? t('typing') : chat.group ? t('group') : t('bot');
    this.status.classList.toggle('busy', chat.typing && !chat.blocked);
    this.root.querySelector('.bot-name').textContent = chat.group ? chat.name : chat.bot;
    const empty = chat.empty;
    this.welcome.hidden = !empty;
    if (empty) {
      const about = chat.info.description || chat.info.short_description;
      this.welcome.replaceChildren(el('div', { class: 'welcome-card' }, el('span', { class: 'bot-mark large' }, icon('mark')),
        el('p', { class: 'welcome-title' }, t('what_can')),
        el('p', { class: 'welcome-text', dir: 'auto' }, about ? rich(escape(about)) : t('no_description'))));
    }
  }

  #menuItems(onClose) {
    if (this.chat.group) return [{ label: t('hide'), icon: 'close', run: onClose }];
    return [
      { label: t('restart'), icon: 'restart', run: () => this.chat.start() },
      this.chat.blocked
        ? { label: t('unblock'), icon: 'unblock', run: () => this.chat.block(false) }
        : { label: t('block'), icon: 'block', run: () => this.chat.block(true) },
      { label: t('hide'), icon: 'close', run: onClose },
    ];
  }

  #say(text, bad = false) {
    clearTimeout(this.#toastTimer);
    this.toast.textContent = text;
    this.toast.classList.toggle('bad', bad);
    this.toast.classList.add('shown');
    this.#toastTimer = setTimeout(() => {
      this.toast.classList.remove('shown');
      this.toast.textContent = '';
    }, Math.max(TOAST_MS, text.length * 60));
  }

  // An alert must be read and closed. It covers its own phone only: the
  // others are other people's.
  #alert(text) {
    const held = document.activeElement;
    const id = `alert-${this.chat.id}`;
    const close = () => {
      cover.remove();
      for (const part of this.screen.children) part.inert = false;
      if (held?.isConnected) held.focus();
      else this.composer.focus();
    };
    const button = el('button', { type: 'button', class: 'primary', onclick: close }, t('ok'));
    const cover = el('div', { class: 'cover', onkeydown: (event) => { if (event.key === 'Escape') close(); } },
      el('div', { class: 'alert', role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': id, dir: 'auto' },
        el('p', { id }, text), button));
    for (const part of this.screen.children) part.inert = true;
    this.screen.append(cover);
    button.focus();
  }

  focus() { this.composer.focus(); }
}

const escape = (text) => text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]).replace(/\n/g, '<br>');
