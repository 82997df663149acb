import type { JsonObject } from '../../../../common/util/json';
import { toConnection } from '../connection';
import { parseLogitBias, toEmbeddingPayload, toPayload } from './request.mapper';

const LOCAL = 'http://localhost:8000/v1';
const OPENAI = 'https://api.openai.com/v1';

function payload(id: string, body: JsonObject, { url = LOCAL, prefix_id = '' } = {}): JsonObject {
  const model = { id, name: id, owned_by: 'openai' };
  return toPayload(toConnection(0, url, 'k', { prefix_id }), model, body);
}

describe('toPayload', () => {
  it.each([
    ['p.gpt', 'p', 'gpt'],
    ['p.p.gpt', 'p', 'p.gpt'],
    ['gpt.p.x', 'p', 'gpt.p.x'],
    ['p.gpt', '', 'p.gpt'],
    ['pgpt', 'p', 'pgpt'],
  ])('sends %s of the connection with prefix "%s" as %s', (id, prefix_id, model) => {
    expect(payload(id, { model: 'ignored' }, { prefix_id })).toEqual({ model });
  });

  it.each<[string, string, string, JsonObject, JsonObject]>([
    ['renames the limit for reasoning models', 'o3-mini', LOCAL, { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ['whatever their case', 'GPT-5', OPENAI, { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ['and behind a prefix', 'x.o1', LOCAL, { max_tokens: 5 }, { max_completion_tokens: 5 }],
    [
      'the old limit wins there',
      'o4',
      LOCAL,
      { max_tokens: 5, max_completion_tokens: 6 },
      { max_completion_tokens: 5 },
    ],
    ['uses the old name elsewhere', 'llama', LOCAL, { max_completion_tokens: 6 }, { max_tokens: 6 }],
    ['the new limit wins there', 'llama', LOCAL, { max_tokens: 5, max_completion_tokens: 6 }, { max_tokens: 6 }],
    ['keeps the new name for OpenAI', 'gpt-4o', OPENAI, { max_completion_tokens: 6 }, { max_completion_tokens: 6 }],
    ['never sends both', 'gpt-4o', OPENAI, { max_tokens: 5, max_completion_tokens: 6 }, { max_completion_tokens: 6 }],
    ['keeps the old name', 'gpt-4o', OPENAI, { max_tokens: 5 }, { max_tokens: 5 }],
    ['knows OpenAI by its host', 'llama', 'http://x/api.openai.com', { max_completion_tokens: 6 }, { max_tokens: 6 }],
    [
      'turns a bias text into an object',
      'llama',
      LOCAL,
      { logit_bias: '5:1,6:-200' },
      { logit_bias: { 5: 1, 6: -100 } },
    ],
    ['keeps a bias object', 'llama', LOCAL, { logit_bias: { 5: 1 } }, { logit_bias: { 5: 1 } }],
    ['keeps keys that it does not know', 'llama', LOCAL, { top_k: 3, tools: [] }, { top_k: 3, tools: [] }],
  ])('%s', (_, id, url, body, expected) => {
    const { model, ...rest } = payload(id, body, { url, prefix_id: 'x' });
    expect(rest).toEqual(expected);
    expect(model).toBe(id.replace('x.', ''));
  });

  it.each([
    ['o3', 'developer'],
    ['o1', 'developer'],
    ['o1-mini', 'user'],
    ['O1-Preview-2', 'user'],
    ['gpt-4o', 'system'],
  ])('gives %s its instructions as %s', (id, role) => {
    const question = { role: 'user', content: 'q' };
    const { messages } = payload(id, { messages: [{ role: 'system', content: 's' }, question] });
    expect(messages).toEqual([{ role, content: 's' }, question]);
  });

  it('leaves the request alone', () => {
    const body = { max_tokens: 1, logit_bias: '1:1', messages: [{ role: 'system', content: 's' }] };
    const before = structuredClone(body);
    payload('o1', body);
    expect(body).toEqual(before);
  });

  it.each([[{}], [{ messages: [] }], [{ messages: 'no list' }], [{ messages: [null] }]])('takes %j', (body) => {
    expect(payload('o1', body)).toEqual({ ...body, model: 'o1' });
  });
});

describe('toPayload for Azure', () => {
  const forAzure = (id: string, body: JsonObject, api_version = '2024-10-21') =>
    toPayload(
      toConnection(0, 'http://a', 'k', { azure: true, api_version }),
      { id, name: id, owned_by: 'openai' },
      body,
    );
  const messages = [{ role: 'user', content: 'q' }];

  it('keeps the keys that Azure knows, without the model', () => {
    const known = { messages, stream: true, tools: [], seed: 1, reasoning_effort: 'low', response_format: {} };
    expect(forAzure('gpt-4o', { ...known, top_k: 3, parallel_tool_calls: true, metadata: {} })).toEqual(known);
  });

  it.each([
    ['2024-09-01-preview', true],
    ['2024-10-21', true],
    ['2024-08-01-preview', false],
    ['2023-03-15-preview', false],
  ])('asks version %s for the usage of streams: %s', (version, isAsked) => {
    const body = { messages, stream_options: { include_usage: true } };
    expect('stream_options' in forAzure('gpt-4o', body, version)).toBe(isAsked);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['o3-az', { temperature: 0.5, max_tokens: 5 }, { max_completion_tokens: 5 }],
    ['o3-az', { temperature: 1 }, { temperature: 1 }],
    ['gpt-4o', { temperature: 0.5, max_completion_tokens: 5 }, { temperature: 0.5, max_tokens: 5 }],
  ])('gives %s of %j what it takes', (id, body, expected) => {
    expect(forAzure(id, body)).toEqual(expected);
  });
});

describe('toEmbeddingPayload', () => {
  const model = { id: 'p.e', name: 'e', owned_by: 'openai' };
  const body = { model: 'preset', input: ['a'], dimensions: 3 };

  it('names the model as its server does, and not to Azure', () => {
    const config = { prefix_id: 'p' };
    expect(toEmbeddingPayload(toConnection(0, LOCAL, 'k', config), model, body)).toEqual({ ...body, model: 'e' });
    expect(toEmbeddingPayload(toConnection(0, LOCAL, 'k', { ...config, azure: true }), model, body)).toEqual({
      input: ['a'],
      dimensions: 3,
    });
  });
});

describe('parseLogitBias', () => {
  it.each<[string, Record<string, number>]>([
    ['5:1', { 5: 1 }],
    [' 5 : -7 , 9:+100 ', { 5: -7, 9: 100 }],
    ['5:101,6:-101', { 5: 100, 6: -100 }],
    ['', {}],
    ['5,6:x,:1,7:1.5,8:2', { 8: 2 }],
  ])('reads %j', (text, expected) => {
    expect(parseLogitBias(text)).toEqual(expected);
  });

  it('bounds the number of entries', () => {
    expect(parseLogitBias(`${'x,'.repeat(1_000_000)}8:2`)).toEqual({});
  });
});
