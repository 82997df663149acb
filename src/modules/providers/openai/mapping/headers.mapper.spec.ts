import { toConnection } from '../connection';
import { toHeaders } from './headers.mapper';

const user = { id: 'u', name: "Zoë O'Hara & Co", email: 'zoë@example.org', role: 'user' };

describe('toHeaders', () => {
  it('authenticates with the token alone', () => {
    const connection = toConnection(0, 'http://a', 'k', {});
    expect(toHeaders(connection, 't')).toMatchObject({ authorization: 'Bearer t' });
    for (const token of [undefined, '']) expect(toHeaders(connection, token)).not.toHaveProperty('authorization');
  });

  it('gives Azure its key and its version, and no key where Microsoft gives tokens', () => {
    const azure = { azure: true, api_version: '2024-10-21' };
    const expected = { 'api-key': 'k', 'api-version': '2024-10-21', authorization: 'Bearer k' };
    expect(toHeaders(toConnection(0, 'http://a', 'k', azure), 'k')).toMatchObject(expected);
    const headers = toHeaders(toConnection(0, 'http://a', 'k', { ...azure, auth_type: 'azure_ad' }), 'entra');
    expect(headers).toMatchObject({ 'api-version': '2024-10-21', authorization: 'Bearer entra' });
    expect(headers).not.toHaveProperty('api-key');
  });

  it('lets the headers of the connection win, whatever their case', () => {
    const headers = { Authorization: 'Basic x', 'CONTENT-TYPE': 'a/b', 'X-Extra': 'yes' };
    expect(toHeaders(toConnection(0, 'http://a', 'k', { headers }), 'k')).toMatchObject({
      authorization: 'Basic x',
      'content-type': 'a/b',
      'x-extra': 'yes',
    });
  });

  it('sends user headers only for a given user', () => {
    const connection = toConnection(0, 'http://a', 'k', {});
    expect(Object.keys(toHeaders(connection)).join()).not.toContain('openwebui');
    expect(toHeaders(connection, undefined, { user, chatId: 'c' })).toMatchObject({
      'x-openwebui-user-name': 'Zo%C3%AB O%27Hara %26 Co',
      'x-openwebui-user-id': 'u',
      'x-openwebui-user-email': 'zo%C3%AB%40example.org',
      'x-openwebui-user-role': 'user',
      'x-openwebui-chat-id': 'c',
    });
    expect(toHeaders(connection, undefined, { user })).not.toHaveProperty('x-openwebui-chat-id');
  });

  it('names the product to OpenRouter alone', () => {
    expect(toHeaders(toConnection(0, 'https://openrouter.ai/api/v1', '', {}))).toHaveProperty('x-title');
    expect(toHeaders(toConnection(0, 'https://notopenrouter.ai/api/v1', '', {}))).not.toHaveProperty('x-title');
  });
});
