import { TaskRefusal } from '../../../../platform/workers/worker-error';

const MEGABYTE = 1024 * 1024;

/** What a file may make of its bytes. Time and memory are limited by the worker. */
export const LIMITS = {
  /** A file that is read as a whole. Texts are streamed and have no limit here. */
  wholeFile: 200 * MEGABYTE,
  /** All that is unpacked of one archive. */
  unpacked: 512 * MEGABYTE,
  /** An unpacked part that is held in memory. */
  unpackedPart: 48 * MEGABYTE,
  /** How much larger than its packed form a part may be, from some size on. */
  ratio: 200,
  ratioFrom: 32 * MEGABYTE,
  archiveEntries: 20_000,
  /** HTML and e-mail, which become trees of objects. */
  tree: 24 * MEGABYTE,
  /** Elements within elements, groups within groups. */
  depth: 256,
  htmlDepth: 10_000,
  /** Messages within messages. */
  attachedMessages: 3,
  columns: 1024,
} as const;

/** Texts of refusals; users read them. */
export const damaged = (kind: string): TaskRefusal =>
  new TaskRefusal(`The file is damaged: it cannot be read as ${kind}.`);

export const encrypted = (): TaskRefusal =>
  new TaskRefusal('The file is encrypted. Remove its password and upload it again.');

export const tooLarge = (bytes: number): TaskRefusal =>
  new TaskRefusal(`The file is too large: its content exceeds ${Math.round(bytes / MEGABYTE)} MB.`);

export const bomb = (): TaskRefusal => new TaskRefusal('The file is too large: it unpacks to many times its size.');

export const withoutText = (): TaskRefusal => new TaskRefusal('The file contains no text.');

export const unsupported = (what: string): TaskRefusal =>
  new TaskRefusal(`The file is ${what}, which has no readable text.`);

/** Runs a parser of others, whose errors mean that the file is damaged. Refusals pass. */
export async function readAs<T>(kind: string, parse: () => Promise<T> | T): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    throw error instanceof TaskRefusal ? error : damaged(kind);
  }
}
