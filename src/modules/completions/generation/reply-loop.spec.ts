import type { JsonObject } from '../../../common/util/json';
import type { Principal } from '../../../common/auth/principal';
import { CompletionContext } from '../../pipeline/completion-context';
import type { Tool } from '../../pipeline/tool';
import type { FileUploadsService } from '../../files/file-uploads.service';
import type { CodeBlock, ToolCall } from '../content/content-block';
import { ContentBlocks } from '../content/content-blocks';
import { CODE_TAG, type TagPair } from '../content/tag-pairs';
import { ToolResultsService } from '../tools/tool-results.service';
import { runReplyLoop } from './reply-loop';

const messages = [{ role: 'user', content: 'What time is it?' }];
const call = (name: string, args = '{}', id = `call_${name}`): ToolCall => ({ id, name, arguments: args });

const clock: Tool = {
  name: 'clock',
  description: 'The time',
  parameters: { type: 'object', properties: { zone: { type: 'string' } } },
  call: (args) => Promise.resolve({ kind: 'value', value: JSON.stringify(args) }),
};
const broken: Tool = { name: 'broken', parameters: {}, call: () => Promise.reject(new Error('out of order')) };

/** Each turn says its text and makes its calls. Collects the requests and the events. */
async function run(
  turns: { text: string; calls?: ToolCall[] }[],
  tools: Tool[],
  { signal = new AbortController().signal, pairs = [] }: { signal?: AbortSignal; pairs?: readonly TagPair[] } = {},
) {
  const target = { kind: 'browser' as const, model: {}, sessionId: 's' };
  const request = { modelId: 'm', body: { messages, stream: true } };
  const context = new CompletionContext({ principal: {} as Principal, request, target });
  for (const tool of tools) context.tools.set(tool.name, tool);
  const reply = new ContentBlocks('', pairs);
  const bodies: JsonObject[] = [];
  const next = async function* (body: JsonObject, isFirst: boolean): AsyncGenerator<string, ToolCall[]> {
    const { text, calls = [] } = turns[Math.min(bodies.length, turns.length - 1)]!;
    bodies.push(body);
    reply.appendText(text);
    yield await Promise.resolve(isFirst ? 'first turn' : 'later turn');
    return structuredClone(calls);
  };
  const events: unknown[] = [];
  const results = new ToolResultsService({} as FileUploadsService);
  const loop = {
    ...{ context, reply, turn: next, signal, maxToolTurns: 3 },
    callTool: (tool: Tool, args: JsonObject) => results.call(context.principal, tool, args, signal),
    runCode: ({ text }: CodeBlock) => Promise.resolve({ stdout: `ran ${text}` }),
  };
  for await (const event of runReplyLoop(loop)) events.push(event);
  return { bodies, events, reply };
}

describe('runReplyLoop', () => {
  it('is one turn without tools, whatever the model calls', async () => {
    const { bodies, events, reply } = await run([{ text: 'Hi', calls: [call('clock')] }], []);
    expect(bodies).toEqual([{ messages, stream: true }]);
    expect(events).toEqual(['first turn']);
    expect(reply.content).toBe('Hi');
  });

  it('is one turn when the model calls nothing', async () => {
    const { bodies, events } = await run([{ text: 'Hi' }], [clock]);
    expect(events).toEqual(['first turn']);
    const { name, description, parameters } = clock;
    expect(bodies[0]?.tools).toEqual([{ type: 'function', function: { name, description, parameters } }]);
  });

  it('runs the calls in order and asks the model again with the results', async () => {
    const calls = [call('clock', '{"zone":"UTC","made_up":1}'), call('broken'), call('unknown')];
    const { bodies, events, reply } = await run([{ text: 'Let me see', calls }, { text: 'Noon' }], [clock, broken]);
    const called = (name: string, args: string, index: number) => ({
      ...{ index, id: `call_${name}`, type: 'function', function: { name, arguments: args } },
    });
    expect(bodies[1]?.messages).toEqual([
      ...messages,
      {
        role: 'assistant',
        content: 'Let me see',
        tool_calls: [
          called('clock', '{"zone": "UTC", "made_up": 1}', 0),
          called('broken', '{}', 1),
          called('unknown', '{}', 2),
        ],
      },
      { role: 'tool', tool_call_id: 'call_clock', content: '{"zone":"UTC"}' },
      { role: 'tool', tool_call_id: 'call_broken', content: 'out of order' },
      { role: 'tool', tool_call_id: 'call_unknown', content: '' },
    ]);
    expect(events).toMatchObject([
      'first turn',
      { type: 'content', content: expect.stringMatching(/done="false"/) },
      { type: 'content', content: expect.stringMatching(/done="true"/) },
      'later turn',
    ]);
    expect(reply.content).toMatch(/^Let me see\n<details type="tool_calls"[\s\S]*<\/details>\nNoon$/);
  });

  it('takes arguments that are not JSON for none', async () => {
    const { bodies } = await run([{ text: '', calls: [call('clock', '{broken')] }, { text: 'ok' }], [clock]);
    expect(bodies[1]?.messages).toContainEqual({ role: 'tool', tool_call_id: 'call_clock', content: '{}' });
  });

  it('stops a model that continues to call tools', async () => {
    const { bodies } = await run([{ text: 'again', calls: [call('clock')] }], [clock]);
    expect(bodies).toHaveLength(4);
  });

  it('ends with the signal while a tool runs', async () => {
    const stop = new AbortController();
    const slow: Tool = {
      ...{ name: 'slow', parameters: {} },
      call: (_, signal) =>
        new Promise((__, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          stop.abort(new Error('stopped'));
        }),
    };
    await expect(run([{ text: '', calls: [call('slow')] }], [slow], { signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
  });

  it('runs code once for each tag, and at most five times', async () => {
    const code = (text: string) => ({
      text: `<code_interpreter type="code" lang="python">${text}</code_interpreter>more`,
    });
    const { bodies, events, reply } = await run([code('1'), { text: 'End' }], [], { pairs: [CODE_TAG] });
    expect(bodies[1]?.messages).toEqual([
      ...messages,
      {
        role: 'assistant',
        content:
          '<code_interpreter type="code" lang="python">\n1\n</code_interpreter>\n' +
          '```output\n{"stdout": "ran 1"}\n```',
      },
    ]);
    expect(events).toEqual([
      'first turn',
      { type: 'content', content: expect.stringMatching(/done="false"/) },
      { type: 'content', content: expect.stringMatching(/done="true"/) },
      'later turn',
    ]);
    expect(reply.content).toMatch(/<\/details>\nEnd$/);
    expect((await run([code('1')], [], { pairs: [CODE_TAG] })).bodies).toHaveLength(6);
  });

  it('does not run a tag that is no code', async () => {
    const { reply } = await run([{ text: '<code_interpreter>1</code_interpreter>' }, { text: 'End' }], [], {
      pairs: [CODE_TAG],
    });
    expect(reply.content).toContain('done="true" output="&quot;&quot;"');
  });
});
