import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { communitySources, type CommunityCall, type CommunitySource } from '../../../../test/support/community';
import { type LibraryAnswer, PythonLibrary } from '../../../../test/support/python-library';

const ROOT = join(__dirname, '../../../..');
const FIXTURES = join(ROOT, 'test/support/fixtures/python');
const user = { id: 'u1', name: 'Ann', email: 'ann@example.com', role: 'user' };
const values = {
  base: 'http://service.test',
  model: 'small',
  'user.name': user.name,
  'user.email': user.email,
  'user.role': user.role,
};
const sources = communitySources(values);

let library: PythonLibrary;
beforeAll(() => {
  library = new PythonLibrary();
});
afterAll(() => library.stop());

function outcomeOf(call: CommunityCall): unknown {
  if (call.error !== undefined) return { error: call.error };
  if (call.response !== undefined) return { kind: 'response', ...call.response };
  return call.items !== undefined ? { kind: 'stream', items: call.items } : { kind: 'value', value: call.value };
}

function outcome({ found, seen }: LibraryAnswer): unknown {
  if (found.error) return { error: found.error.message };
  return seen.items === undefined ? found.ok : { ...found.ok, items: seen.items };
}

/** Responses that come in turn are used up. */
function advance(http: CommunitySource['http'], { requests }: LibraryAnswer['seen']): void {
  for (const { method, url } of requests) {
    const turns = http?.[`${method} ${url}`];
    if (Array.isArray(turns) && turns.length > 1) turns.shift();
  }
}

async function check(source: CommunitySource, call: CommunityCall, more: object): Promise<void> {
  const { valves, userValves, expects, code } = source;
  const given = { positional: call.positional ?? [], keyword: call.keyword ?? {} };
  const injected = { __user__: user, __id__: source.name, ...source.injected, ...call.injected };
  const script = { http: source.http, answers: call.answers, completions: call.completions, tools: call.tools };
  const answer = await library.call(
    code,
    call.method,
    { expects, valves, userValves, injected, ...given, ...more },
    script,
  );
  expect(outcome(answer)).toEqual(outcomeOf(call));
  expect(answer.seen.events).toEqual(call.events ?? []);
  if (call.requests) expect(answer.seen.requests).toMatchObject(call.requests);
  if (call.asked) expect(answer.seen.completions).toEqual(call.asked);
  if (call.toolCalls) expect(answer.seen.toolCalls).toEqual(call.toolCalls);
  if (call.sleeps) expect(answer.seen.sleeps).toEqual(call.sleeps);
  advance(source.http, answer.seen);
  if (call.log) expect(answer.seen.log.map((line) => line.replace(/tool_\d+/, 'tool_*'))).toEqual(call.log);
}

describe.each(sources.map((source) => [source.name, source] as const))('community source %s', (_, source) => {
  it('describes itself', async () => {
    const { found } = await library.describe(source.code, source.expects);
    expect(found.error).toBeUndefined();
    expect(found.ok).toMatchObject(source.describe ?? {});
    const { specs } = (source.describe ?? {}) as { specs?: unknown };
    if (specs) expect(JSON.stringify(found.ok?.specs)).toBe(JSON.stringify(specs));
  });

  if (source.parse) {
    it('checks its valves', async () => {
      for (const { values: given, ok, error } of source.parse ?? []) {
        const { code, expects } = source;
        const { found } = await library.send('parseValves', { code, expects, which: 'valves', values: given });
        expect(found.error?.message ?? found.ok).toEqual(error ?? ok);
      }
    });
  }

  it('does what its cases say', async () => {
    const { code, expects, valves } = source;
    const opened = source.instance ? (await library.send('open', { request: { code, expects, valves } })).found.ok : {};
    const http = structuredClone(source.http);
    for (const call of source.calls) await check({ ...source, http }, call, opened ?? {});
  });
});

interface StoredTool {
  content: string;
  specs: { name: string }[];
}

