import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxHost, SandboxOutcome, SandboxSource } from '../../src/modules/sandbox/sandbox.types';
import { communitySources, type CommunityCall, type CommunitySource } from '../support/community';
import { closeSandboxes, openSandbox } from '../support/sandbox';

type Json = Record<string, unknown>;

const never = new AbortController().signal;
const user = { id: 'u1', name: 'Ann', email: 'ann@example.com', role: 'user' };

/** The services that the sources use. */
class Outside {
  http: Json = {};
  requests: Json[] = [];
  private server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      void this.take(request).then(({ status = 200, headers = {}, body }) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async take(request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const turns = this.http[`${method} ${url}`];
    const found = (Array.isArray(turns) ? (turns as unknown[]).shift() : turns) ?? {
      status: 418,
      body: { method, url },
    };
    return found as { status?: number; headers?: Record<string, string>; body: unknown };
  }
}

const outside = new Outside();
let sandbox: ReturnType<typeof openSandbox>;
let sources: Map<string, CommunitySource>;

beforeAll(async () => {
  const base = await outside.start();
  sandbox = openSandbox({ enable_local_http: true });
  sources = new Map(communitySources({ base }, 'javascript').map((source) => [source.name, source]));
});

afterAll(async () => {
  closeSandboxes();
  await outside.stop();
});

/** A host that plays the case and records what the source does. */
function hostOf(call: CommunityCall) {
  const seen = { events: [] as unknown[], asked: [] as unknown[], toolCalls: [] as unknown[] };
  const answers = [...(call.answers ?? [])];
  const completions = [...(call.completions ?? [])];
  const host: SandboxHost = {
    emit: (event) => void seen.events.push(event),
    ask: async (event) => {
      seen.events.push({ ask: event });
      return answers.shift();
    },
    complete: async (body) => {
      seen.asked.push(body);
      return completions.shift();
    },
    ...(call.tools && {
      tools: Object.fromEntries(
        Object.keys(call.tools).map((name) => [name, { spec: { name, description: '', parameters: {} } }]),
      ),
      callTool: async (name, values) => {
        seen.toolCalls.push({ name, values });
        return call.tools?.[name];
      },
    }),
  };
  return { host, seen };
}

async function read(outcome: Promise<SandboxOutcome>): Promise<unknown> {
  try {
    const found = await outcome;
    if (found.kind !== 'stream') return found;
    const items: unknown[] = [];
    for await (const item of found.items) items.push(item);
    return { kind: 'stream', items };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function expected(call: CommunityCall): unknown {
  if (call.error !== undefined) return { error: call.error };
  if (call.response) return { kind: 'response', ...call.response };
  return call.items ? { kind: 'stream', items: call.items } : { kind: 'value', value: call.value };
}

type Caller = (call: Json & { method: string }, host: SandboxHost) => Promise<SandboxOutcome>;

async function check(source: CommunitySource, call: CommunityCall, run: Caller): Promise<void> {
  const { host, seen } = hostOf(call);
  outside.requests = [];
  const { method, positional, keyword } = call;
  const injected = { __user__: { ...user }, __id__: source.name, ...source.injected, ...call.injected };
  expect(await read(run({ method, positional, keyword, injected }, host))).toMatchObject(expected(call) as object);
  expect(seen.events).toEqual(call.events ?? []);
  if (call.requests) expect(outside.requests).toMatchObject(call.requests);
  if (call.asked) expect(seen.asked).toEqual(call.asked);
  if (call.toolCalls) expect(seen.toolCalls).toEqual(call.toolCalls);
}

describe.each(communitySources({}, 'javascript').map(({ name }) => name))('JavaScript source %s', (name) => {
  const sourceOf = ({ code, expects }: CommunitySource): SandboxSource => ({ language: 'javascript', code, expects });

  it('describes itself and checks its valves', async () => {
    const found = sources.get(name)!;
    const description = await sandbox.describe(sourceOf(found));
    expect(description).toMatchObject(found.describe ?? {});
    const { specs } = (found.describe ?? {}) as { specs?: unknown };
    if (specs) expect(JSON.stringify(description.specs)).toBe(JSON.stringify(specs));
    for (const { values, ok, error } of found.parse ?? []) {
      const parsed = await sandbox
        .parseValves(sourceOf(found), 'valves', values)
        .catch((reason: Error) => reason.message);
      expect(parsed).toEqual(ok ?? error);
    }
  });

  it('does what its cases say', async () => {
    const found = sources.get(name)!;
    const { valves, userValves } = found;
    const opened = { source: sourceOf(found), valves, userValves };
    const instance = found.instance ? await sandbox.open(opened, never) : undefined;
    const run: Caller = (call, host) =>
      instance ? instance.call(call, host, never) : sandbox.call({ ...opened, ...call }, host, never);
    outside.http = structuredClone(found.http ?? {});
    for (const call of found.calls) await check(found, call, run);
    instance?.close();
  });
});
