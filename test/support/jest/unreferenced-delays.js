const { setTimeout } = require('node:timers/promises');
const tools = require('pg-boss/src/tools');

/**
 * pg-boss checks once a second whether its stopped queue workers are done, also after `stop()` has resolved. Its timers
 * must not keep a worker of jest alive. Replaces the function before the rest of pg-boss is loaded.
 */
tools.delay = (milliseconds, error) => {
  const controller = new AbortController();
  const over = setTimeout(milliseconds, undefined, { signal: controller.signal, ref: false }).then(
    () => {
      if (error) throw new Error(error);
    },
    () => undefined,
  );
  return Object.assign(over, { abort: () => controller.abort() });
};
