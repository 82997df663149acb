import type { JsonObject } from '../../../common/util/json';
import type { ProviderChunk } from '../chat-provider';
import { ProviderUnreachableError } from '../provider.errors';
import { openResponse, readText } from './response-form';
import { assembleCompletion } from './assemble';

async function* of<T>(items: T[]): AsyncGenerator<T, void> {
  for (const item of items) yield await Promise.resolve(item);
}

const whole = (...chunks: ProviderChunk[]) => assembleCompletion(of(chunks));
const choice = (delta: JsonObject, more: JsonObject = {}) => ({ index: 0, delta, ...more });

describe('assembleCompletion', () => {
  it('makes one completion of a stream', async () => {
    const call = (part: JsonObject) => choice({ tool_calls: [{ index: 0, ...part }] });
    const chunks = [
      { id: 'i', created: 1, model: 'm', choices: [choice({ role: 'assistant', reasoning_content: 'hm' })] },
      { choices: [choice({ content: 'a' })], usage: { prompt_tokens: 3 } },
      { choices: [choice({ content: 'b' }), { index: 1, delta: { content: 'x' }, finish_reason: 'length' }] },
      { choices: [call({ id: 'c', type: 'function', function: { name: 'f', arguments: '{' } })] },
      { choices: [call({ function: { arguments: '}' } })] },
      { choices: [choice({}, { finish_reason: 'stop' })], x_groq: { usage: { completion_tokens: 2 } } },
    ] as unknown as ProviderChunk[];
    const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }];
    expect(await whole(...chunks)).toEqual({
      ...{ id: 'i', object: 'chat.completion', created: 1, model: 'm' },
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'ab', reasoning_content: 'hm', tool_calls: calls },
          finish_reason: 'stop',
        },
        { index: 1, message: { role: 'assistant', content: 'x' }, finish_reason: 'length' },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    });
  });

  it('is nothing of a stream without chunks', async () => {
    await expect(whole()).rejects.toThrow(ProviderUnreachableError);
  });

  it('is the failure of a stream that reports one', async () => {
    expect(await whole({ choices: [choice({ content: 'a' })] }, { error: { code: 502 } })).toEqual({
      error: { code: 502 },
    });
  });
});

describe('openResponse', () => {
  it.each([
    ['whole', ['{"a":1}']],
    ['whole', ['\uFEFF', ' \r\n', '[1]']],
    ['whole', ['garbage']],
    ['whole', ['da', 'te: {}']],
    ['whole', []],
    ['events', ['\uFEFFda', 'ta: {}']],
    ['events', ['data: {}\n\n']],
    ['events', ['\n', ': comment\n\ndata: {}']],
    ['events', ['event: x\n']],
  ])('recognises %s in %j, and loses nothing', async (form, parts) => {
    const answer = await openResponse(of<Uint8Array>(parts.map((part) => Buffer.from(part))));
    expect([answer.form, await readText(answer.bytes, 100)]).toEqual([form, parts.join('')]);
  });

  it('bounds what is read as a whole', async () => {
    await expect(readText(of<Uint8Array>([Buffer.alloc(101)]), 100)).rejects.toThrow();
  });
});
