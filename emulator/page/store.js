// What the page knows: people, their chats and the messages in them. Phones
// listen to it and draw; they keep no facts of their own.

import { api } from './api.js';
import { Chat } from './chat.js';
import { Stream } from './events.js';
import { setNow } from './text.js';

// Fires 'people' when the list changes, 'connection' when the stream breaks or
// comes back, and 'clock' when the program's clock was moved.
export class Store extends EventTarget {
  chats = new Map();
  connected = true;
  #stream = new Stream('/emulator/events');

  constructor() {
    super();
    this.#stream.addEventListener('up', () => this.#up());
    this.#stream.addEventListener('down', () => this.#connection(false));
    this.#stream.addEventListener('event', ({ detail }) => this.#take(detail));
  }

  open() { this.#stream.open(); }

  retry() { this.#stream.retry(); }

  // Everything is read again after each opening: what happened while the
  // stream was away is in no event.
  async #up() {
    this.#connection(true);
    try {
      for (const user of await api.users()) this.#person(user);
      await this.#groups();
    } catch {
      this.#connection(false);
      return;
    }
    this.ready = true;
    this.dispatchEvent(new Event('people'));
    for (const chat of this.chats.values()) if (chat.wanted) chat.load();
  }

  #connection(up) {
    this.connected = up;
    this.dispatchEvent(new Event('connection'));
  }

  // What the program's clock shows; 'clock' tells that it was moved.
  clock(millis) {
    setNow(millis);
    this.dispatchEvent(new Event('clock'));
  }

  #person(user) {
    const known = this.chats.get(user.id);
    if (known) known.user = { ...known.user, ...user };
    else this.chats.set(user.id, new Chat(user, this.chats.size));
    return this.chats.get(user.id);
  }

  // A group is one more chat, in which one of its members holds the phone.
  async #groups() {
    for (const group of await api.groups()) {
      this.#person({ id: group.id, first_name: group.title, as: group.as, as_name: group.as_name });
    }
  }

  async addPerson(fields) {
    const user = await api.addUser(fields);
    const chat = this.#person({ ...fields, ...user });
    this.dispatchEvent(new Event('people'));
    return chat;
  }

  #take(event) {
    if (event.type === 'user') {
      this.#person(event.user);
      this.dispatchEvent(new Event('people'));
      return;
    }
    if (event.type === 'clock') {
      this.clock(event.now);
      return;
    }
    if (event.type === 'group') {
      this.#groups().then(() => this.dispatchEvent(new Event('people')), () => {});
      return;
    }
    if (event.type === 'bot') {
      for (const chat of this.chats.values()) if (chat.wanted) chat.loadCommands().catch(() => {});
      return;
    }
    const chat = this.chats.get(event.chat_id);
    chat?.take(event);
    if (event.type === 'message' && chat && !chat.visible) this.dispatchEvent(new Event('people'));
  }
}
