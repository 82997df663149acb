import fc from 'fast-check';
import { CHATGPT, CLAUDE, LIBRECHAT, LOBECHAT } from '../../../../../test/support/factories/product-exports';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { convertItem } from './convert';
import type { ConvertedChat } from './converted-chat';

const KEYS = [
  ...['id', 'uuid', 'messageId', 'parent', 'parentId', 'parentMessageId', 'parent_message_uuid', 'children', 'message'],
  ...['author', 'role', 'sender', 'isCreatedByUser', 'content', 'content_type', 'parts', 'text', 'type', 'thinking'],
  ...['metadata', 'tool_call', 'tools', 'files', 'attachments', 'createdAt', 'create_time', 'sessionId', 'topicId'],
];

type Shown = { id: string; parentId: string | null; childrenIds: string[]; role: string; content: string };

const convert = (item: unknown): ConvertedChat[] => convertItem(item) ?? [];
const only = (item: unknown): ConvertedChat => {
  const [chat, ...more] = convert(item);
  expect(more).toEqual([]);
  return chat as ConvertedChat;
};
const historyOf = ({ chat }: ConvertedChat) => chat.history as { messages: Record<string, Shown>; currentId: string };
const linesOf = (converted: ConvertedChat) =>
  Object.values(historyOf(converted).messages).map(({ id, parentId, role }) => `${parentId ?? '-'} > ${id} ${role}`);
const contentOf = (converted: ConvertedChat, id: string) => historyOf(converted).messages[id]?.content;
const branchOf = ({ chat }: ConvertedChat) => (chat.messages as Shown[]).map(({ id }) => id);

describe('ChatGPT', () => {
  const converted = only(CHATGPT);

  it('keeps all branches, and joins reasoning, tools and answer', () => {
    expect(linesOf(converted)).toEqual([
      '- > u1 user',
      'u1 > a1 assistant',
      'u1 > thoughts assistant',
      'thoughts > u2 user',
    ]);
    expect(historyOf(converted).messages.u1?.childrenIds).toEqual(['a1', 'thoughts']);
    expect(historyOf(converted).currentId).toBe('u2');
    expect(branchOf(converted)).toEqual(['u1', 'thoughts', 'u2']);
  });

  it('shows images by placeholders, code, output and reasoning', () => {
    expect(contentOf(converted, 'u1')).toBe('[Image: file-abc]\n\nWhat is this?');
    expect(contentOf(converted, 'thoughts')).toBe(
      [
        '<details type="reasoning" done="true">\n<summary>Thought</summary>\n&gt; Plan\n&gt; \n&gt; Count &lt;all&gt; pixels\n</details>',
        '```python\nprint(1)\n```',
        '```\n1\n```',
        'It is one pixel.',
      ].join('\n\n'),
    );
    expect(contentOf(converted, 'u2')).toBe('Thanks');
  });

  it('has title, times, model, archive and project', () => {
    expect(converted).toMatchObject({
      chat: { title: 'A picture', models: ['o3'], timestamp: 1_756_000_000_000 },
      createdAt: 1_756_000_000,
      updatedAt: 1_756_000_400,
      isArchived: true,
      isPinned: false,
      project: 'ChatGPT project 67a1b2c3',
    });
    expect(historyOf(converted).messages.thoughts).toMatchObject({ model: 'o3', done: true, timestamp: 1_756_000_010 });
  });
});

describe('Claude', () => {
  const converted = only(CLAUDE);

  it('keeps the branches and shows the selected one', () => {
    expect(linesOf(converted)).toEqual(['- > h1 user', 'h1 > r1 assistant', 'h1 > r2 assistant']);
    expect(branchOf(converted)).toEqual(['h1', 'r1']);
  });

  it('shows attachments, thinking and tools', () => {
    expect(contentOf(converted, 'h1')).toBe('Read this\n\n[File: notes.txt]\n```\na\nb\n```\n\n[Image: photo.png]');
    expect(contentOf(converted, 'r1')).toBe(
      '<details type="reasoning" done="true">\n<summary>Thought</summary>\n&gt; Hm\n</details>\n\n' +
        '<details type="tool_calls" done="true" id="t1" name="search" arguments="{&quot;q&quot;:&quot;x&quot;}" ' +
        'result="&quot;found&quot;">\n<summary>Tool Executed</summary>\n</details>\n\nDone',
    );
    expect(converted).toMatchObject({ chat: { title: 'Notes' }, createdAt: 1_767_607_200, project: 'Research' });
  });

  it('reads exports without parents as a chain', () => {
    const chat_messages = [
      { uuid: 'a', sender: 'human', text: 'Hi' },
      { uuid: 'b', sender: 'assistant', text: 'Hello' },
      { sender: 'human', text: 'Bye' },
    ];
    expect(linesOf(only({ uuid: 'x', name: '', chat_messages }))).toEqual([
      '- > a user',
      'a > b assistant',
      'b > message-2 user',
    ]);
  });
});

