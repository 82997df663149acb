import { userHeaders } from '../../../../platform/http-client/user-headers';
import type { Requester } from '../../chat-provider';
import { isOpenRouter, usesEntra, type Connection } from '../connection';

type Headers = Record<string, string>;

/** The headers of a request to a connection; configured headers override all others, case-insensitively. */
export function toHeaders(connection: Connection, token?: string, requester?: Requester): Headers {
  const headers: Headers = {
    accept: '*/*',
    'content-type': 'application/json',
    ...(isOpenRouter(connection.url) && { 'x-title': 'Confab' }),
    ...(requester && userHeaders(requester.user, requester.chatId)),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(connection.isAzure && azureHeaders(connection)),
  };
  for (const [name, value] of Object.entries(connection.headers)) headers[name.toLowerCase()] = value;
  return headers;
}

function azureHeaders(connection: Connection): Headers {
  const { apiVersion, key } = connection;
  return { 'api-version': apiVersion, ...(!usesEntra(connection) && key !== '' && { 'api-key': key }) };
}
