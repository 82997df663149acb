import type { ExtractedPart } from '../extraction.types';
import { cleanText } from './clean-text';
import type { FileSource } from './file-source';
import { pageParts } from './html';
import { LIMITS, readAs } from './limits';

interface Address {
  name?: string;
  address?: string;
}

interface Mail {
  subject?: string;
  from?: string;
  to: string[];
  date?: string;
  text?: string;
  html?: string;
  attachments: (string | undefined)[];
  messages: Mail[];
}

/** Headers and text of a message; of its attachments the names, and attached messages. */
export async function* readEml(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const bytes = await source.all(LIMITS.tree);
  yield* await mailParts(await readAs('an e-mail message', () => parseEml(bytes, 0)));
}

/** As `readEml`, of a message that Outlook has saved. */
export async function* readMsg(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const bytes = await source.all(LIMITS.tree);
  yield* await mailParts(await readAs('an Outlook message', () => parseMsg(bytes)));
}

async function parseEml(bytes: Uint8Array, depth: number): Promise<Mail> {
  const { default: PostalMime } = await import('postal-mime');
  const options = { maxNestingDepth: 64, forceRfc822Attachments: true, attachmentEncoding: 'arraybuffer' } as const;
  const mail = await PostalMime.parse(bytes, options);
  const messages: Mail[] = [];
  for (const { mimeType, content } of mail.attachments)
    if (mimeType === 'message/rfc822' && depth < LIMITS.attachedMessages && typeof content !== 'string')
      messages.push(await parseEml(new Uint8Array(content), depth + 1));
  const { subject, date, text, html } = mail;
  return {
    ...{ subject, date, text, html, messages },
    from: addressText(mail.from),
    to: (mail.to ?? []).map(addressText),
    attachments: mail.attachments.map(({ filename }) => filename ?? undefined),
  };
}

async function parseMsg(bytes: Buffer): Promise<Mail> {
  const { default: module } = (await import('@kenjiuno/msgreader')) as unknown as { default: MsgModule };
  const Reader = 'default' in module ? module.default : module;
  const data = new Reader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)).getFileData();
  if (data.error !== undefined) throw new Error(data.error);
  return {
    ...{ subject: data.subject, text: data.body, html: data.bodyHtml, messages: [] },
    date: data.messageDeliveryTime ?? data.clientSubmitTime,
    from: addressText({ name: data.senderName, address: data.senderSmtpAddress ?? data.senderEmail }),
    to: (data.recipients ?? []).map(({ name, smtpAddress, email }) =>
      addressText({ name, address: smtpAddress ?? email }),
    ),
    attachments: (data.attachments ?? []).map(({ fileName }) => fileName),
  };
}

/** What is used of the reader of Outlook messages. */
interface MsgData {
  error?: string;
  subject?: string;
  senderName?: string;
  senderEmail?: string;
  senderSmtpAddress?: string;
  recipients?: { name?: string; email?: string; smtpAddress?: string }[];
  messageDeliveryTime?: string;
  clientSubmitTime?: string;
  body?: string;
  bodyHtml?: string;
  attachments?: { fileName?: string }[];
}
type MsgReader = new (bytes: ArrayBuffer | SharedArrayBuffer) => { getFileData(): MsgData };
type MsgModule = MsgReader | { default: MsgReader };

async function mailParts(mail: Mail): Promise<ExtractedPart[]> {
  const headers = headersOf(mail);
  const names = mail.attachments.filter((name) => name !== undefined && name !== '');
  const lines = Object.entries(headers).map(([key, value]) => `${LABELS[key as keyof typeof LABELS]}: ${value}`);
  if (names.length > 0) lines.push(`Attachments: ${names.join(', ')}`);
  const [first, ...rest] = await bodyParts(mail);
  const text = [lines.join('\n'), first?.text.trim() ?? ''].filter((block) => block !== '').join('\n\n');
  const parts = [
    { text, metadata: headers },
    ...rest.map((part) => ({ ...part, metadata: { ...part.metadata, ...headers } })),
  ];
  for (const attached of mail.messages) parts.push(...(await mailParts(attached)));
  return parts.filter((part) => part.text !== '');
}

async function bodyParts({ text = '', html = '' }: Mail): Promise<ExtractedPart[]> {
  if (text.trim() === '' && html !== '') return pageParts(html);
  return [{ text: cleanText(text), metadata: {} }];
}

function headersOf({ subject = '', from = '', to, date = '' }: Mail): Record<string, string> {
  const headers = Object.entries({ subject, from, to: to.join(', '), date });
  return Object.fromEntries(headers.filter(([, value]) => value !== ''));
}

const LABELS = { subject: 'Subject', from: 'From', to: 'To', date: 'Date' };

const addressText = ({ name = '', address = '' }: Address = {}): string =>
  name !== '' && address !== '' && name !== address ? `${name} <${address}>` : name || address;
