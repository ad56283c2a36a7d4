// Draws what a message carries besides words: files, pictures, voice, places,
// contacts, stickers.

import { el, avatar, icon } from './dom.js';
import { safeAddress } from './rich.js';
import { duration, size, t } from './text.js';

// attachments returns the nodes and whether the bubble's paper is left out.
export function attachments(message, fileURL) {
  const nodes = [];
  const add = (kind, draw) => { if (message[kind]) nodes.push(draw(message[kind], fileURL)); };
  add('photo', photo);
  add('document', file);
  add('video', file);
  add('video_note', file);
  add('animation', file);
  add('audio', file);
  add('voice', voice);
  if (message.venue) nodes.push(place({ ...message.venue.location, ...message.venue }));
  else add('location', place);
  add('contact', contact);
  add('sticker', sticker);
  return { nodes, bare: Boolean(message.sticker) };
}

function photo(given, fileURL) {
  const image = el('img', { src: fileURL(given.file_id), alt: t('kind_photo'), loading: 'lazy', decoding: 'async', width: given.width, height: given.height });
  const frame = el('a', { class: 'photo', href: fileURL(given.file_id), target: '_blank', rel: 'noopener noreferrer' }, image);
  // The odd inputs carry no real picture: a drawn one stands for it.
  image.addEventListener('error', () => frame.replaceWith(el('div', { class: 'photo none', role: 'img', 'aria-label': t('kind_photo') }, icon('photo'))));
  return frame;
}

function file(given, fileURL) {
  const name = given.file_name || t('kind_document');
  const kind = name.includes('.') ? name.split('.').pop().slice(0, 4) : '';
  return el('a', {
    class: 'file', href: fileURL(given.file_id), download: name, 'aria-label': t('download', { name }),
  },
  el('span', { class: 'file-mark' }, kind ? el('span', { class: 'file-kind' }, kind.toUpperCase()) : icon('file')),
  el('span', { class: 'file-text' },
    el('span', { class: 'file-name' }, name),
    el('span', { class: 'file-size' }, size(given.file_size), icon('download'))));
}

const BARS = 28;

function voice(given, fileURL) {
  const id = String(given.file_id ?? '');
  const length = el('span', { class: 'voice-length' }, duration(given.duration));
  const button = el('button', { type: 'button', class: 'voice-play', 'aria-label': t('play'), 'aria-pressed': 'false' }, icon('play'));
  const wave = el('span', { class: 'wave', 'aria-hidden': 'true' });
  let seed = 7;
  for (const char of id) seed = (seed * 31 + char.charCodeAt(0)) % 9973;
  for (let n = 0; n < BARS; n += 1) {
    seed = (seed * 137 + 71) % 9973;
    const bar = el('i');
    bar.style.setProperty('--tall', `${18 + ((seed % 100) * Math.sin(((n + 1) / (BARS + 1)) * Math.PI) * 0.8)}%`);
    wave.append(bar);
  }
  let sound = null;
  const show = (on) => {
    button.setAttribute('aria-pressed', String(on));
    button.replaceChildren(icon(on ? 'pause' : 'play'));
  };
  button.addEventListener('click', () => {
    if (!sound) {
      sound = new Audio(fileURL(id));
      sound.addEventListener('ended', () => show(false));
      sound.addEventListener('timeupdate', () => wave.style.setProperty('--played', String(sound.currentTime / (sound.duration || 1))));
    }
    if (!sound.paused) { sound.pause(); show(false); return; }
    sound.play().then(() => show(true), () => { button.disabled = true; length.textContent = t('no_sound'); });
  });
  return el('div', { class: 'voice', role: 'group', 'aria-label': t('kind_voice') }, button, el('div', { class: 'voice-body' }, wave, length));
}

function place(given) {
  const latitude = Number(given.latitude);
  const longitude = Number(given.longitude);
  const spot = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const href = safeAddress(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`);
  return el('a', { class: 'place', href, target: '_blank', rel: 'noopener noreferrer' },
    el('span', { class: 'place-map', 'aria-hidden': 'true' }, icon('pin')),
    el('span', { class: 'place-text' },
      el('span', { class: 'place-title', dir: 'auto' }, given.title || t('kind_location')),
      el('span', { class: 'place-note', dir: 'auto' }, given.address || spot)));
}

function contact(given) {
  const name = [given.first_name, given.last_name].filter(Boolean).join(' ');
  return el('div', { class: 'contact' }, avatar(name.length, name),
    el('span', { class: 'contact-text' },
      el('span', { class: 'contact-name', dir: 'auto' }, name),
      el('span', { class: 'contact-phone' }, given.phone_number ?? '')));
}

function sticker() {
  return el('div', { class: 'sticker', role: 'img', 'aria-label': t('kind_sticker') }, icon('mark'));
}
