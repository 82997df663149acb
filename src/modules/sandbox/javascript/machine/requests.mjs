/** Requests and timers that a source may wait for at once. */
export const MAX_PENDING = 1000;
/** Requests at the server at once; further ones wait for one to end. */
const MAX_OPEN = 32;

/** What one machine asks of the server. */
export class Requests {
  /** Those that the source waits for, by id; the first ones are at the server. */
  pending = new Map();
  queue = [];
  open = 0;

  /** `settle(id, isDone, value)`: the result or the error of a request that has not been cancelled. */
  constructor(settle) {
    this.settle = settle;
  }

  get size() {
    return this.pending.size;
  }

  /** `send(signal)` returns a promise. */
  add(id, send) {
    if (this.pending.size >= MAX_PENDING) throw new RangeError('Too many requests at the same time');
    this.pending.set(id, { send, controller: new AbortController() });
    this.queue.push(id);
    this.sendNext();
  }

  cancel(id) {
    this.pending.get(id)?.controller.abort();
    this.pending.delete(id);
    const place = this.queue.indexOf(id);
    if (place >= 0) this.queue.splice(place, 1);
  }

  close() {
    for (const id of [...this.pending.keys()]) this.cancel(id);
  }

  sendNext() {
    while (this.open < MAX_OPEN && this.queue.length > 0) {
      const id = this.queue.shift();
      this.send(id, this.pending.get(id));
    }
  }

  send(id, { send, controller }) {
    this.open += 1;
    const end = (isDone, value) => {
      this.open -= 1;
      const isAwaited = this.pending.delete(id);
      this.sendNext();
      if (isAwaited) this.settle(id, isDone, value);
    };
    send(controller.signal).then(
      (value) => end(true, value),
      (error) => end(false, error),
    );
  }
}
