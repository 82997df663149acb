/** Time zones for Python, whose wasm build has no zone data: computed from Intl. No imports: it runs inside the sandboxed process. */

const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(2037, 11, 31);
const STEP = 10 * 86_400_000;
/** English has names for the zones of its own regions only. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA'];

/** Offset in seconds and abbreviation of a zone at a time. */
function reader(name) {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  };
  const wall = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', era: 'short', ...parts });
  const labels = LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }));
  const offset = (time) => {
    const at = Object.fromEntries(wall.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);
    return Math.round((local - Math.floor(time / 1000) * 1000) / 1000);
  };
  const abbreviation = (time) => {
    const found = labels.map(
      (label) => label.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '',
    );
    return found.find((text) => /^[A-Z]{2,5}$/.test(text)) ?? numeric(offset(time));
  };
  return { offset, abbreviation };
}

/** `+0530`, as the zone database names offsets without a name; minutes only if there are any. */
function numeric(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (number) => String(number).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${minutes % 60 ? two(minutes % 60) : ''}`;
}

/** The first second at which the offset differs from that at `low`. */
function turn(offset, low, high) {
  const before = offset(low);
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** `{first: [offset, name], changes: [[unix seconds, offset, name], ...]}` as JSON; `null` for an unknown zone. */
export function zone(name) {
  let zoned;
  try {
    zoned = reader(name);
  } catch {
    return 'null';
  }
  const changes = [];
  let current = zoned.offset(FIRST);
  const first = [current, zoned.abbreviation(FIRST)];
  for (let time = FIRST; time < LAST; time += STEP) {
    const next = Math.min(time + STEP, LAST);
    const after = zoned.offset(next);
    if (after === current) continue;
    const at = turn(zoned.offset, time, next);
    changes.push([Math.floor(at / 1000), after, zoned.abbreviation(at)]);
    current = after;
  }
  return JSON.stringify({ first, changes });
}

/** Names of all zones, as JSON. */
export function zones() {
  return JSON.stringify([...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort());
}
