// The event stream, opened again by itself whenever it breaks.
// Fires 'up' (after each opening), 'down' (once per loss) and 'event'.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;

export class Stream extends EventTarget {
  #source = null;
  #wait = FIRST_WAIT;
  #timer = 0;
  #up = null;

  constructor(url) {
    super();
    this.url = url;
    window.addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => { if (!document.hidden && this.#up === false) this.retry(); });
  }

  open() {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(this.url);
    this.#source = source;
    source.onopen = () => {
      this.#wait = FIRST_WAIT;
      this.#up = true;
      this.dispatchEvent(new Event('up'));
    };
    source.onmessage = (message) => {
      let detail;
      try { detail = JSON.parse(message.data); } catch { return; }
      this.dispatchEvent(new CustomEvent('event', { detail }));
    };
    // The browser's own retry gives up on an HTTP error and hides its pace:
    // one way of reconnecting is enough, and it is this one.
    source.onerror = () => {
      source.close();
      if (this.#up !== false) {
        this.#up = false;
        this.dispatchEvent(new Event('down'));
      }
      this.#timer = setTimeout(() => this.open(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    };
  }

  retry() {
    if (this.#up === true) return;
    this.#wait = FIRST_WAIT;
    this.open();
  }
}
