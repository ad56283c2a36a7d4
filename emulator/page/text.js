// The words of the page, given by the program that serves it, and the way
// dates, times and sizes are written in their language.

const words = JSON.parse(document.getElementById('words').textContent);

export const lang = words.lang;

// t returns the text of a key with {braces} filled in.
export function t(key, fill = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in fill ? fill[name] : all));
}

// The program may show a clock of its own: then all days and hours are its.
const timeZone = document.getElementById('clock')?.dataset.zone || undefined;
let ahead = 0;
export const setNow = (millis) => { ahead = millis - Date.now(); };
export const nowMillis = () => Date.now() + ahead;

const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', timeZone });
const date = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', timeZone });
const full = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'short', timeZone });
const short = new Intl.DateTimeFormat(lang, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', timeZone });
const civil = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });

export const time = (seconds) => clock.format(new Date(seconds * 1000));
export const fullTime = (seconds) => full.format(new Date(seconds * 1000));
export const now = () => clock.format(new Date(nowMillis()));
export const shortNow = () => short.format(new Date(nowMillis()));
export const fullNow = () => full.format(new Date(nowMillis()));

// dayKey is the same for two instants of one day.
export const dayKey = (seconds) => civil.format(new Date(seconds * 1000));

export function day(seconds) {
  const key = dayKey(seconds);
  const present = nowMillis() / 1000;
  if (key === dayKey(present)) return t('today');
  if (key === dayKey(present - 24 * 60 * 60)) return t('yesterday');
  return date.format(new Date(seconds * 1000));
}

export function size(bytes) {
  if (!(bytes >= 0)) return '';
  const units = ['byte', 'kilobyte', 'megabyte'];
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < 2) { value /= 1000; step += 1; }
  return new Intl.NumberFormat(lang, {
    style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: value < 10 && step ? 1 : 0,
  }).format(value);
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
