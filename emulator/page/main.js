// Starts the page: the store, the phones, the theme button and the banner.

import { startClock } from './clock.js';
import { People } from './people.js';
import { Store } from './store.js';
import { t } from './text.js';

const byID = (id) => document.getElementById(id);
const store = new Store();

new People(store, { strip: byID('people'), table: byID('table'), add: byID('add-person'), dialog: byID('new-person') });
byID('add-first').addEventListener('click', () => byID('add-person').click());

store.addEventListener('connection', () => { byID('lost').hidden = store.connected; });
byID('retry').addEventListener('click', () => store.retry());

const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = byID('theme');

function showTheme() {
  const isDark = (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const label = isDark ? t('to_light') : t('to_dark');
  theme.querySelector('use').setAttribute('href', isDark ? '#i-sun' : '#i-moon');
  theme.setAttribute('aria-label', label);
  theme.title = label;
  return isDark;
}

theme.addEventListener('click', () => {
  const next = showTheme() ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('theme', next);
  showTheme();
});
dark.addEventListener('change', showTheme);
showTheme();

if (byID('clock')) startClock(byID('clock'), store);

store.open();
