import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endsWithFile } from './cleanup';

type Json = Record<string, unknown>;

/** What host functions answer during one operation. */
export interface LibraryScript {
  /** Responses by `METHOD url`; a list is used in turn. */
  http?: Record<string, unknown>;
  /** Results of `__event_call__`, in turn. */
  answers?: unknown[];
  completions?: unknown[];
  tools?: Record<string, unknown>;
  /** The reader of a stream leaves after this many items. */
  leaveAfter?: number;
}

/** What the code has caused. */
export interface LibraryTrace {
  events: Json[];
  requests: { method: string; url: string; headers: Record<string, string>; timeout: number | null; body?: string }[];
  completions: Json[];
  toolCalls: Json[];
  sleeps: number[];
  log: string[];
  items?: unknown[];
  exceeded?: string;
  closed?: number[];
}

export interface LibraryAnswer {
  found: { ok?: Json; error?: { failure: string; message: string; details: string } };
  seen: LibraryTrace;
}

/** The Python library of the sandbox on pyodide in a process of its own. */
export class PythonLibrary {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: LibraryAnswer) => void; reject: (error: Error) => void }
  >();
  private count = 0;
  private errors = '';

  constructor() {
    const file = join(__dirname, 'fixtures/python-library.mjs');
    this.child = endsWithFile(spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'pipe'] }));
    this.child.stderr?.on('data', (part: Buffer) => (this.errors += part.toString()));
    this.child.once('close', () => this.fail());
    if (this.child.stdout) createInterface({ input: this.child.stdout }).on('line', (line) => this.receive(line));
  }

  send(operation: string, parameters: Json, script: LibraryScript = {}): Promise<LibraryAnswer> {
    const id = ++this.count;
    const answer = new Promise<LibraryAnswer>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.child.stdin?.write(`${JSON.stringify({ id, operation, script, ...parameters })}\n`);
    return answer;
  }

  describe(code: string, expects = 'tools'): Promise<LibraryAnswer> {
    return this.send('describe', { code, expects });
  }

  /** A call of a tool's method, with everything that the host offers. */
  call(code: string, method: string, request: Json = {}, script: LibraryScript = {}): Promise<LibraryAnswer> {
    const host = { emit: true, ask: true, complete: true, ...(script.tools ? { tools: offered(script.tools) } : {}) };
    const base = { call: this.count + 1, code, expects: 'tools', method, positional: [], keyword: {}, injected: {} };
    return this.send('call', { request: { ...base, host, outputLimit: 1_000_000, ...request } }, script);
  }

  run(code: string, script: LibraryScript = {}, outputLimit = 1_000_000): Promise<LibraryAnswer> {
    return this.send('run', { request: { call: this.count + 1, code, outputLimit } }, script);
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private receive(line: string): void {
    const { id, ...answer } = JSON.parse(line) as LibraryAnswer & { id: number };
    this.waiting.get(id)?.resolve(answer);
    this.waiting.delete(id);
  }

  private fail(): void {
    for (const { reject } of this.waiting.values()) reject(new Error(`The library ended: ${this.errors.slice(-2000)}`));
    this.waiting.clear();
  }
}

const offered = (tools: Record<string, unknown>): Json =>
  Object.fromEntries(Object.keys(tools).map((name) => [name, { spec: { name, description: '', parameters: {} } }]));
