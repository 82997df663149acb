import type { JsonObject } from '../../../../common/util/json';
import { toChatPayload } from './request.mapper';

const payload = (body: JsonObject) => toChatPayload('m:1b', { messages: [], ...body });
const messagesOf = (...messages: JsonObject[]) => payload({ messages }).messages;

describe('toChatPayload', () => {
  it('names the model and says whether to stream', () => {
    expect(payload({ model: 'p.m', stream: true })).toEqual({ model: 'm:1b', messages: [], stream: true });
    expect(payload({})).toEqual({ model: 'm:1b', messages: [], stream: false });
  });

  it('puts params where Ollama has them, with the types that it takes', () => {
    const sent = payload({
      temperature: '0.5',
      num_ctx: '100',
      top_k: 3.7,
      max_tokens: 77,
      mirostat: 1,
      use_mmap: 1,
      stop: 'end',
      seed: 4,
      foo: { deep: 1 },
      format: '{"type":"object"}',
      keep_alive: '10m',
      think: 'true',
      top_p: null,
    });
    expect(sent).toEqual({
      model: 'm:1b',
      messages: [],
      stream: false,
      format: { type: 'object' },
      keep_alive: '10m',
      think: true,
      options: {
        temperature: 0.5,
        num_ctx: 100,
        top_k: 3,
        num_predict: 77,
        mirostat: 1,
        use_mmap: true,
        stop: ['end'],
        seed: 4,
        foo: { deep: 1 },
      },
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a text that is a number', { keep_alive: '-1' }, { keep_alive: -1 }],
    ['a format that is no JSON', { format: 'json' }, { format: 'json' }],
    ['a level of thinking', { think: 'high' }, { think: 'high' }],
    ['a number that is none', { num_ctx: 'many' }, { options: { num_ctx: 'many' } }],
    ['the newer name of the limit', { max_completion_tokens: 5 }, { options: { num_predict: 5 } }],
    ['options of the client', { options: { seed: 1, format: 'json' } }, { format: 'json', options: { seed: 1 } }],
    ['params over options', { options: { seed: 1 }, seed: 2 }, { options: { seed: 2 } }],
    ['any JSON', { response_format: { type: 'json_object' } }, { format: 'json' }],
    ['text', { response_format: { type: 'text' } }, {}],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'array' } } } },
      { format: { type: 'array' } },
    ],
    ['what only OpenAI knows', { stream_options: {}, tool_choice: 'auto', user: 'u', n: 1, metadata: {} }, {}],
    ['tools', { tools: [{ type: 'function' }] }, { tools: [{ type: 'function' }] }],
    ['no tools', { tools: [] }, {}],
  ])('takes %s', (_, body, expected) => {
    expect(payload(body)).toEqual({ model: 'm:1b', messages: [], stream: false, ...expected });
  });

  it('joins the parts of a message and takes images out of their URLs', () => {
    const content = [
      { type: 'text', text: ' look ' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } },
      { type: 'text', text: 'here ' },
    ];
    expect(messagesOf({ role: 'user', content })).toEqual([{ role: 'user', content: 'look here', images: ['QUJD'] }]);
  });

  it('refuses an image that Ollama would have to fetch', () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }];
    expect(() => messagesOf({ role: 'user', content })).toThrow('data URLs only');
  });

  it('gives calls of tools as objects, and results the name of their tool', () => {
    const call = { index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
    expect(
      messagesOf(
        { role: 'assistant', content: 'c', tool_calls: [call, { id: 't2', function: { name: 'g', arguments: '{' } }] },
        { role: 'tool', tool_call_id: 't1', content: 'res' },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: 'c',
        tool_calls: [
          { index: 0, id: 't1', function: { name: 'f', arguments: { a: 1 } } },
          { index: 1, id: 't2', function: { name: 'g', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'res', tool_call_id: 't1', tool_name: 'f' },
    ]);
  });

  it('says system for developer, and nothing for a message without content', () => {
    expect(messagesOf({ role: 'developer', content: 'd' }, { role: 'assistant', content: null })).toEqual([
      { role: 'system', content: 'd' },
      { role: 'assistant', content: '' },
    ]);
  });
});
