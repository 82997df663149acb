import type { JsonObject } from '../../common/util/json';

/**
 * A request of `POST /api/chat/completions`: OpenAI's, and the keys of the web client. Not checked key by key: what the
 * server does not know goes to the model's provider. Without a known `model` the answer is 400.
 */
export class CompletionBody {
  /** Id of a model of `GET /api/models`. */
  model?: string;

  /** The conversation, in OpenAI's form. */
  messages?: JsonObject[];

  /** True: the answer is `text/event-stream`. */
  stream?: boolean;

  /** Chat controls: `temperature`, `max_tokens`, `stop`, `custom_params` and the like. */
  params?: JsonObject;

  /** `{"{{NAME}}": "value"}`: replaced in system prompts. */
  variables?: JsonObject;

  /** Id of the caller's socket. With `chat_id` and `id` the reply comes over sockets and is stored. */
  session_id?: string;

  /** Id of a chat of the caller; `local:…` for one that is not stored. */
  chat_id?: string;

  /** Id of the message that becomes the reply. */
  id?: string;

  /** Id of the message that is answered. */
  parent_id?: string;

  /** `title_generation`, `tags_generation`, `follow_up_generation`: what follows the reply. */
  background_tasks?: JsonObject;

  /** The model's entry of the client; `direct: true` for one that the browser runs. */
  model_item?: JsonObject;
}

/**
 * A request in OpenAI's form. Without `model` the answer is 422; what the server does not know goes to the model's
 * provider, but for `metadata`.
 */
export class OpenAiCompletionBody {
  /** Id of a model of `GET /api/models`, or of a preset of one. */
  model?: string;

  /** The conversation. */
  messages?: JsonObject[];

  /** True: the answer is `text/event-stream`. */
  stream?: boolean;
}

/** The reply comes over sockets. */
export class TaskStartedResponse {
  /** Always true. */
  status: boolean;

  /** To be stopped with `POST /api/tasks/stop/{id}`. */
  task_id: string;
}

/** A whole reply in OpenAI's form, as the provider gave it. */
export class CompletionResponse {
  /** Id of the completion at the provider. */
  id?: string;

  /** `chat.completion`. */
  object?: string;

  /** `{index, message: {role, content}, finish_reason}`. */
  choices: JsonObject[];

  /** Tokens that were used. */
  usage?: JsonObject;
}

/** What a client sends when a reply is complete: the chat as it shows it. */
export class CompletedBody {
  /** Id of the model that answered. */
  model?: string;

  /** The messages of the shown branch. */
  messages?: JsonObject[];

  /** Id of the chat. */
  chat_id?: string;

  /** Id of the reply. */
  id?: string;

  /** Id of the caller's socket. */
  session_id?: string;
}
