// The two keyboards of a bot: inline buttons under a message, and the reply
// keyboard that takes the place of the letters.

import { el, icon, spoken } from './dom.js';
import { safeAddress } from './rich.js';
import { t } from './text.js';

// inlineKeyboard draws the buttons of a message. The tab stop of all of a
// log's buttons is kept by the log.
export function inlineKeyboard(chat, message) {
  return el('div', { class: 'inline', role: 'group', 'aria-label': t('buttons') },
    message.buttons.map((row, r) => el('div', { class: 'inline-row' },
      row.map((button, c) => inlineButton(chat, message, button, r, c)))));
}

function inlineButton(chat, message, button, row, column) {
  const label = el('span', { class: 'inline-text', dir: 'auto' }, button.text);
  if (button.url) {
    const href = safeAddress(button.url);
    return el(href ? 'a' : 'button', {
      class: 'inline-button', href: href || undefined, target: '_blank', rel: 'noopener noreferrer',
      type: href ? undefined : 'button', disabled: !href, tabindex: '-1',
    }, label, icon('out'), spoken(t('new_tab')));
  }
  const press = button.copy
    ? () => chat.copy(button.copy)
    : () => chat.tap(message.message_id, row, column);
  const node = el('button', {
    type: 'button', class: 'inline-button', tabindex: '-1', 'data-row': row, 'data-column': column,
    disabled: Boolean(button.other), onclick: press,
  }, label, button.copy ? icon('copy') : null, el('span', { class: 'spinner', 'aria-hidden': 'true' }));
  showTap(node, chat.tapping(message.message_id, row, column));
  return node;
}

// showTaps draws which buttons of a message wait for the bot.
export function showTaps(chat, node, messageID) {
  for (const button of node.querySelectorAll('button[data-row]')) {
    showTap(button, chat.tapping(messageID, Number(button.dataset.row), Number(button.dataset.column)));
  }
}

// aria-disabled, not disabled: a disabled button would lose the focus.
function showTap(button, waiting) {
  button.classList.toggle('waiting', waiting);
  if (waiting) button.setAttribute('aria-busy', 'true');
  else button.removeAttribute('aria-busy');
}

// replyKeyboard draws the reply keyboard of the chat, or null.
export function replyKeyboard(chat) {
  if (!chat.keyboard) return null;
  return el('div', { class: 'reply', role: 'group', 'aria-label': t('reply_keyboard') },
    chat.keyboard.rows.map((row, r) => el('div', { class: 'reply-row' },
      row.map((button, c) => el('button', { type: 'button', class: 'reply-button', onclick: () => chat.pressReply(r, c) },
        button.request_contact ? icon('contact') : null, button.request_location ? icon('pin') : null,
        el('span', { dir: 'auto' }, button.text))))));
}
