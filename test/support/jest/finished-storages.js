const { AsyncLocalStorage } = require('node:async_hooks');

/**
 * Disables the storages that earlier test files of this process have used. jest-circus uses one per file and leaves it
 * enabled; each makes every later promise of the process more expensive, up to a hundred times on Node 20.
 */
const USED = Symbol.for('confab.test.usedStorages');

if (!AsyncLocalStorage[USED]) {
  AsyncLocalStorage[USED] = new Set();
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args) {
    AsyncLocalStorage[USED].add(this);
    return run.apply(this, args);
  };
}
for (const storage of AsyncLocalStorage[USED]) storage.disable();
AsyncLocalStorage[USED].clear();
