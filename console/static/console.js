// What a script adds to pages that work without one. Nothing here decides or
// keeps anything.
'use strict';

// What this server rendered is the only markup that a page takes in.
const rendered = window.trustedTypes
  ? window.trustedTypes.createPolicy('arraigo-console', { createHTML: (html) => html })
  : { createHTML: (html) => html };

// take puts the parts of an answer in the place of the elements of the same id.
// Where somebody is typing stays as it is.
function take(html) {
  const page = new DOMParser().parseFromString(rendered.createHTML(html), 'text/html');
  for (const part of page.querySelectorAll('[id]')) {
    const old = document.getElementById(part.id);
    if (!old || old.contains(document.activeElement) || part.parentElement.closest('[id]')) continue;
    old.replaceWith(document.importNode(part, true));
  }
}

// A form with data-check asks the server about what is being typed.
for (const form of document.querySelectorAll('form[data-check]')) {
  let timer = 0;
  let under = null;
  const look = async () => {
    under?.abort();
    under = new AbortController();
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') body.append(name, value);
    }
    try {
      const answer = await fetch(form.dataset.check, { method: 'POST', body, signal: under.signal });
      if (answer.ok) take(await answer.text());
    } catch { /* the form is checked again when it is sent */ }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  });
}

// An element with data-live shows what the server tells while it happens.
for (const place of document.querySelectorAll('[data-live]')) {
  const source = new EventSource(place.dataset.live);
  source.addEventListener('part', (event) => take(event.data));
  source.addEventListener('end', () => source.close());
}

// A form is sent once, even without the server's own care.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
  event.submitter?.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('[aria-busy]')?.removeAttribute('aria-busy');
  }
});

// A page that is open for long says before its session ends.
const ends = document.getElementById('ends');
if (ends?.hidden) setTimeout(() => { ends.hidden = false; }, Number(ends.dataset.in));

// Errors come first.
document.getElementById('errors')?.focus();

// A button with data-copy copies the field of that id.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch { /* it is selected: the keyboard copies it */ }
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// The drawer closes with Escape and by a click beside it.
const drawer = document.querySelector('.drawer');
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && drawer?.open) {
    drawer.open = false;
    drawer.querySelector('summary').focus();
  }
});
addEventListener('click', (event) => {
  if (drawer?.open && !drawer.contains(event.target)) drawer.open = false;
});
