// Turns a message's html into DOM nodes through a list of what is allowed.
// The markup is parsed into a document that runs nothing and loads nothing,
// and only copies of known elements, without their attributes, leave it.

const parserPolicy = window.trustedTypes?.createPolicy('arraigo-rich', { createHTML: (html) => html });

const ALLOWED = {
  B: 'strong', STRONG: 'strong', I: 'em', EM: 'em', U: 'u', INS: 'u', S: 's', STRIKE: 's', DEL: 's',
  CODE: 'code', PRE: 'pre', BLOCKQUOTE: 'blockquote', BR: 'br', P: 'p',
};
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'EMBED', 'SVG', 'MATH', 'NOSCRIPT', 'TITLE', 'TEXTAREA']);
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:', 'tg:']);

// safeAddress returns a link target that a person may follow, or ''.
export function safeAddress(href) {
  try {
    const url = new URL(String(href).trim());
    return SCHEMES.has(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}

export function rich(html, hooks = {}) {
  const trusted = parserPolicy ? parserPolicy.createHTML(String(html)) : String(html);
  const parsed = new DOMParser().parseFromString(trusted, 'text/html');
  const out = document.createDocumentFragment();
  copy(parsed.body, out, hooks);
  return out;
}

function copy(from, to, hooks) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copyText(child, to, hooks);
    else if (child.nodeType === Node.ELEMENT_NODE) copyElement(child, to, hooks);
  }
}

const LIVE = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|(?<![\w/])(\/[a-z][a-z0-9_]{0,31})(?![\w/])/gi;

// Bare addresses and commands can be followed, as on a real phone.
function copyText(from, to, hooks) {
  const inert = from.parentElement?.closest('a, code, pre');
  let done = afterBlock(from) ? 1 : 0;
  for (const match of inert ? [] : from.data.matchAll(LIVE)) {
    const node = match[1] ? anchor(match[1]) : command(match[2], hooks);
    if (!node) continue;
    node.append(match[0]);
    to.append(from.data.slice(done, match.index), node);
    done = match.index + match[0].length;
  }
  to.append(from.data.slice(done));
}

// A block ends its own line: the new line written after it is not another.
const afterBlock = (node) => /^(BLOCKQUOTE|PRE)$/.test(node.previousSibling?.nodeName ?? '') && node.data.startsWith('\n');

function command(text, hooks) {
  if (!hooks.onCommand) return null;
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'command';
  node.addEventListener('click', () => hooks.onCommand(text));
  return node;
}

function copyElement(from, to, hooks) {
  const tag = from.tagName.toUpperCase();
  if (DROPPED.has(tag)) return;
  const node = tag === 'A' ? anchor(from.getAttribute('href')) : spoiler(from) ?? (ALLOWED[tag] ? document.createElement(ALLOWED[tag]) : null);
  copy(from, node ?? to, hooks);
  if (node?.className === 'spoiler') cover(node, hooks);
  if (node) to.append(node);
}

function anchor(address) {
  const href = safeAddress(address ?? '');
  if (!href) return null;
  const node = document.createElement('a');
  node.href = href;
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  return node;
}

function spoiler(from) {
  if (from.tagName !== 'TG-SPOILER' && !['tg-spoiler', 'spoiler'].some((name) => from.classList.contains(name))) return null;
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'spoiler';
  return node;
}

// cover hides what is in the button from eyes and from screen readers until
// it is pressed.
function cover(button, hooks) {
  const text = document.createElement('span');
  text.append(...button.childNodes);
  text.setAttribute('aria-hidden', 'true');
  text.inert = true;
  const label = document.createElement('span');
  label.className = 'spoken';
  label.textContent = hooks.spoilerLabel ?? '';
  button.append(label, text);
  button.addEventListener('click', () => {
    text.removeAttribute('aria-hidden');
    text.inert = false;
    text.tabIndex = -1;
    button.replaceWith(text);
    text.focus();
  });
}
