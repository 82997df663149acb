import type { JsonObject } from '../../../../common/util/json';
import { planOf } from './context-budget';
import { estimatedTokens, tokenCounter } from './token-count';

const off = { strategy: 'off', limit: 0, reply_tokens: 100 } as const;
const on = { strategy: 'truncate', limit: 1000, reply_tokens: 100 } as const;
function plan(
  settings: typeof off | typeof on,
  given: { body?: JsonObject; params?: JsonObject; model?: JsonObject; entry?: JsonObject } = {},
) {
  const { body = {}, params = {}, model = {}, entry = {} } = given;
  const target = { kind: 'browser', model: entry, sessionId: 's' } as const;
  return planOf({ body, params, modelParams: model, target, tools: new Map() }, settings);
}

describe('planOf', () => {
  it('does nothing unless it is switched on and a limit is known', () => {
    expect([plan(off), plan(off, { entry: { context_length: 10 } }), plan({ ...on, limit: 0 } as never)]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it.each([
    ['the setting', {}, 1000],
    ['the list of models', { entry: { max_model_len: 500 } }, 500],
    ['the loaded context of Ollama', { entry: { context_length: 9000 }, body: { options: { num_ctx: 4096 } } }, 4096],
    ['the model, before the chat', { model: { num_ctx: '2048' }, body: { num_ctx: 900 } }, 2048],
    ['a param, which can only lower it', { params: { context_limit: 700 }, entry: { context_length: 500 } }, 500],
  ])('takes the limit of %s', (_, given, limit) => {
    expect(plan(on, given)).toMatchObject({ strategy: 'truncate', limit, reserve: 100 });
  });

  it('lets params of the model and of the chat choose, also custom ones', () => {
    const chosen = { custom_params: { context_strategy: 'summarize' } };
    expect(plan(on, { params: chosen })).toMatchObject({ strategy: 'summarize' });
    expect(plan(on, { params: chosen, model: { context_strategy: 'off' } })).toBeUndefined();
    expect(plan(on, { params: { context_strategy: 'nonsense' } })).toMatchObject({ strategy: 'truncate' });
  });

  it('reserves what the request asks for, at most half', () => {
    expect([
      plan(on, { body: { max_tokens: 300 } })?.reserve,
      plan(on, { body: { max_tokens: 800 } })?.reserve,
    ]).toEqual([300, 500]);
  });
});

describe('tokenCounter', () => {
  it('is exact for models of OpenAI, and estimates others on the safe side', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    const [exact, other] = await Promise.all(['openai/gpt-4o-mini', 'some-llama'].map((id) => tokenCounter(id)));
    expect(exact?.text(text)).toBe(201);
    expect(other?.text(text)).toBeGreaterThan(201);
    expect(await exact?.message({ role: 'user', content: [{ type: 'text', text }, { type: 'image_url' }] })).toBe(1205);
  });

  it('counts other scripts by their characters', () => {
    expect([estimatedTokens(''), estimatedTokens('abcdefg'), estimatedTokens('漢字漢字漢字漢字漢字')]).toEqual([
      0, 2, 9,
    ]);
  });
});
