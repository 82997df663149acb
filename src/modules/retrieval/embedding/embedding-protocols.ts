import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { EmbeddingSettings } from './embedding.settings';

/** One request to an embedding server. */
export interface EmbeddingCall {
  url: string;
  headers: Record<string, string>;
  body: JsonObject;
}

interface EmbeddingProtocol {
  toCall: (texts: readonly string[], settings: EmbeddingSettings) => EmbeddingCall;
  /** The vectors of a response in the order of the texts; undefined when it is none. */
  read: (response: unknown) => unknown[] | undefined;
}

const bearer = (key: string): Record<string, string> => (key === '' ? {} : { authorization: `Bearer ${key}` });
const base = (url: string): string => url.trim().replace(/(?<!\/)\/+$/, '');

const openAi: EmbeddingProtocol = {
  toCall: (input, { openai_url, openai_key, embedding_model: model }) => ({
    url: `${base(openai_url)}/embeddings`,
    headers: bearer(openai_key),
    body: { input, model },
  }),
  read: (response) => {
    if (!isJsonObject(response) || !Array.isArray(response.data)) return undefined;
    return inOrder(response.data).map((item) => (isJsonObject(item) ? item.embedding : undefined));
  },
};

/** By `index` where all items have one; servers are free in their order. */
function inOrder(items: unknown[]): unknown[] {
  const indexOf = (item: unknown) => (isJsonObject(item) && Number.isInteger(item.index) ? Number(item.index) : -1);
  if (new Set(items.map(indexOf)).size < items.length || items.some((item) => indexOf(item) < 0)) return items;
  return [...items].sort((a, b) => indexOf(a) - indexOf(b));
}

const azureOpenAi: EmbeddingProtocol = {
  toCall: (input, { azure_openai_url, azure_openai_key, azure_openai_version, embedding_model }) => {
    const deployment = `${base(azure_openai_url)}/openai/deployments/${encodeURIComponent(embedding_model)}`;
    return {
      url: `${deployment}/embeddings?api-version=${encodeURIComponent(azure_openai_version)}`,
      headers: { 'api-key': azure_openai_key },
      body: { input },
    };
  },
  read: openAi.read,
};

const ollama: EmbeddingProtocol = {
  toCall: (input, { ollama_url, ollama_key, embedding_model: model }) => ({
    url: `${base(ollama_url)}/api/embed`,
    headers: bearer(ollama_key),
    body: { input, model },
  }),
  read: (response) => (isJsonObject(response) && Array.isArray(response.embeddings) ? response.embeddings : undefined),
};

/** The engines that call a server. */
export const EMBEDDING_PROTOCOLS: Readonly<Record<string, EmbeddingProtocol>> = {
  openai: openAi,
  azure_openai: azureOpenAi,
  ollama,
};
