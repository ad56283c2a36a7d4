// Draws one message. Everything in it came from a person or a bot and is
// treated as hostile: text nodes, the allow-list of rich.js, checked links.

import { api } from './api.js';
import { el, icon, spoken } from './dom.js';
import { inlineKeyboard } from './keyboard.js';
import { rich } from './rich.js';
import { attachments } from './media.js';
import { fullTime, t, time } from './text.js';

// drawMessage returns the node of a message in chat. onEdit is called with
// the message when the person wants to change their own text.
export function drawMessage(chat, message, { onEdit }) {
  if (message.service) {
    return el('div', { class: 'message service', 'data-id': message.message_id, dir: 'auto' }, t(`service_${message.service}`, { name: message.from_name ?? '' }));
  }
  const mine = chat.mine(message);
  const parts = attachments(message, api.file);
  const caption = message.html || message.text || message.caption
    ? el('div', { class: 'words', dir: 'auto' }, words(chat, message)) : null;
  const bubble = el('div', { class: `bubble${parts.bare ? ' bare' : ''}` },
    spoken(mine ? t('you_said', { name: chat.user.as_name ?? chat.name }) : t('bot_said', { bot: chat.bot })),
    chat.group && !mine && message.from === 'user' ? el('div', { class: 'forwarded', dir: 'auto' }, message.from_name) : null,
    message.forwarded ? el('div', { class: 'forwarded' }, t('forwarded')) : null,
    quote(chat, message), parts.nodes, caption, meta(message, mine));
  const editable = mine && message.text && !parts.nodes.length;
  return el('div', { class: `message ${mine ? 'mine' : 'theirs'}`, 'data-id': message.message_id },
    el('div', { class: 'line' },
      editable ? el('button', {
        type: 'button', class: 'edit', 'aria-label': t('edit'), title: t('edit'), onclick: () => onEdit(message),
      }, icon('edit')) : null,
      bubble,
      chat.group && !mine ? el('button', {
        type: 'button', class: 'edit reply-to', 'aria-label': t('reply'), title: t('reply'), onclick: () => chat.reply(message),
      }, icon('reply')) : null),
    message.buttons?.length ? inlineKeyboard(chat, message) : null);
}

function quote(chat, message) {
  const target = message.reply_to && chat.messages.get(message.reply_to);
  if (!target) return null;
  return el('div', { class: 'quote', dir: 'auto' }, spoken(t('reply_to')), target.text || t('kind_document'));
}

function words(chat, message) {
  const hooks = { spoilerLabel: t('spoiler') };
  if (message.from === 'bot') hooks.onCommand = (text) => chat.send({ text });
  if (message.html) return rich(message.html, hooks);
  return message.text || message.caption || '';
}

function meta(message, mine) {
  return el('span', { class: 'meta' },
    message.edited ? el('span', { class: 'edited' }, t('edited')) : null,
    el('time', { datetime: new Date(message.date * 1000).toISOString(), title: fullTime(message.date) }, time(message.date)),
    message.reaction ? el('span', { class: 'reaction' }, message.reaction) : null,
    mine ? icon('sent') : null);
}

// drawUnsent shows a message that the emulator has not confirmed.
export function drawUnsent(chat, item) {
  const failed = item.state === 'failed';
  const what = item.body.text ?? t(`kind_${Object.keys(item.body)[0]}`);
  return el('div', { class: `message mine unsent${failed ? ' failed' : ''}`, 'data-key': item.key },
    el('div', { class: 'line' },
      el('div', { class: 'bubble' },
        spoken(t('you_said', { name: chat.name })),
        el('div', { class: 'words', dir: 'auto' }, what),
        el('span', { class: 'meta' }, time(item.date), icon(failed ? 'alert' : 'clock')))),
    failed ? el('div', { class: 'unsent-actions' },
      el('span', {}, t('not_sent')),
      el('button', { type: 'button', class: 'link', onclick: () => chat.resend(item) }, t('retry')),
      el('button', { type: 'button', class: 'link', onclick: () => chat.discard(item) }, t('discard'))) : null);
}
