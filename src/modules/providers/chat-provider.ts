import type { Credential } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';

/** A model as its provider lists it, before model rows and presets are applied. */
export interface ProviderModel {
  /** Unique over all providers, with the connection's prefix (`<prefix>.<id>`). */
  id: string;
  name: string;
  /** `openai`, `ollama`, …: clients choose their controls by it. */
  owned_by: string;
  /** Determines which task model is used. */
  connection_type?: string | null;
  /** Index of the connection in its settings. */
  urlIdx?: number;
  tags?: ModelTag[];
  /** True for a model that this server implements itself, without generating text. */
  builtin?: boolean;
  [key: string]: unknown;
}

export interface ModelTag {
  name: string;
}

/** The user of a request; sent to the provider only with `ENABLE_FORWARD_USER_INFO_HEADERS`. */
export interface ProviderUser {
  id: string;
  name: string;
  email: string;
  role: string;
  /** How the user authenticated. Only connections configured for it forward the token. */
  credential?: Credential;
}

/** The user and the chat of a request, for headers to the provider. */
export interface Requester {
  user: ProviderUser;
  chatId?: string;
}

/** How a call is accounted. `task`: generated metadata of a chat, such as titles. */
export type CallPurpose = 'completion' | 'embedding' | 'task';

/** Passages of one attachment, as clients get them: `document` and `metadata` go in pairs. */
export interface CitedSource {
  /** The attachment: its `id`, `name`, `type`, … */
  source: JsonObject;
  document: string[];
  metadata: JsonObject[];
  /** Scores, higher is better; absent for texts that were not searched. */
  distances?: number[];
  [key: string]: unknown;
}

/** What was found for a question before the model is called. The messages of the request hold it, too, as text. */
export interface Grounding {
  /** The last message of the user as it was sent. */
  question: string;
  sources: readonly CitedSource[];
  /** False when nothing was attached that could be searched. */
  hasAttachments: boolean;
}

/** What code of this server (a pipe, a tool) may ask of it during a reply. Assignable to `SandboxHost`. */
export interface ReplyHost {
  /** An event of the message: sent to the user's sockets and stored. Absent in tasks, which reach no client. */
  emit?: (event: JsonObject) => void | Promise<void>;
  /** Asks the socket of the request and waits for its response; rejects without a socket. Absent in tasks. */
  ask?: (event: JsonObject, signal: AbortSignal) => Promise<unknown>;
  /** A model call as the principal of the reply. */
  complete: (body: JsonObject, signal: AbortSignal) => Promise<JsonObject>;
  /** The tools of the reply, and calls of them. */
  tools?: Record<string, { spec: { name: string; description: string; parameters: JsonObject } }>;
  callTool?: (name: string, args: JsonObject, signal: AbortSignal) => Promise<unknown>;
}

/** The reply that a model which is code of this server works for. Other providers ignore it. */
export interface ReplyScope {
  host: ReplyHost;
  /** Injected parameters by name: `__metadata__`, `__files__`, `__chat_id__`, `__task__`, … */
  injected: JsonObject;
}

/**
 * One request in OpenAI's form: a chat completion or embeddings. `body` is not changed and needs no `model`: the driver
 * sets the provider's name of it.
 */
export interface ProviderRequest {
  model: ProviderModel;
  body: JsonObject;
  /** Aborting closes the connection to the provider; the call or the iteration then rejects with `signal.reason`. */
  signal: AbortSignal;
  user?: ProviderUser;
  chatId?: string;
  /** The requested id when it differs from the model's: that of a preset. */
  presetId?: string;
  /** Default: `completion`, or `embedding` for embeddings. */
  purpose?: CallPurpose;
  grounding?: Grounding;
  reply?: ReplyScope;
}

/** One `data:` line of a streamed completion; providers add and omit keys. */
export interface ProviderChunk {
  id?: string;
  model?: string;
  choices?: ProviderChoice[];
  usage?: JsonObject | null;
  /** The provider failed after the stream had started. */
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

/** A part of a tool call: the first part has the name, later parts of the same index extend `arguments`. */
export interface ProviderToolCallDelta {
  index?: number;
  id?: string;
  type?: string;
  function?: { name?: string; arguments?: string };
  [key: string]: unknown;
}

/**
 * The response to a streamed request; some providers respond with one JSON object instead. Of an event stream either
 * `raw` or `chunks()` is read, once; leaving the loop early closes the connection. An unread stream occupies its
 * connection until the request's signal is aborted.
 */
export type ProviderStream =
  | { kind: 'json'; body: JsonObject }
  | {
      kind: 'sse';
      /** The unchanged bytes, for pass-through. */
      raw: AsyncIterable<Uint8Array>;
      /** The parsed chunks up to `[DONE]`; comments and lines that are not JSON objects are skipped. */
      chunks(): AsyncIterable<ProviderChunk>;
    };

export interface ModelListOptions {
  /** Fetches the lists of all connections again and waits for each, up to its timeout. */
  refresh?: boolean;
  /** Waits up to the timeout, instead of one second, for connections whose list has not been fetched yet. */
  waitsForFirst?: boolean;
}

/** A kind of model provider, such as OpenAI-compatible servers. */
export interface ChatProvider {
  readonly kind: string;
  /** True for a kind whose models are offered only while all other kinds have none. */
  readonly isFallback?: boolean;
  /** Lower ranks come first in lists, and win when two kinds offer the same model id. */
  readonly rank: number;
  /**
   * Served from a cache that is refreshed in the background; never rejects for an unreachable connection. The same
   * array while nothing has changed; callers must not modify it.
   */
  listModels(options: ModelListOptions): Promise<ProviderModel[]>;
  owns(model: ProviderModel): boolean;
  /** @throws ProviderError for an error response, ProviderUnreachableError without a response. */
  complete(request: ProviderRequest): Promise<JsonObject>;
  /** Resolves on the response headers. Throws as `complete`; later errors are thrown by the iteration. */
  stream(request: ProviderRequest): Promise<ProviderStream>;
  /** One vector per input, in OpenAI's form. Absent for kinds without embeddings. Throws as `complete`. */
  embed?(request: ProviderRequest): Promise<JsonObject>;
}
