// The program's clock in the header, and the menu that moves it.

import { api } from './api.js';
import { el, spoken } from './dom.js';
import { menu } from './menu.js';
import { day, fullNow, shortNow, t } from './text.js';

const SHOWN_MS = 8000;

export function startClock(root, store) {
  const moves = JSON.parse(document.getElementById('moves').textContent);
  const said = el('p', { class: 'clock-said', role: 'status' });
  const { root: menuRoot, button } = menu({
    label: t('clock_move'), symbol: 'clock', name: ' ', className: 'clock-button',
    items: () => moves.map((move) => ({ label: move.text, run: () => run(move.name) })),
  });
  const shown = button.lastChild;
  button.append(spoken(t('clock_move')));
  root.append(menuRoot, said);

  let hide = 0;
  function say(text, bad = false) {
    clearTimeout(hide);
    said.textContent = text;
    said.classList.toggle('bad', bad);
    said.classList.add('shown');
    hide = setTimeout(() => said.classList.remove('shown'), Math.max(SHOWN_MS, text.length * 60));
  }

  async function run(move) {
    try {
      const answer = await api.moveClock(move);
      store.clock(answer.now);
      say([answer.said, t('clock_is', { time: fullNow() })].filter(Boolean).join(' '));
    } catch (error) {
      say(t('failed', { reason: error.message }), true);
    }
  }

  let next = 0;
  function draw() {
    clearTimeout(next);
    next = setTimeout(draw, 1000);
    const text = t('clock_short', { time: shortNow() });
    if (shown.textContent !== text) shown.textContent = text;
  }

  store.addEventListener('clock', () => {
    draw();
    for (const line of document.querySelectorAll('.day[data-at]')) line.firstChild.textContent = day(Number(line.dataset.at));
  });
  // What moved while the connection was away is in no event.
  const read = () => api.clock().then(({ now }) => store.clock(now), () => {});
  store.addEventListener('connection', () => { if (store.connected) read(); });
  read();
  draw();
}
