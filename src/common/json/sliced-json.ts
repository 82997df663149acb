import { endOfString, MAX_DEPTH, ROLES, Role } from './json-bounds';

/** Characters scanned and parsed per turn of the event loop. */
export const SLICE_LENGTH = 256 * 1024;

/** The text is not JSON; a parser of whole texts reports the position and reason. */
export class MalformedJsonError extends Error {}

/** The text has more values, or is nested deeper, than allowed. */
export class JsonExcessError extends Error {}

type Parse = (text: string) => unknown;

/** An open bracket at the current position. */
interface Frame {
  isObject: boolean;
  /** Position of the bracket. */
  start: number;
  /** First character that is not part of `value` yet. */
  from: number;
  /** First character of the current member. */
  member: number;
  /** The complete members so far; undefined while the bracket has been open for less than a slice. */
  value?: Record<string, unknown> | unknown[];
  /** A member with a frame of its own was added, and no separator has followed yet. */
  isAfterFrame: boolean;
}

/**
 * Parses a JSON text of any length; yields to the event loop between slices. Containers that fit into a slice are
 * parsed by `parse`, natively; only longer ones are assembled here.
 *
 * @throws JsonExcessError, MalformedJsonError
 */
export async function parseInSlices(text: string, maxValues: number, parse: Parse): Promise<unknown> {
  const slices = new SlicedJson(text, maxValues, parse);
  while (slices.scan()) await new Promise((resolve) => setImmediate(resolve));
  return slices.result();
}

class SlicedJson {
  private at = 0;
  private values = 0;
  private readonly frames: Frame[] = [];
  private root: Frame | undefined;
  private end = 0;

  constructor(
    private readonly text: string,
    private readonly maxValues: number,
    private readonly parse: Parse,
  ) {}

  /** Parses one slice; false at the end of the text. */
  scan(): boolean {
    const { text } = this;
    const end = Math.min(text.length, this.at + SLICE_LENGTH);
    for (; this.at < end; this.at++) {
      const role = ROLES[text.charCodeAt(this.at)];
      if (role === Role.QUOTES) this.at = endOfString(text, this.at);
      else if (role !== Role.NONE) this.follow(role as Role);
    }
    for (const frame of this.frames) this.keepMembers(frame);
    return this.at < text.length;
  }

  result(): unknown {
    const { root } = this;
    if (!root?.value || this.frames.length > 0) throw new MalformedJsonError();
    this.assertBlank(0, root.start);
    this.assertBlank(this.end, this.text.length);
    return root.value;
  }

  private follow(role: Role): void {
    if (role === Role.CLOSES) return this.close();
    if (++this.values > this.maxValues) throw new JsonExcessError('Too many values');
    if (role === Role.OPENS) this.open();
    else this.separate();
  }

  private open(): void {
    if (this.frames.length === MAX_DEPTH) throw new JsonExcessError('Nested too deeply');
    if (this.root && this.frames.length === 0) throw new MalformedJsonError();
    const { at } = this;
    const frame = { isObject: this.text[at] === '{', start: at, from: at + 1, member: at + 1, isAfterFrame: false };
    this.root ??= frame;
    this.frames.push(frame);
  }

  private separate(): void {
    const frame = this.frames.at(-1);
    if (!frame) throw new MalformedJsonError();
    if (frame.isAfterFrame) {
      this.assertBlank(frame.from, this.at);
      frame.from = this.at + 1;
      frame.isAfterFrame = false;
    }
    frame.member = this.at + 1;
  }

  private close(): void {
    const frame = this.frames.pop();
    if (!frame) throw new MalformedJsonError();
    const parent = this.frames.at(-1);
    if (!parent) this.end = this.at + 1;
    // Short ones are parsed as part of the surrounding container.
    if (!frame.value) return;
    if ((this.text[this.at] === '}') !== frame.isObject) throw new MalformedJsonError();
    const isEmpty = frame.from === frame.start + 1;
    if (frame.isAfterFrame) this.assertBlank(frame.from, this.at);
    else if (!isEmpty || !this.isBlank(frame.from, this.at)) this.add(frame, this.at);
    if (parent) this.attach(parent, frame);
  }

  /** Parses the complete members. */
  private keepMembers(frame: Frame): void {
    frame.value ??= frame.isObject ? {} : [];
    if (frame.member <= frame.from) return;
    this.add(frame, frame.member - 1);
    frame.from = frame.member;
  }

  /** Adds the members between `from` and `end`, at least one. */
  private add({ isObject, from, value }: Frame, end: number): void {
    if (this.isBlank(from, end)) throw new MalformedJsonError();
    const members = this.text.slice(from, end);
    const part = this.parsed(isObject ? `{${members}}` : `[${members}]`);
    if (Array.isArray(value)) for (const item of part as unknown[]) value.push(item);
    else for (const [key, item] of Object.entries(part as object)) define(value as object, key, item);
  }

  private attach(parent: Frame, { start, value }: Frame): void {
    if (Array.isArray(parent.value)) {
      this.assertBlank(parent.member, start);
      parent.value.push(value);
    } else {
      const [key, ...others] = Object.keys(this.parsed(`{${this.text.slice(parent.member, start)}0}`) as object);
      if (key === undefined || others.length > 0) throw new MalformedJsonError();
      define(parent.value as object, key, value);
    }
    parent.from = this.at + 1;
    parent.isAfterFrame = true;
  }

  private parsed(text: string): unknown {
    try {
      return this.parse(text);
    } catch {
      throw new MalformedJsonError();
    }
  }

  private isBlank(from: number, end: number): boolean {
    return /^[ \t\r\n]*$/.test(this.text.slice(from, end));
  }

  private assertBlank(from: number, end: number): void {
    if (!this.isBlank(from, end)) throw new MalformedJsonError();
  }
}

/** As JSON.parse: `__proto__` is an ordinary key. */
function define(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string, unknown>)[key] = value;
}
