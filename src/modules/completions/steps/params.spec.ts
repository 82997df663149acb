import { applyModelParams, chatParams } from './params';

describe('chatParams', () => {
  it('leaves out nulls and what the server acts on itself', () => {
    const own = {
      stream_response: true,
      stream_delta_chunk_size: 2,
      function_calling: 'native',
      reasoning_tags: false,
    };
    expect(chatParams({ ...own, system: 'x', temperature: '0.5', top_k: null, n: 1 })).toEqual({
      temperature: '0.5',
      n: 1,
    });
  });

  it('lays custom params deeply over the others, parsed', () => {
    const custom = { a: '{"b": {"c": 1}}', list: '[1]', text: '{broken', temperature: '0.9', off: 'null' };
    expect(chatParams({ temperature: 1, a: { b: { d: 2 } }, off: 1, custom_params: custom })).toEqual({
      ...{ temperature: 0.9, a: { b: { c: 1, d: 2 } }, list: [1], text: '{broken' },
    });
  });

  it.each([null, 'text', [1]])('takes no custom params from %j', (custom) => {
    expect(chatParams({ custom_params: custom, n: 1 })).toEqual({ n: 1 });
  });
});

const modelParams = (params: Record<string, unknown>) => applyModelParams({}, params);

describe('applyModelParams', () => {
  it('casts what its editor stores as text', () => {
    expect(
      modelParams({
        temperature: '0.2',
        top_p: '1',
        max_tokens: '9.7',
        reasoning_effort: 3,
        stop: ['a\\n', 1],
        seed: '1',
      }),
    ).toEqual({ temperature: 0.2, top_p: 1, max_tokens: 9, reasoning_effort: '3', stop: ['a\n', 1], seed: '1' });
  });

  it('wins over the request, which it does not change', () => {
    const body = { temperature: 1, top_p: 0.5 };
    expect(applyModelParams(body, { temperature: '0.2', system: 'not a key' })).toEqual({
      temperature: 0.2,
      top_p: 0.5,
    });
    expect(body).toEqual({ temperature: 1, top_p: 0.5 });
  });

  it('leaves alone what is no number', () => {
    expect(modelParams({ temperature: 'hot', max_tokens: '', stop: 'x' })).toEqual({
      ...{ temperature: 'hot', max_tokens: '', stop: 'x' },
    });
  });
});