describe('LibreChat', () => {
  it('reads a tree and a list alike', () => {
    const tree = only(LIBRECHAT);
    expect(linesOf(tree)).toEqual(['- > m1 user', 'm1 > m2 assistant', 'm1 > m3 assistant']);
    expect(branchOf(tree)).toEqual(['m1', 'm3']);
    const [root] = LIBRECHAT.messagesTree;
    const flat = [...(root?.children ?? []), { ...root, children: undefined }];
    const list = only({ ...LIBRECHAT, recursive: false, messagesTree: undefined, messages: flat });
    expect(historyOf(list)).toEqual(historyOf(tree));
  });

  it('has thoughts, tools, files, times and tags', () => {
    const converted = only(LIBRECHAT);
    expect(contentOf(converted, 'm1')).toBe('What now?\n\n[File: plan.pdf]');
    expect(contentOf(converted, 'm3')).toMatch(/^<details type="reasoning"[^]*Hm[^]*name="web"[^]*\n\nThis\.$/);
    expect(converted).toMatchObject({
      chat: { title: 'Now', models: ['gpt-4-turbo'] },
      createdAt: 1_714_581_311,
      updatedAt: 1_714_581_340,
      tags: ['work'],
    });
  });
});

describe('LobeChat', () => {
  it('reads topics and sessions as chats, groups as projects, assistants as tags', () => {
    const converted = convert(LOBECHAT);
    expect(converted.map(({ chat, project, tags, isPinned }) => [chat.title, project, tags, isPinned])).toEqual([
      ['Trip', 'Private', ['Travel agent'], true],
      ['Travel agent', 'Private', [], false],
    ]);
    expect(linesOf(converted[0] as ConvertedChat)).toEqual([
      '- > q1 user',
      'q1 > a1 assistant',
      'q1 > a2 assistant',
      'a2 > q2 user',
    ]);
    expect(contentOf(converted[0] as ConvertedChat, 'a2')).toMatch(/Thinking[^]*name="weather"[^]*sunny/);
    expect(linesOf(converted[1] as ConvertedChat)).toEqual(['- > s1 user']);
  });

  it('reads the newer form of the file', () => {
    expect(convert({ data: LOBECHAT.state, mode: 'pglite' })).toEqual(convert(LOBECHAT));
  });
});

describe('convertItem', () => {
  it.each([
    [undefined],
    [null],
    ['x'],
    [[]],
    [{}],
    [{ chat: { title: 'Own', mapping: {} } }],
    [{ chat: {}, mapping: {} }],
    [{ title: 'x', mapping: 'text' }],
    [{ messages: [] }],
    [{ state: { settings: {} }, version: 7 }],
  ])('leaves %j to the import of own chats', (item) => expect(convertItem(item)).toBeUndefined());

  it('leaves out conversations without messages', () => {
    expect(convertItem({ mapping: { a: { message: null, parent: null, children: [] } } })).toEqual([]);
    expect(convertItem({ chat_messages: [null, 5, {}] })).toEqual([]);
  });

  const odd = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 0, -1, 1e300, '', 'a', 'b', '__proto__', 'user', 'assistant', 'tool', 'text'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 8 }),
    ),
  })).value;

  it('takes anything, and gives sound trees', () => {
    const list = fc.array(odd, { maxLength: 6 });
    const item = fc.oneof(
      fc.record({
        mapping: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), odd),
        current_node: odd,
        title: odd,
      }),
      fc.record({ chat_messages: list, name: odd, project: odd, created_at: odd }),
      fc.record({ conversationId: fc.constant('x'), messages: list, options: odd, tags: odd }),
      fc.record({ state: fc.record({ messages: list, sessions: list, topics: list, sessionGroups: odd }) }),
    );
    fc.assert(
      fc.property(item, (value) => {
        const converted = convertItem(value);
        expect(converted).toBeDefined();
        expect(convertItem(structuredClone(value))).toEqual(converted);
        converted?.forEach(assertSound);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes time in proportion to the length of a conversation, however it is linked', () => {
    const count = 50_000;
    const message = { author: { role: 'assistant' }, content: { content_type: 'text', parts: ['x'] } };
    const nodes = Array.from(
      { length: count },
      (_, index) => [`n${index}`, { message, parent: `n${index - 1}` }] as const,
    );
    expect(contentOf(only({ mapping: Object.fromEntries(nodes) }), 'n0')).toHaveLength(3 * count - 2);
    const star = nodes.map(([id, node]) => [id, { ...node, parent: 'n0' }] as const);
    expect(linesOf(only({ mapping: Object.fromEntries(star) }))).toHaveLength(count);
  });
});

function assertSound(converted: ConvertedChat): void {
  const { messages, currentId } = historyOf(converted);
  expect(Object.hasOwn(messages, currentId)).toBe(true);
  expect(converted.createdAt === undefined || Number.isSafeInteger(converted.createdAt)).toBe(true);
  for (const [id, { parentId, childrenIds, role, content }] of Object.entries(messages)) {
    expect(['user', 'assistant']).toContain(role);
    expect(content).not.toBe('');
    if (parentId !== null) expect(messages[parentId]?.childrenIds).toContain(id);
    for (const child of childrenIds) expect(messages[child]?.parentId).toBe(id);
  }
  const branch = converted.chat.messages as JsonObject[];
  expect(branch[0]?.parentId).toBeNull();
  expect(branch.at(-1)?.id).toBe(currentId);
  expect(branch.every(isJsonObject)).toBe(true);
}
