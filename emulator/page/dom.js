// Builds DOM nodes. Strings become text nodes, never markup.

export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else if (name === 'hidden' || name === 'disabled' || name === 'inert') node[name] = true;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

// icon draws a symbol of the sprite in index.html; always decorative.
export function icon(name, extra = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${extra}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

// spoken is text for screen readers only; it keeps apart from what follows.
export const spoken = (text) => el('span', { class: 'spoken' }, `${text} `);

// avatar shows initials on one of six calm colours.
export function avatar(tone, name) {
  const initials = (name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? []).slice(0, 2).join('').toUpperCase();
  return el('span', { class: `avatar tone-${tone % 6}`, 'aria-hidden': 'true' }, initials || '?');
}

// rove makes the arrow keys walk over items(); one of them is the tab stop.
export function rove(container, items, keys = { next: ['ArrowDown', 'ArrowRight'], back: ['ArrowUp', 'ArrowLeft'] }) {
  container.addEventListener('keydown', (event) => {
    const list = items();
    const at = list.indexOf(document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    let to = -1;
    if (keys.next.includes(event.key)) to = Math.min(at + 1, list.length - 1);
    else if (keys.back.includes(event.key)) to = Math.max(at - 1, 0);
    else if (event.key === 'Home') to = 0;
    else if (event.key === 'End') to = list.length - 1;
    if (to < 0) return;
    event.preventDefault();
    focusOne(list, list[to]);
  });
}

export function focusOne(list, chosen) {
  for (const item of list) item.tabIndex = item === chosen ? 0 : -1;
  chosen?.focus();
}