/** Tools with source and specs, wherever they are in a recorded exchange. */
function withSpecs(value: unknown): StoredTool[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(withSpecs);
  return 'content' in value && 'specs' in value ? [value as StoredTool, ...inner] : inner;
}

describe('specs', () => {
  it('are those of the recordings, byte for byte', async () => {
    const recorded = readFileSync(join(ROOT, 'test/contract/recordings/tools.jsonl'), 'utf8');
    const tools = recorded
      .split('\n')
      .filter((line) => line.includes('"specs"'))
      .flatMap((line) => withSpecs(JSON.parse(line)));
    expect(tools.length).toBeGreaterThan(5);
    for (const { content, specs } of tools) {
      const { found } = await library.describe(content);
      const offered = specs.filter(({ name }) => !name.startsWith('_'));
      expect(JSON.stringify(found.ok?.specs)).toBe(JSON.stringify(offered));
    }
  });

  it('take a parameter named title and end recursive models', async () => {
    const { found } = await library.describe(`
from __future__ import annotations
from typing import Optional
from pydantic import BaseModel
class Node(BaseModel):
    title: str
    next: Optional[Node] = None
class Tools:
    def f(self, title: str, node: Node): ...
`);
    const [spec] = found.ok?.specs as [{ parameters: { properties: Record<string, unknown> } }];
    expect(spec.parameters.properties).toMatchObject({
      title: { type: 'string' },
      node: { properties: { title: { type: 'string' }, next: { anyOf: [{ type: 'object' }, { type: 'null' }] } } },
    });
  });
});

describe('the stand-in for pydantic', () => {
  it('gives the results and texts of pydantic itself', async () => {
    const expected = JSON.parse(readFileSync(join(FIXTURES, 'pydantic_cases.json'), 'utf8')) as Record<string, string>;
    const { found } = await library.send('cases', { file: join(FIXTURES, 'pydantic_cases.py') });
    const results = found as unknown as Record<string, string>;
    const differing = Object.keys(expected).filter((key) => results[key] !== expected[key]);
    expect(differing.map((key) => [key, results[key], expected[key]])).toEqual([]);
  });
});

describe('loading', () => {
  it.each([
    ['class Tools:\n    def x(self:\n', "'(' was never closed (<string>, line 2)"],
    [
      'class Tools:\n  def x(self):\n      pass\n    y = 1\n',
      'unindent does not match any outer indentation level (<string>, line 4)',
    ],
    ['raise ValueError("boom at import")', 'boom at import'],
    ['class Tool:\n    pass', 'No Tools class found in the module'],
    ['class Tools:\n    def __init__(self):\n        raise RuntimeError("no init")', 'no init'],
    ['import sys\nsys.exit(3)', '3'],
    ['raise KeyError', 'KeyError'],
    ['class Tools:\n    def f(self, a: Nope): pass', "name 'Nope' is not defined"],
    ['from pydantic import nope', /^cannot import name 'nope' from 'pydantic'/],
    ['import pandas', /^No module named 'pandas': the sandbox does not have it.*requirements/],
    ['from open_webui.routers.images import image_generations', /^No module named 'open_webui.routers'.*cannot reach/],
    ['x = "\\x00"\nclass Tools: pass', undefined],
  ])('of %j', async (code, message) => {
    const { found } = await library.describe(code);
    if (message === undefined) expect(found.ok).toMatchObject({ kind: 'tools', specs: [] });
    else
      expect(found.error).toMatchObject({
        failure: 'source',
        message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
      });
  });

  it('takes the first of Pipe, Filter and Action', async () => {
    const code = 'class Action: pass\nclass Pipe: pass\nclass Filter: pass';
    expect((await library.describe(code, 'function')).found.ok).toMatchObject({ kind: 'pipe' });
    expect((await library.describe('class Tools: pass', 'function')).found.error?.message).toBe(
      'No Function class found in the module',
    );
  });
});
