import { setImmediate } from 'node:timers/promises';
import { isJsonObject } from '../../../../common/util/json';
import { TOKEN_ENCODINGS, TOKEN_WINDOW, tokensOf, type TokenEncoding } from '../../../../common/util/token-encodings';
import type { RequestMessage } from '../../../pipeline/completion-context';

/** The encodings of OpenAI's models. */
const ENCODINGS: [RegExp, () => Promise<TokenEncoding>][] = [
  [/^(gpt-4o|gpt-4\.1|gpt-5|chatgpt-4o|o\d)/, TOKEN_ENCODINGS.o200k_base],
  [/^(gpt-4|gpt-3\.5|gpt-35)/, TOKEN_ENCODINGS.cl100k_base],
];

/** Characters of a message that are encoded; longer texts are estimated, since encoding blocks the process. */
const MAX_EXACT = 200_000;
/** Role and separators of a message. */
const MESSAGE_TOKENS = 4;
/** Providers count images by their size; this is what most charge for one of a million pixels. */
const IMAGE_TOKENS = 1000;
const LAST_ASCII = 0x7f;

/** Counts the tokens of texts and messages. */
export interface TokenCounter {
  text(text: string): number;
  message(message: RequestMessage): Promise<number>;
}

/** The counter for a model: exact for OpenAI's models, an estimate on the safe side for others. */
export async function tokenCounter(modelId: string): Promise<TokenCounter> {
  const name = modelId.slice(modelId.lastIndexOf('/') + 1).toLowerCase();
  const encoding = await ENCODINGS.find(([models]) => models.test(name))?.[1]();
  const text = (value: string) =>
    encoding && value.length <= MAX_EXACT ? exactTokens(encoding, value) : estimatedTokens(value);
  return {
    text,
    message: async (message) => {
      const { texts, images } = contentOf(message);
      const tokens = texts.reduce((sum, part) => sum + text(part), MESSAGE_TOKENS + images * IMAGE_TOKENS);
      if (encoding) await setImmediate();
      return tokens;
    },
  };
}

/** Text in Latin script has about four characters per token; most other scripts about one. */
export function estimatedTokens(text: string): number {
  let ascii = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) <= LAST_ASCII) ascii++;
  return Math.ceil(ascii / 3.5 + (text.length - ascii) * 0.9);
}

function exactTokens(encoding: TokenEncoding, text: string): number {
  let tokens = 0;
  for (let start = 0; start < text.length; start += TOKEN_WINDOW)
    tokens += tokensOf(encoding, text.slice(start, start + TOKEN_WINDOW)).length;
  return tokens;
}

/** What of a message a model reads. */
function contentOf({ content, tool_calls: calls }: RequestMessage): { texts: string[]; images: number } {
  const parts: unknown[] = Array.isArray(content) ? (content as unknown[]) : [content];
  const texts = parts.map((part) => (isJsonObject(part) ? part.text : part)).filter((part) => typeof part === 'string');
  const images = parts.filter((part) => isJsonObject(part) && part.type === 'image_url').length;
  return { texts: calls === undefined ? texts : [...texts, JSON.stringify(calls)], images };
}
