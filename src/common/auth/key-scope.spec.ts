import { isInScope, type KeyScope } from './key-scope';

const scopes: KeyScope[] = [
  { path: '/api/v1/chats', methods: ['GET', 'POST'] },
  { path: '/api/models', methods: null },
];

describe('isInScope', () => {
  it.each([
    ['GET', '/api/v1/chats', true],
    ['HEAD', '/api/v1/chats/', true],
    ['POST', '/api/v1/chats/new', true],
    ['DELETE', '/api/v1/chats/x', false],
    ['GET', '/api/v1/chatsx', false],
    ['GET', '/api/v1', false],
    ['DELETE', '/api/models/x', true],
    ['GET', '/API/v1/chats', false],
  ])('%s %s: %p', (method, path, expected) => expect(isInScope(scopes, method, path)).toBe(expected));

  it('is true for a key without scopes, and never for one with an empty list', () => {
    expect(isInScope(null, 'DELETE', '/')).toBe(true);
    expect(isInScope([], 'GET', '/')).toBe(false);
  });
});
