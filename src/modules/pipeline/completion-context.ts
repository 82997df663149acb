import type { Principal } from '../../common/auth/principal';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../common/util/json';
import type { ResolvedModel } from '../models/models.types';
import type { CitedSource, Grounding, ProviderChunk } from '../providers/chat-provider';
import type { Emit } from './completion-event';
import type { Tool } from './tool';

/** One message of a request, in OpenAI's form. */
export interface RequestMessage extends JsonObject {
  role?: unknown;
  content?: unknown;
}

/** Tasks after the reply. `title`: undefined leaves the title unchanged, false uses the first message. */
export interface BackgroundTasks {
  title?: boolean;
  tags: boolean;
  followUps: boolean;
}

/** Stage 1: a parsed request. Entries without a chat set only the fields they have. */
export interface CompletionRequest {
  modelId: string;
  /** The remaining body for the provider, without `model`. */
  body: JsonObject;
  /** The client's chat controls, under its own names. */
  params?: JsonObject;
  /** `{"{{NAME}}": "value"}`: literal substitutions. */
  variables?: Record<string, string>;
  /** Attachments of the chat: files, collections, notes, … by type and id. */
  files?: JsonObject[];
  /** Features requested by the client, by name: `web_search`, … */
  features?: Readonly<Record<string, boolean>>;
  /** Ids of the tools and tool servers that the model may use. */
  toolIds?: readonly string[];
  /** Tool servers that the client calls itself: `{url, openapi, info, specs}`. */
  toolServers?: readonly JsonObject[];
  /** Ids of the filters that the user switched on. */
  filterIds?: readonly string[];
  /** The client's complete entry of a model that runs in the browser. */
  directModel?: JsonObject;
  sessionId?: string;
  chatId?: string;
  messageId?: string;
  parentId?: string;
  backgroundTasks?: BackgroundTasks;
}

/** The model that replies: of a provider, or called by the principal's browser. */
export type CompletionTarget =
  { kind: 'provider'; model: ResolvedModel } | { kind: 'browser'; model: JsonObject; sessionId: string };

/** The message of a stored chat that the reply is written to. */
export interface ReplyPlace {
  chatId: string;
  messageId: string;
  /** The message that is replied to, when the server chose it; otherwise the request's `parentId`. */
  parentId?: string;
}

/** A request with the model and the chat loaded for its principal. */
export interface AdmittedCompletion {
  principal: Principal;
  request: CompletionRequest;
  target: CompletionTarget;
  /** Undefined when nothing is stored: no chat, a temporary one, or another user's. */
  place?: ReplyPlace;
  /** The folder of the chat. */
  folderId?: string | null;
}

type Release = () => void | Promise<void>;

/**
 * Stage 2: one completion that passes through the steps. Steps change the body for the provider, and filters may select
 * another model; `readonly` fields are fixed.
 */
export class CompletionContext {
  readonly principal: Principal;
  readonly request: CompletionRequest;
  target: CompletionTarget;
  /** Set by the entry before the reply runs. */
  place: ReplyPlace | undefined;
  readonly folderId: string | null;
  /** The body for the provider, without `model`. Steps replace it; the request's own body is not changed. */
  body: JsonObject;
  /** The chat controls that the principal may use. */
  params: JsonObject;
  /** Files that the reply may use. */
  files: JsonObject[];
  /** Sources that the reply may cite, in the order of their numbers. Steps append; a later step adds them to the request. */
  sources: CitedSource[] = [];
  /** Set once the sources are complete. */
  grounding: Grounding | undefined;
  /** Search queries that a model derived from the conversation, for later steps. */
  queries: string[] | undefined;
  /** Features that the reply uses, by name. */
  features: Readonly<Record<string, boolean>>;
  /** Ids of the tools that the reply may use. */
  toolIds: readonly string[];
  /** Tools that the model may call, by name. */
  readonly tools = new Map<string, Tool>();
  /** All tools of the request by name, also those that are not offered to the model as functions. */
  readonly available = new Map<string, Tool>();
  /** How the model calls tools, when a filter decided it; otherwise the params of model and chat do. */
  callMode: 'native' | 'default' | undefined;
  /** True when code in the reply is run. */
  runsCode = false;
  /** Changes each chunk of a stream; undefined drops it. */
  chunkFilter: ((chunk: ProviderChunk) => Promise<ProviderChunk | undefined>) | undefined;
  /** Sends an event to the sinks of the reply. No effect before it runs and after it has ended. */
  emit: Emit = () => undefined;
  /** Resolves when the events emitted so far have been sent. */
  sent: Promise<void> = Promise.resolve();
  private readonly releases: Release[] = [];
  private hasEnded = false;

