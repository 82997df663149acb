import type { JsonObject } from '../../../src/common/util/json';
import { SandboxService } from '../../../src/modules/sandbox/sandbox.service';
import {
  SandboxError,
  type SandboxCall,
  type SandboxFailure,
  type SandboxHost,
  type SandboxOutcome,
  type SandboxSource,
  type SourceDescription,
} from '../../../src/modules/sandbox/sandbox.types';
import type { TestApp } from '../app';

/** What a source of the fake declares; `fails` instead of it does not load. */
export interface FakeSource extends Partial<SourceDescription> {
  fails?: string;
  failure?: SandboxFailure;
  /** Makes the text another one. */
  mark?: unknown;
}

const MARK = '# fake: ';

/** The text of a source, for `POST …/create`. */
export const fakeSource = (source: FakeSource, frontmatter: Record<string, string> = {}): string => {
  const lines = Object.entries(frontmatter).map(([key, value]) => `${key}: ${value}\n`);
  const head = lines.length > 0 ? `"""\n${lines.join('')}"""\n` : '';
  return `${head}${MARK}${JSON.stringify(source)}\n`;
};

/** A JSON schema of valves with integers and texts. */
export const valvesOf = (title: string, fields: Record<string, 'integer' | 'string'>): JsonObject => ({
  properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { title: name, type }])),
  ...{ title, type: 'object' },
});

/** In place of the engines: sources declare as JSON what they have, and calls are what the test says. */
export class FakeSandbox {
  readonly described: SandboxSource[] = [];
  readonly calls: SandboxCall[] = [];
  /** Runs before each source is loaded. */
  onDescribe: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  /** The outcome of each call. */
  onCall: (call: SandboxCall, host: SandboxHost, signal: AbortSignal) => Promise<SandboxOutcome> | SandboxOutcome =
    () => ({
      kind: 'value',
      value: null,
    });

  constructor(app: TestApp) {
    const service = app.get(SandboxService);
    Object.assign(service, {
      describe: (source: SandboxSource, signal?: AbortSignal) => this.describe(source, signal),
      parseValves: (source: SandboxSource, which: 'valves' | 'userValves', values: JsonObject) =>
        this.parseValves(source, which, values),
      call: (call: SandboxCall, host: SandboxHost, signal: AbortSignal) => this.call(call, host, signal),
    });
  }

  private async describe(source: SandboxSource, signal = new AbortController().signal): Promise<SourceDescription> {
    this.described.push(source);
    await this.onDescribe(signal);
    const { fails, failure = 'source', mark: _, ...declared } = sourceIn(source.code);
    if (fails !== undefined) throw new SandboxError(failure, fails);
    const kind = declared.kind ?? (source.expects === 'tools' ? 'tools' : 'filter');
    const missing =
      source.expects === 'tools' ? 'No Tools class found in the module' : 'No Function class found in the module';
    if ((source.expects === 'tools') !== (kind === 'tools')) throw new SandboxError('source', missing);
    return Promise.resolve({ ...NOTHING, kind, ...declared });
  }

  private async parseValves(
    source: SandboxSource,
    which: 'valves' | 'userValves',
    values: JsonObject,
  ): Promise<JsonObject> {
    const { properties = {} } = (sourceIn(source.code)[which] ?? {}) as {
      properties?: Record<string, { type: string }>;
    };
    const known = Object.entries(values).filter(([key]) => Object.hasOwn(properties, key));
    const parsed = known.map(([key, value]) => [key, coerce(value, properties[key]?.type)]);
    return Promise.resolve(Object.fromEntries(parsed) as JsonObject);
  }

  private async call(call: SandboxCall, host: SandboxHost, signal: AbortSignal): Promise<SandboxOutcome> {
    this.calls.push(call);
    const { fails, failure = 'source' } = sourceIn(call.source.code);
    if (fails !== undefined) throw new SandboxError(failure, fails);
    return this.onCall(call, host, signal);
  }
}

const NOTHING: Omit<SourceDescription, 'kind'> = {
  specs: [],
  valves: null,
  userValves: null,
  valveDefaults: {},
  handlers: [],
  citation: false,
  fileHandler: false,
  toggle: false,
  icon: null,
  name: null,
  actions: [],
};

function sourceIn(code: string): FakeSource {
  const line = code.split('\n').find((candidate) => candidate.startsWith(MARK));
  return line === undefined ? { fails: 'no fake' } : (JSON.parse(line.slice(MARK.length)) as FakeSource);
}

function coerce(value: unknown, type: string | undefined): unknown {
  const number = Number(value);
  if (type === 'integer' && !Number.isInteger(number))
    throw new SandboxError('raised', `not an integer: ${String(value)}`);
  return type === 'integer' ? number : value;
}
