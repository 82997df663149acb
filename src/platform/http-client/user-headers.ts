interface HeaderUser {
  id: string;
  name: string;
  email: string;
  role: string;
}

/** Who a request to another server is for, named as receivers that were written for Open WebUI know it. */
export function userHeaders(user: HeaderUser, chatId?: string): Record<string, string> {
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
