import type { Credential } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';

/** A model as its provider offers it: an entry of the model list before rows and presets are laid over it. */
export interface ProviderModel {
  /** Unique over all providers, with the connection's prefix (`<prefix>.<id>`). */
  id: string;
  name: string;
  /** `openai`, `ollama`, …: tells clients which controls to show. */
  owned_by: string;
  /** Decides which task model is used. */
  connection_type?: string | null;
  /** Index of the connection in its settings. */
  urlIdx?: number;
  tags?: ModelTag[];
  [key: string]: unknown;
}

export interface ModelTag {
  name: string;
}

/** Who a request is made for; told to the provider only with `ENABLE_FORWARD_USER_INFO_HEADERS`. */
export interface ProviderUser {
  id: string;
  name: string;
  email: string;
  role: string;
  /** What proved who it is. Only connections that are set up for it send its token on. */
  credential?: Credential;
}

/** What a call is accounted as. `task`: the small generations beside a reply, such as titles. */
export type CallPurpose = 'completion' | 'embedding' | 'task';

/**
 * One request in OpenAI's form: a chat completion, or embeddings. `body` is not changed and needs no `model`: the driver
 * sets the provider's name of it.
 */
export interface ProviderRequest {
  model: ProviderModel;
  body: JsonObject;
  /** Aborting closes the connection to the provider at once; the call or the iteration then rejects with `signal.reason`. */
  signal: AbortSignal;
  user?: ProviderUser;
  chatId?: string;
  /** The id that was asked for, when it is not the model's own: that of a preset. */
  presetId?: string;
  /** A completion, or embeddings, unless told otherwise. */
  purpose?: CallPurpose;
}

/** What one `data:` line of a streamed completion may hold; providers add keys and leave others out. */
export interface ProviderChunk {
  id?: string;
  model?: string;
  choices?: ProviderChoice[];
  usage?: JsonObject | null;
  /** The provider failed after the stream had begun. */
  error?: unknown;
  [key: string]: unknown;
}

export interface ProviderChoice {
  index?: number;
  delta?: ProviderDelta;
  finish_reason?: string | null;
  [key: string]: unknown;
}

export interface ProviderDelta {
  role?: string;
  content?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  tool_calls?: ProviderToolCallDelta[];
  [key: string]: unknown;
}

/** A part of a tool call: the first part names it, later ones of the same index add to `arguments`. */
export interface ProviderToolCallDelta {
  index?: number;
  id?: string;
  type?: string;
  function?: { name?: string; arguments?: string };
  [key: string]: unknown;
}

/**
 * The answer to a streamed request; some providers answer it with one JSON object nevertheless. Of an event stream
 * either `raw` or `chunks()` is read, once; leaving the loop early closes the connection. An unread stream holds its
 * connection until the request's signal is aborted.
 */
export type ProviderStream =
  | { kind: 'json'; body: JsonObject }
  | {
      kind: 'sse';
      /** The bytes as they come: for passing them through. */
      raw: AsyncIterable<Uint8Array>;
      /** The parsed chunks up to `[DONE]`; comments and lines that are no JSON object are left out. */
      chunks(): AsyncIterable<ProviderChunk>;
    };

export interface ModelListOptions {
  /** Awaits fresh lists of all connections, each up to its time-out. */
  refresh?: boolean;
  /** Awaits the first list of connections that were never heard of yet, up to their time-out instead of for a moment. */
  isPatient?: boolean;
}

/** A kind of model provider: OpenAI-compatible servers and whatever else answers chats. */
export interface ChatProvider {
  readonly kind: string;
  /** Lower ones come first in lists, and win when two kinds offer the same model id. */
  readonly rank: number;
  /**
   * Served from a cache that is refreshed in the background; never rejects for a dead connection. The same array as long
   * as nothing has changed: it must not be changed.
   */
  listModels(options: ModelListOptions): Promise<ProviderModel[]>;
  owns(model: ProviderModel): boolean;
  /** @throws ProviderError for an error answer, ProviderUnreachableError when there is none. */
  complete(request: ProviderRequest): Promise<JsonObject>;
  /** Resolves when the provider has sent its headers. Throws as `complete`; once the stream has begun, its iteration does. */
  stream(request: ProviderRequest): Promise<ProviderStream>;
  /** One vector for each input, as OpenAI answers it. Left out by kinds that have no embeddings. Throws as `complete`. */
  embed?(request: ProviderRequest): Promise<JsonObject>;
}
