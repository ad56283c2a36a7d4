// The person's side of the emulator over HTTP.

async function call(method, path, body) {
  const response = await fetch(`/emulator${path}`, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error ?? answer?.description ?? `HTTP ${response.status}`);
  return answer;
}

const chat = (id, rest) => `/chats/${encodeURIComponent(id)}/${rest}`;

export const api = {
  clock: () => call('GET', '/clock'),
  moveClock: (move) => call('POST', `/clock/${encodeURIComponent(move)}`, {}),
  users: () => call('GET', '/users'),
  groups: () => call('GET', '/groups'),
  addUser: (user) => call('POST', '/users', user),
  messages: (id) => call('GET', chat(id, 'messages')),
  send: (id, body) => call('POST', chat(id, 'messages'), body),
  edit: (id, messageID, text) => call('POST', chat(id, 'edits'), { message_id: messageID, text }),
  tap: (id, body) => call('POST', chat(id, 'taps'), body),
  start: (id, payload) => call('POST', chat(id, 'start'), payload ? { payload } : {}),
  block: (id, blocked) => call('POST', chat(id, blocked ? 'block' : 'unblock'), {}),
  commands: (id) => call('GET', chat(id, 'commands')),
  file: (id) => `/emulator/files/${encodeURIComponent(id)}`,
};
