/**
 * Exports of other products, written after real ones: key names, nesting and number formats are theirs, the texts are not.
 * Sources: `api/server/utils/import/__data__` of github.com/danny-avila/LibreChat (ChatGPT, LibreChat),
 * `docs/chatgpt-data-export-format.md` of github.com/mitkury/chatgpt-export-parser, `src/types/importer.ts` of
 * github.com/lobehub/lobe-chat; Claude: the data export and `chat_conversations` of claude.ai as described there by
 * converters.
 */

const chatGptNode = (id: string, parent: string, children: string[], message: object) => ({
  id,
  parent,
  children,
  message: { id, status: 'finished_successfully', weight: 1, recipient: 'all', metadata: {}, ...message },
});
const said = (role: string, ...parts: unknown[]) => ({
  author: { role, name: null, metadata: {} },
  content: { content_type: 'text', parts },
});

/** Custom instructions, an image, a regenerated answer with reasoning and code, in keys that are not in order. */
export const CHATGPT = {
  title: 'A picture',
  create_time: 1756000000.123456,
  update_time: 1756000400.654321,
  current_node: 'u2',
  conversation_id: '6b0f0d9c-0000-4000-8000-000000000001',
  conversation_template_id: 'g-p-67a1b2c3d4e5',
  gizmo_id: 'g-p-67a1b2c3d4e5',
  is_archived: true,
  is_starred: null,
  default_model_slug: 'o3',
  safe_urls: [],
  moderation_results: [],
  mapping: {
    'client-created-root': { id: 'client-created-root', message: null, parent: null, children: ['context'] },
    context: chatGptNode('context', 'client-created-root', ['u1'], {
      author: { role: 'user', name: null, metadata: {} },
      content: { content_type: 'user_editable_context', user_profile: 'I am an SRE.', user_instructions: 'Be brief.' },
      metadata: { is_visually_hidden_from_conversation: true, is_user_system_message: true },
    }),
    thoughts: chatGptNode('thoughts', 'u1', ['code'], {
      author: { role: 'assistant', name: null, metadata: {} },
      create_time: 1756000010,
      content: {
        content_type: 'thoughts',
        thoughts: [{ summary: 'Plan', content: 'Count <all> pixels' }],
        source_analysis_msg_id: 'x',
      },
    }),
    u1: chatGptNode('u1', 'context', ['a1', 'thoughts'], {
      author: { role: 'user', name: null, metadata: {} },
      create_time: 1756000001.5,
      content: {
        content_type: 'multimodal_text',
        parts: [
          { content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-abc', width: 1, height: 1 },
          'What is this?',
        ],
      },
    }),
    a1: chatGptNode('a1', 'u1', [], { ...said('assistant', 'A cat.'), metadata: { model_slug: 'gpt-4o' } }),
    code: chatGptNode('code', 'thoughts', ['output'], {
      author: { role: 'assistant', name: null, metadata: {} },
      recipient: 'python',
      content: { content_type: 'code', language: 'unknown', text: 'print(1)' },
      metadata: { model_slug: 'o3' },
    }),
    output: chatGptNode('output', 'code', ['a2'], {
      author: { role: 'tool', name: 'python', metadata: {} },
      content: { content_type: 'execution_output', text: '1' },
    }),
    a2: chatGptNode('a2', 'output', ['u2'], {
      ...said('assistant', 'It is one pixel.'),
      end_turn: true,
      metadata: { model_slug: 'o3', finish_details: { type: 'stop' } },
    }),
    u2: chatGptNode('u2', 'a2', [], said('user', 'Thanks')),
  },
};

/** Two answers to one prompt; the first one is selected. */
export const CLAUDE = {
  uuid: '0b1f0d9c-0000-4000-8000-000000000001',
  name: 'Notes',
  summary: '',
  created_at: '2026-01-05T10:00:00.000000Z',
  updated_at: '2026-01-06T10:00:00.000000Z',
  account: { uuid: 'acc' },
  project: { uuid: 'p1', name: 'Research' },
  current_leaf_message_uuid: 'r1',
  chat_messages: [
    {
      uuid: 'h1',
      parent_message_uuid: '00000000-0000-4000-8000-000000000000',
      sender: 'human',
      text: 'Read this',
      content: [{ start_timestamp: null, type: 'text', text: 'Read this', citations: [] }],
      created_at: '2026-01-05T10:00:00.000000Z',
      attachments: [{ file_name: 'notes.txt', file_size: 3, file_type: 'txt', extracted_content: 'a\nb' }],
      files: [{ file_kind: 'image', file_uuid: 'f1', file_name: 'photo.png' }],
      files_v2: [{ file_kind: 'image', file_uuid: 'f1', file_name: 'photo.png' }],
    },
    {
      uuid: 'r1',
      parent_message_uuid: 'h1',
      sender: 'assistant',
      text: 'Done',
      content: [
        { type: 'thinking', thinking: 'Hm', summaries: [] },
        { type: 'tool_use', id: 't1', name: 'search', input: { q: 'x' } },
        { type: 'tool_result', tool_use_id: 't1', name: 'search', content: 'found', is_error: false },
        { type: 'text', text: 'Done' },
      ],
      created_at: '2026-01-05T10:00:05.000000Z',
      attachments: [],
      files: [],
    },
    {
      uuid: 'r2',
      parent_message_uuid: 'h1',
      sender: 'assistant',
      text: 'Again',
      content: [{ type: 'text', text: 'Again' }],
      created_at: '2026-01-05T10:00:09.000000Z',
      attachments: [],
      files: [],
    },
  ],
};

const NO_PARENT = '00000000-0000-0000-0000-000000000000';

/** A file with `recursive`: the second answer is the newer one. */
export const LIBRECHAT = {
  conversationId: '4a86c40e-0000-4000-8000-000000000001',
  endpoint: 'openAI',
  title: 'Now',
  exportAt: '13:18:04 GMT-0400 (Eastern Daylight Time)',
  branches: true,
  recursive: true,
  options: { model: 'gpt-4-turbo', temperature: 0.8, endpoint: 'openAI', title: 'Now', tags: ['work', 5] },
  messagesTree: [
    {
      messageId: 'm1',
      parentMessageId: NO_PARENT,
      createdAt: '2024-05-01T16:35:11.530Z',
      isCreatedByUser: true,
      sender: 'User',
      text: 'What now?',
      files: [{ file_id: 'x', filename: 'plan.pdf', type: 'application/pdf' }],
      children: [
        {
          messageId: 'm2',
          parentMessageId: 'm1',
          createdAt: '2024-05-01T16:35:12.604Z',
          isCreatedByUser: false,
          model: 'gpt-4-turbo',
          sender: 'GPT-4',
          text: 'That.',
          children: [],
        },
        {
          messageId: 'm3',
          parentMessageId: 'm1',
          createdAt: '2024-05-01T16:35:40.000Z',
          isCreatedByUser: false,
          model: 'gpt-4-turbo',
          sender: 'GPT-4',
          text: '',
          content: [
            { type: 'think', think: 'Hm' },
            {
              type: 'tool_call',
              tool_call: { id: 'c1', name: 'web', args: '{"q":1}', output: 'r', type: 'tool_call' },
            },
            { type: 'text', text: { value: 'This.' } },
          ],
          children: [],
        },
      ],
    },
  ],
};

/** A topic with a regenerated answer, and a message of the same session without a topic. */
export const LOBECHAT = {
  exportType: 'sessions',
  version: 7,
  state: {
    sessionGroups: [{ id: 'g1', name: 'Private', createdAt: 1700000000000, updatedAt: 1700000000000 }],
    sessions: [
      {
        id: 's',
        type: 'agent',
        group: 'g1',
        meta: { title: 'Travel agent' },
        config: { model: 'gpt-4o' },
        createdAt: 'x',
      },
    ],
    topics: [
      { id: 't', sessionId: 's', title: 'Trip', favorite: true, createdAt: 1700000000000, updatedAt: 1700000009000 },
    ],
    messages: [
      {
        id: 'q2',
        role: 'user',
        content: 'Thanks',
        sessionId: 's',
        topicId: 't',
        createdAt: 1700000005000,
        parentId: 'a2',
      },
      { id: 'q1', role: 'user', content: 'Weather?', sessionId: 's', topicId: 't', createdAt: 1700000001000 },
      {
        id: 'a1',
        role: 'assistant',
        content: 'Rain',
        sessionId: 's',
        topicId: 't',
        createdAt: 1700000002000,
        parentId: 'q1',
      },
      {
        id: 'a2',
        role: 'assistant',
        content: 'Sun',
        sessionId: 's',
        topicId: 't',
        parentId: 'q1',
        createdAt: 1700000003000,
        extra: { fromModel: 'gpt-4o', fromProvider: 'openai' },
        reasoning: { content: 'Thinking' },
        tools: [{ id: 'call', identifier: 'w', apiName: 'weather', arguments: '{}', type: 'default' }],
      },
      {
        id: 'tool',
        role: 'tool',
        content: 'sunny',
        tool_call_id: 'call',
        sessionId: 's',
        topicId: 't',
        parentId: 'a2',
        createdAt: 1700000004000,
      },
      { id: 's1', role: 'user', content: 'Hello', sessionId: 's', createdAt: 1700000000500 },
    ],
  },
};
