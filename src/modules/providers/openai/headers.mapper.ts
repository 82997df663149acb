import type { ProviderUser } from '../chat-provider';
import { isOpenRouter, usesEntra, type Connection } from './connection';

/** Who a completion is for, as far as the provider may know it. */
export interface Requester {
  user: ProviderUser;
  chatId?: string;
}

type Headers = Record<string, string>;

/** The headers of a request to a connection; its own ones win, whatever their case. */
export function toHeaders(connection: Connection, token?: string, requester?: Requester): Headers {
  const headers: Headers = {
    accept: '*/*',
    'content-type': 'application/json',
    ...(isOpenRouter(connection.url) && { 'x-title': 'Confab' }),
    ...(requester && userHeaders(requester)),
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

/** Named as receivers that were written for Open WebUI know them. */
export function userHeaders({ user, chatId }: Requester): Headers {
  return {
    'x-openwebui-user-name': quote(user.name),
    'x-openwebui-user-id': printable(user.id),
    'x-openwebui-user-email': printable(user.email),
    'x-openwebui-user-role': user.role,
    ...(chatId !== undefined && { 'x-openwebui-chat-id': printable(chatId) }),
  };
}

/** URL-quoted, spaces kept. */
const quote = (text: string): string =>
  encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', ' ');

/** As it is when a header can carry it, else URL-quoted. */
const printable = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : quote(text));
