import { isAuditedChange } from './request-audit';

const excluded = ['chats', 'chat', 'folders'];
const bearer = { authorization: 'Bearer x' };

describe('isAuditedChange', () => {
  it.each([
    ['POST', '/api/v1/groups/create', bearer, true],
    ['DELETE', '/api/v1/users/x', { cookie: 'a=b; token=x' }, true],
    ['POST', '/openai/config/update', { 'x-api-key': 'sk-x' }, true],
    ['GET', '/api/v1/users/', bearer, false],
    ['POST', '/api/v1/groups/create', {}, false],
    ['POST', '/api/v1/groups/create', { cookie: 'mytoken=x' }, false],
    ['POST', '/api/v1/chats/new', bearer, false],
    ['POST', '/api/chat/completions', bearer, false],
    ['POST', '/api/v1/chatsx', bearer, true],
    ['POST', '/chats/new', bearer, true],
    ['POST', '/api/v1/auths/signin', {}, false],
    ['GET', '/api/v1/auths/', bearer, false],
  ])('%s %s %j: %p', (method, path, headers, expected) =>
    expect(isAuditedChange({ method, path, headers }, excluded)).toBe(expected),
  );
});
