// A pop-up menu under a button: arrows move, Escape closes and gives the
// focus back, a click outside closes.

import { el, focusOne, icon, rove } from './dom.js';

// items() returns [{label, note?, icon?, run}] each time the menu opens.
export function menu({ label, symbol, name, items, className = '' }) {
  const list = el('div', { class: 'menu', role: 'menu', 'aria-label': label, hidden: true });
  const button = el('button', {
    type: 'button', class: `round ${className}`.trim(), 'aria-label': name ? null : label, title: label,
    'aria-haspopup': 'menu', 'aria-expanded': 'false',
  }, icon(symbol), name ? el('span', { class: 'round-name' }, name) : null);
  const root = el('div', { class: 'menu-root' }, button, list);
  const entries = () => [...list.querySelectorAll('[role=menuitem]')];

  const outside = (event) => { if (!root.contains(event.target)) close(false); };

  function open(last = false) {
    list.replaceChildren(...items().map((item) => el('button', {
      type: 'button', role: 'menuitem', tabindex: '-1',
      onclick: () => { close(true); item.run(); },
    }, item.icon ? icon(item.icon) : null, el('span', { class: 'menu-text' },
      el('span', {}, item.label), item.note ? el('span', { class: 'menu-note' }, item.note) : null))));
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', outside);
    focusOne(entries(), last ? entries().at(-1) : entries()[0]);
  }

  function close(refocus) {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside);
    if (refocus) button.focus();
  }

  rove(list, entries);
  button.addEventListener('click', () => (list.hidden ? open() : close(true)));
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) { event.stopPropagation(); close(true); }
    if (event.target === button && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault();
      open(event.key === 'ArrowUp');
    }
  });
  root.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) close(false);
  });
  return { root, button };
}
