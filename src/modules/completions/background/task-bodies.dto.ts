import type { JsonObject } from '../../../common/util/json';

/** A task about a chat. 422 without `model` and `messages`; other keys are ignored. */
export class MessagesTaskBody {
  /** The model of the chat; the task model of the settings takes its place. */
  model?: string;

  /** Messages in OpenAI's form; pictures are left out. */
  messages?: JsonObject[];

  chat_id?: string;
}

/** 422 without `model` and `messages`. */
export class QueriesTaskBody {
  /** The model of the chat; the task model of the settings takes its place. */
  model?: string;

  /** Messages in OpenAI's form; pictures are left out. */
  messages?: JsonObject[];

  /** `web_search` or `retrieval`. */
  type?: string;

  chat_id?: string;
}

/** 422 without `model` and `prompt`. */
export class PromptTaskBody {
  /** The model of the chat; the task model of the settings takes its place. */
  model?: string;

  prompt?: string;

  /** What is typed: `General` or `Search Query`. */
  type?: string;

  /** The chat before it. */
  messages?: JsonObject[];

  chat_id?: string;
}

/** 422 without `model`, `prompt` and `responses`. */
export class MoaTaskBody {
  /** The model that combines the answers. */
  model?: string;

  /** The request that was answered. */
  prompt?: string;

  /** At most 100. */
  responses?: string[];

  stream?: boolean;

  chat_id?: string;
}

export class TaskDisabledResponse {
  detail: string;
}
