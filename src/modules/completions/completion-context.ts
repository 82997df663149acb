import type { Principal } from '../../common/auth/principal';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import type { ResolvedModel } from '../models/models.types';
import type { CompletionRequest } from './completion-request';
import { ContentBlocks } from './content/content-blocks';

/** One message of a request, in OpenAI's form. */
export interface RequestMessage extends JsonObject {
  role?: unknown;
  content?: unknown;
}

/** Who answers: a model of a provider, or one that the browser of the caller runs. */
export type CompletionTarget =
  { kind: 'provider'; model: ResolvedModel } | { kind: 'browser'; model: JsonObject; sessionId: string };

/** A message of a stored chat of the caller, into which the reply is written. */
export interface ReplyPlace {
  chatId: string;
  messageId: string;
}

/** One completion on its way through the steps: made once, completed by each step, read by what generates and stores. */
export class CompletionContext {
  /** What the provider gets, without `model`. Steps change it. */
  readonly body: JsonObject;
  /** Set by the access step. */
  target: CompletionTarget;
  /** Where the reply is stored; undefined when nothing is: no chat, a temporary one, or not the caller's. */
  place: ReplyPlace | undefined;
  /** The folder in which the chat of the caller lies; set by the access step. */
  folderId: string | null = null;
  /** What the reply may draw upon; steps add to it. */
  files: JsonObject[];
  /** Objects that clients get before the reply, such as `{sources}`. */
  readonly preface: JsonObject[] = [];

  /** The text of a task's reply, while it comes. */
  reply = new ContentBlocks('', []);

  constructor(
    readonly principal: Principal,
    readonly request: CompletionRequest,
  ) {
    this.body = request.body;
    this.files = request.files;
  }

  /** The reply goes over sockets, by a task; else it is the answer of the request. */
  get isTask(): boolean {
    const { sessionId, chatId, messageId } = this.request;
    return sessionId !== undefined && chatId !== undefined && messageId !== undefined;
  }

  get isStream(): boolean {
    return this.body.stream === true;
  }

  get messages(): RequestMessage[] {
    const { messages } = this.body;
    return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
  }

  /** Params of the model's row; none for a model that the browser runs. */
  get modelParams(): JsonObject {
    return this.target.kind === 'provider' ? this.target.model.params : {};
  }

  /** The model that was drawn for an arena; undefined when none was. */
  get drawnId(): string | undefined {
    return this.target.kind === 'provider' ? this.target.model.drawnId : undefined;
  }

  /** Puts `text` before the system message's own, in a new one if there is none. */
  prependSystem(text: string): void {
    const [first, ...rest] = this.messages;
    if (first?.role !== 'system') this.body.messages = [{ role: 'system', content: text }, ...this.messages];
    else this.body.messages = [{ ...first, content: joinText(text, first.content) }, ...rest];
  }
}

function joinText(text: string, content: unknown): unknown {
  if (Array.isArray(content)) return [{ type: 'text', text: `${text}\n` }, ...(content as unknown[])];
  return `${text}\n${asString(content) ?? ''}`;
}
