import { randomBytes } from 'node:crypto';

const MAX_COUNT = 0xfff;

let lastTime = 0;
let count = 0;

/**
 * A random UUID of version 7 (RFC 9562). Ids of one process sort, as strings, by creation; ids of several processes
 * sort by milliseconds.
 */
export function timeOrderedId(now = Date.now()): string {
  if (now > lastTime) [lastTime, count] = [now, 0];
  else if (++count > MAX_COUNT) [lastTime, count] = [lastTime + 1, 0];
  const time = lastTime.toString(16).padStart(12, '0');
  const random = randomBytes(8);
  random[0] = 0x80 | ((random[0] as number) & 0x3f);
  const rest = random.toString('hex');
  const counter = `7${count.toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${counter}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
