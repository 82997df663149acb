import type { SandboxLanguage } from '../sandbox.types';

/** How a process of a language is started. */
export interface ProcessStart {
  command: string;
  args: readonly string[];
  /** Open file that the process reads at its start, as descriptor 6. */
  data?: number;
  /** User and group of the operating system; undefined: those of the server. */
  uid?: number;
  gid?: number;
}

/** A file that is put into a process before its source is loaded. */
export interface InstalledFile {
  name: string;
  bytes: Uint8Array;
}

/** What differs between the languages outside of their processes. */
export interface LanguageRuntime {
  readonly language: SandboxLanguage;
  /** Megabytes of a new process, before it runs anything. */
  readonly footprint: number;
  /** Makes what the processes need, once. */
  start(): Promise<ProcessStart>;
  /** The files that a process needs for a source. @throws SandboxError `source` or `requirements`. */
  filesFor(code: string): Promise<readonly InstalledFile[]>;
  /** Releases open files. */
  close(): void;
}
