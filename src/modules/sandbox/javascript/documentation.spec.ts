import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../common/util/json';
import { call, engine, hostOf } from '../../../../test/support/javascript-engine';

const PAGE = readFileSync(join(__dirname, '../../../../docs/tools-javascript.md'), 'utf8');
const sources = new Map(
  [...PAGE.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(([, code = '']) => [/title: (.*)/.exec(code)?.[1] ?? '', code]),
);
const sourceOf = (title: string) => sources.get(title) ?? '';

/** Responds to every HTTP request with the text, and records the requests. */
function outside(text: string) {
  const chunks = [Buffer.from(text)];
  const meta = { status: 200, reason: 'OK', url: 'https://example.com', headers: [], stream: 1 };
  return hostOf({ fetch: () => ({ meta }), read: () => chunks.shift() ?? null, item: () => true });
}

describe('the examples of docs/tools-javascript.md', () => {
  it('are one of each kind', () => {
    expect([...sources.keys()]).toEqual(['Currency', 'Relay', 'Mask e-mail addresses', 'Shorten']);
  });

  it('describe a tool with its valves', async () => {
    const { ok } = await engine.describe(sourceOf('Currency'), 'tools');
    expect(ok).toMatchObject({
      specs: [
        {
          name: 'convert',
          description: 'Convert an amount into another currency.',
          parameters: {
            properties: {
              amount: { description: 'The amount', type: 'number' },
              from: { description: 'Currency of the amount', enum: ['EUR', 'USD', 'CHF'], type: 'string' },
              to: { default: 'EUR', enum: ['EUR', 'USD', 'CHF'] },
            },
            required: ['amount', 'from'],
          },
        },
      ],
      valveDefaults: { apiKey: '', precision: 2 },
    });
  });

  it('call a service, with status events', async () => {
    const host = outside('{"rates":{"EUR":0.5}}');
    const request = { keyword: { amount: 3, from: 'USD' }, valves: { apiKey: 'key', precision: 1 } };
    await expect(call(sourceOf('Currency'), 'convert', request, host)).resolves.toEqual({
      ok: { kind: 'value', value: '1.5 EUR' },
    });
    expect(host.log.map(([name, value]) => [name, (value as JsonObject | undefined)?.['url']])).toEqual([
      ['emit', undefined],
      ['fetch', 'https://rates.example.com/latest?base=USD&symbols=EUR'],
      ['read', undefined],
      ['read', undefined],
      ['emit', undefined],
    ]);
  });

  it('stream from a model, as one of several', async () => {
    const code = sourceOf('Relay');
    await expect(call(code, 'pipes', { expects: 'function' })).resolves.toMatchObject({
      ok: { value: [{ id: 'fast' }, { id: 'deep' }] },
    });
    const chunk = (content: string) => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`;
    const host = outside(`${chunk('one ')}${chunk('two')}data: [DONE]\n\n`);
    const body = { model: 'relay.deep', messages: [] };
    await call(code, 'pipe', { expects: 'function', positional: [body], valves: { apiKey: 'key' } }, host);
    expect(host.log.filter(([name]) => name === 'item')).toEqual([
      ['item', 'one '],
      ['item', 'two'],
    ]);
    expect(String(host.log.find(([name]) => name === 'fetch')?.[2])).toContain('"model":"deep"');
  });

  it('filter requests and chunks', async () => {
    const code = sourceOf('Mask e-mail addresses');
    const body = { messages: [{ role: 'user', content: 'Write to ada@example.com.' }] };
    const request = { expects: 'function', positional: [body], userValves: {} };
    await expect(call(code, 'inlet', request)).resolves.toMatchObject({
      ok: { value: { messages: [{ role: 'user', content: 'Write to [address].' }] } },
    });
    await expect(call(code, 'inlet', { ...request, userValves: { keep: true } })).resolves.toMatchObject({
      ok: { value: body },
    });
    const { ok: instance } = await engine.open({ code, expects: 'function' });
    await expect(call('', 'stream', { instance, positional: [{ a: 1 }] })).resolves.toMatchObject({
      ok: { value: { a: 1 } },
    });
    engine.close(instance!);
  });

  it('ask, call a model and replace the message', async () => {
    const completion = { choices: [{ message: { content: 'short' } }] };
    const host = hostOf({ ask: () => '5', complete: () => completion });
    const body = { model: 'm', messages: [{ role: 'assistant', content: 'a long text' }] };
    await call(sourceOf('Shorten'), 'action', { expects: 'function', positional: [body] }, host);
    expect(host.log.slice(1)).toEqual([
      ['complete', { model: 'm', messages: [{ role: 'user', content: 'In 5 words: a long text' }] }],
      ['emit', { type: 'replace', data: { content: 'short' } }],
    ]);
  });
});