  constructor({ principal, request, target, place, folderId }: AdmittedCompletion) {
    this.principal = principal;
    this.request = request;
    this.target = target;
    this.place = place;
    this.folderId = folderId ?? null;
    this.body = request.body;
    this.params = request.params ?? {};
    this.files = request.files ?? [];
    this.features = request.features ?? {};
    this.toolIds = request.toolIds ?? [];
  }

  /** True when a task sends the reply over sockets; otherwise it is the HTTP response. */
  get isTask(): boolean {
    const { sessionId, chatId, messageId } = this.request;
    return sessionId !== undefined && chatId !== undefined && messageId !== undefined;
  }

  /** Registers what has to be released when the reply has ended, however it ended: at once if it has already. */
  onEnd(release: Release): void {
    if (this.hasEnded) void Promise.resolve(release()).catch(() => undefined);
    else this.releases.push(release);
  }

  /** Called once by the runner of the reply: releases the latest first, and returns the errors. */
  async release(): Promise<unknown[]> {
    this.hasEnded = true;
    const errors: unknown[] = [];
    for (let next = this.releases.pop(); next; next = this.releases.pop())
      try {
        await next();
      } catch (error) {
        errors.push(error);
      }
    return errors;
  }

  get messages(): RequestMessage[] {
    return messagesOf(this.body);
  }

  set messages(messages: RequestMessage[]) {
    this.body = { ...this.body, messages };
  }

  /** Params of the model's row; none for a model that runs in a browser. */
  get modelParams(): JsonObject {
    return this.target.kind === 'provider' ? this.target.model.params : {};
  }

  /** The text of the user's last message; empty without one. */
  get question(): string {
    const last = this.messages.findLast(({ role }) => role === 'user');
    return last ? textOf(last) : '';
  }

  /** The model selected for an arena. */
  get selectedId(): string | undefined {
    return this.target.kind === 'provider' ? this.target.model.selectedId : undefined;
  }
}

export function messagesOf({ messages }: JsonObject): RequestMessage[] {
  return objectsIn(messages);
}

/** The text of a message, or of its first text part. */
function textOf({ content }: RequestMessage): string {
  if (!Array.isArray(content)) return asString(content) ?? '';
  const part = content.find((item: unknown) => isJsonObject(item) && typeof item.text === 'string') as
    JsonObject | undefined;
  return asString(part?.text) ?? '';
}

/** Puts `text` before the content of the last message if it is the user's, otherwise in a new user message. */
export function withUserText(messages: readonly RequestMessage[], text: string): RequestMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return [...messages, { role: 'user', content: text }];
  return messages.with(-1, { ...last, content: prepended(last.content, text) });
}

/** Puts `text` behind the content of the last message if it is the user's, otherwise in a new user message. */
export function appendUserText(messages: readonly RequestMessage[], text: string): RequestMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return [...messages, { role: 'user', content: text }];
  return messages.with(-1, { ...last, content: appended(last.content, text) });
}

function appended(content: unknown, text: string): unknown {
  if (!Array.isArray(content)) return `${asString(content) ?? ''}\n${text}`;
  const parts = content as unknown[];
  const index = parts.findIndex((part) => isJsonObject(part) && part.type === 'text');
  const part = parts[index];
  if (!isJsonObject(part)) return [...parts, { type: 'text', text }];
  return parts.with(index, { ...part, text: `${asString(part.text) ?? ''}\n${text}` });
}

function prepended(content: unknown, text: string): unknown {
  if (!Array.isArray(content)) return `${text}\n${asString(content) ?? ''}`;
  const parts = content as unknown[];
  const index = parts.findIndex((part) => isJsonObject(part) && part.type === 'text');
  const part = parts[index];
  if (!isJsonObject(part)) return [{ type: 'text', text }, ...parts];
  return parts.with(index, { ...part, text: `${text}\n${asString(part.text) ?? ''}` });
}

/** Puts `text` before the content of the system message, which is created if missing. */
export function withSystemText(messages: readonly RequestMessage[], text: string): RequestMessage[] {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages];
  const { content } = first;
  const joined = Array.isArray(content)
    ? [{ type: 'text', text: `${text}\n` }, ...(content as unknown[])]
    : `${text}\n${asString(content) ?? ''}`;
  return [{ ...first, content: joined }, ...rest];
}

/** Puts `text` behind the content of the system message, which is created if missing. */
export function appendSystemText(messages: readonly RequestMessage[], text: string): RequestMessage[] {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages];
  return [{ ...first, content: appended(first.content, text) }, ...rest];
}
