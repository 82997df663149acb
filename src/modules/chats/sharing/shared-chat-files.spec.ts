import { attachedIds } from './shared-chat-files';

describe('attachedIds', () => {
  it('finds what is attached to the chat and to messages of the tree and of the list, once', () => {
    const chat = {
      files: [{ type: 'file', id: 'a' }],
      history: {
        messages: {
          u1: {
            files: [
              { type: 'file', id: 'a' },
              { type: 'file', id: 'b', url: 'http://host/api/v1/files/b' },
            ],
          },
          a1: { files: [{ type: 'image', url: '/api/v1/files/c/content' }], sources: [{ source: { id: 'z' } }] },
        },
      },
      messages: [{ files: [{ id: 'd' }] }],
    };
    expect(attachedIds(chat)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    {},
    { files: 'x', history: { messages: [] }, messages: {} },
    {
      files: [1, null, { id: 5, url: [] }],
      history: { messages: { a: null, b: { files: { id: 'x' } } } },
      messages: [null],
    },
    {
      files: [
        { url: 'data:image/png;base64,AAAA' },
        { url: '/api/v1/files/' },
        { url: `/api/v1/files/${'x'.repeat(65)}` },
      ],
    },
  ])('finds nothing in %j', (chat) => {
    expect(attachedIds(chat)).toEqual([]);
  });
});
