// Which phones are on the table: the strip of people, and the form that adds
// one. Wide windows show several side by side; a narrow one shows one at a
// time, and the strip is its tabs.

import { avatar, el, focusOne, rove } from './dom.js';
import { Phone } from './phone.js';
import { t } from './text.js';

const SHOWN = 'shown';
const FIRST_SHOWN = 3;

export class People {
  #phones = new Map();
  #shown = null;
  #active = null;
  #narrow = matchMedia('(max-width: 759px)');

  constructor(store, { strip, table, add, dialog }) {
    Object.assign(this, { store, strip, table, dialog });
    store.addEventListener('people', () => this.#draw());
    this.#narrow.addEventListener('change', () => this.#draw());
    add.addEventListener('click', () => this.#ask());
    rove(strip, () => [...strip.querySelectorAll('button')]);
    this.#form();
  }

  #remember() { localStorage.setItem(SHOWN, JSON.stringify([...this.#shown])); }

  #recall() {
    let ids = [];
    try { ids = JSON.parse(localStorage.getItem(SHOWN) ?? '[]'); } catch { /* a fresh start */ }
    const known = ids.filter((id) => this.store.chats.has(id));
    this.#shown = new Set(known.length ? known : this.#first());
    this.#active = [...this.#shown][0] ?? null;
  }

  // Groups are shown from the start: what people write arrives there.
  #first() {
    const all = [...this.store.chats.values()];
    const groups = all.filter((chat) => chat.group);
    return [...all.filter((chat) => !chat.group).slice(0, Math.max(1, FIRST_SHOWN - groups.length)), ...groups].map((chat) => chat.id);
  }

  #draw() {
    if (!this.store.ready) return;
    if (!this.#shown) this.#recall();
    const narrow = this.#narrow.matches;
    const all = [...this.store.chats.values()];
    if (narrow && !this.store.chats.has(this.#active)) this.#active = all[0]?.id ?? null;
    const visible = narrow ? all.filter((chat) => chat.id === this.#active) : all.filter((chat) => this.#shown.has(chat.id));
    for (const chat of all) {
      chat.visible = visible.includes(chat);
      if (!chat.visible) continue;
      chat.unread = 0;
      if (!chat.wanted) chat.load();
    }
    this.#drawStrip(all, visible, narrow);
    this.#drawTable(visible, narrow);
  }

  #drawStrip(all, visible, narrow) {
    const held = document.activeElement?.dataset?.person;
    this.strip.setAttribute('role', narrow ? 'tablist' : 'group');
    const buttons = all.map((chat) => {
      const on = visible.includes(chat);
      const state = narrow
        ? { role: 'tab', 'aria-selected': String(on), 'aria-controls': on ? `phone-${chat.id}` : undefined }
        : { 'aria-pressed': String(on) };
      return el('button', { type: 'button', class: `person${on ? ' on' : ''}`, 'data-person': chat.id, tabindex: '-1', ...state, onclick: () => this.#choose(chat.id) },
        avatar(chat.tone, chat.name), el('span', { class: 'person-name', dir: 'auto' }, chat.user.first_name || chat.name),
        chat.unread ? el('span', { class: 'badge', 'aria-label': t('unread', { count: chat.unread }) }, String(chat.unread)) : null);
    });
    this.strip.replaceChildren(...buttons);
    const stop = buttons.find((button) => button.dataset.person === held) ?? buttons.find((button) => button.classList.contains('on')) ?? buttons[0];
    if (held) focusOne(buttons, stop);
    else if (stop) stop.tabIndex = 0;
    if (narrow) this.strip.querySelector('.on')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }

  #drawTable(visible, narrow) {
    for (const [id, phone] of this.#phones) if (!visible.some((chat) => chat.id === id)) phone.root.remove();
    let before = null;
    for (const chat of visible) {
      if (!this.#phones.has(chat.id)) this.#phones.set(chat.id, new Phone(chat, { onClose: () => this.#hide(chat.id) }));
      const { root } = this.#phones.get(chat.id);
      if (narrow) root.setAttribute('role', 'tabpanel'); else root.removeAttribute('role');
      // A node that is moved loses its focus and its scroll.
      if (root.parentElement !== this.table || root.previousElementSibling !== before) this.table.insertBefore(root, before ? before.nextSibling : this.table.firstChild);
      before = root;
    }
    const nobody = document.getElementById('nobody');
    nobody.hidden = visible.length > 0;
    this.table.append(nobody);
  }

  #choose(id) {
    if (this.#narrow.matches) this.#active = id;
    else if (this.#shown.has(id)) this.#shown.delete(id);
    else this.#shown.add(id);
    this.#remember();
    this.#draw();
    if (!this.#narrow.matches && this.#shown.has(id)) {
      this.#phones.get(id).root.scrollIntoView({ inline: 'nearest', block: 'nearest', behavior: 'smooth' });
    }
  }

  #hide(id) {
    this.#shown.delete(id);
    this.#remember();
    this.#draw();
    this.strip.querySelector(`[data-person="${id}"]`)?.focus();
  }

  #ask() {
    this.dialog.querySelector('form').reset();
    this.dialog.querySelector('[role=alert]').textContent = '';
    this.dialog.showModal();
  }

  #form() {
    const form = this.dialog.querySelector('form');
    this.dialog.querySelector('.cancel').addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const fields = {};
      for (const [name, value] of new FormData(form)) if (value.trim()) fields[name] = value.trim().replace(name === 'username' ? /^@/ : /$^/, '');
      try {
        const chat = await this.store.addPerson(fields);
        this.dialog.close();
        this.#shown ??= new Set();
        this.#shown.add(chat.id);
        this.#active = chat.id;
        this.#remember();
        this.#draw();
        const phone = this.#phones.get(chat.id);
        phone.root.scrollIntoView({ inline: 'end', block: 'nearest' });
        await chat.load();
        phone.focus();
      } catch (error) {
        this.dialog.querySelector('[role=alert]').textContent = t('failed', { reason: error.message });
      }
    });
  }
}

