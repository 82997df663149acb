import { ApiProperty } from '@nestjs/swagger';
import type { JsonObject } from '../../common/util/json';

/** A message of a conversation, in OpenAI's form. */
export class ChatMessage {
  /** `system`, `user`, `assistant` or `tool`. */
  role: string;

  /** Text, or parts such as `{type: "text", text}` and `{type: "image_url", image_url: {url}}`. */
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }],
    nullable: true,
  })
  content?: string | JsonObject[] | null;

  /** Function calls of a message of the model. */
  tool_calls?: JsonObject[];

  /** The call whose result a message of the role `tool` is. */
  tool_call_id?: string;

  [key: string]: unknown;
}

/** Parameters of OpenAI's chat completions. Further keys are passed to the model's provider. */
class CompletionParameters {
  /** Id of a model of `GET /api/models`, or of a preset of one. */
  model?: string;

  /** The conversation. */
  messages?: ChatMessage[];

  /** True: the response is `text/event-stream`. */
  stream?: boolean;

  /** Between 0 and 2; higher is more random. */
  temperature?: number;

  /** Probability mass of the tokens to sample from. */
  top_p?: number;

  /** Maximum number of tokens of the reply. */
  max_tokens?: number;

  /** The newer name of `max_tokens`. */
  max_completion_tokens?: number;

  /** Strings that end the reply. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  stop?: string | string[];

  frequency_penalty?: number;

  presence_penalty?: number;

  /** The same seed gives similar replies. */
  seed?: number;

  /** Functions that the model may call. */
  tools?: JsonObject[];

  /** `none`, `auto`, `required`, or one function. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'object' }] })
  tool_choice?: string | JsonObject;

  /** `{type: "json_object"}`, or a JSON schema. */
  response_format?: JsonObject;

  /** `{include_usage: true}`: the last event of a stream has token counts. */
  stream_options?: JsonObject;
}

/**
 * A request of `POST /api/chat/completions`: OpenAI's, and the keys of the web client. Keys are not validated one by
 * one: unknown ones are passed to the model's provider. 400 without a known `model`.
 */
export class CompletionBody extends CompletionParameters {
  /** Chat controls: `temperature`, `max_tokens`, `stop`, `custom_params` and the like. */
  params?: JsonObject;

  /** Attachments by type and id: `{type: "file", id}`, `collection`, `folder`, … */
  files?: JsonObject[];

  /** Ids of tools and tool servers. Called by the server, with `params.function_calling: "native"` by the model's choice. */
  tool_ids?: string[];

  /** Ids of the toggle filters that apply. */
  filter_ids?: string[];

  /** `web_search`, `code_interpreter` and the like, as booleans. */
  features?: JsonObject;

  /** `{"{{NAME}}": "value"}`: replaced in system prompts. */
  variables?: JsonObject;

  /** Id of the client's socket. With `chat_id` and `id` the reply is sent over sockets. */
  session_id?: string;

  /** Id of a chat of the user, where the reply is stored; `local:…` for one that is not stored. */
  chat_id?: string;

  /** Id of the message that becomes the reply. Without it the question and the reply are added to the chat. */
  id?: string;

  /** Id of the message to reply to. */
  parent_id?: string;

  /** `title_generation`, `tags_generation`, `follow_up_generation`: tasks after the reply. */
  background_tasks?: JsonObject;

  /** The client's entry of the model; `direct: true` for one that runs in the browser. */
  model_item?: JsonObject;
}

/**
 * A request in OpenAI's form. 422 without `model`; unknown keys are passed to the model's provider, except `metadata`.
 */
export class OpenAiCompletionBody extends CompletionParameters {}

/** The reply is sent over sockets. */
export class TaskStartedResponse {
  /** Always true. */
  status: boolean;

  /** Stop it with `POST /api/tasks/stop/{id}`. */
  task_id: string;
}

/** One of the replies of a completion. */
export class CompletionChoice {
  index?: number;

  /** The reply. */
  message: ChatMessage;

  /** `stop`, `length`, `tool_calls` or `content_filter`. */
  finish_reason?: string | null;

  [key: string]: unknown;
}

/** A whole reply in OpenAI's form, as sent by the provider. */
export class CompletionResponse {
  /** Id of the completion at the provider. */
  id?: string;

  /** `chat.completion`. */
  object?: string;

  /** Unix seconds. */
  created?: number;

  /** The provider's name of the model. */
  model?: string;

  choices: CompletionChoice[];

  /** Token counts: `prompt_tokens`, `completion_tokens`, `total_tokens`. */
  usage?: JsonObject | null;

  /** What the reply may cite. In a stream: in a chunk without choices. */
  sources?: JsonObject[];

  /** Steps before the reply, such as searches. In a stream: `event` of chunks without choices. */
  statuses?: JsonObject[];

  /** Other events of the reply: `{type, data}`. In a stream: as statuses. */
  events?: JsonObject[];

  /** Id of the stored reply, when the request named a chat without a message. */
  message_id?: string;
}

/** Sent by a client when a reply is complete: the chat as shown. */
export class CompletedBody {
  /** Id of the model of the reply. */
  model?: string;

  /** The messages of the shown branch. */
  messages?: JsonObject[];

  /** Id of the chat. */
  chat_id?: string;

  /** Id of the reply. */
  id?: string;

  /** Id of the client's socket. */
  session_id?: string;

  /** Ids of the filters that the user switched on. */
  filter_ids?: string[];
}

/** A request to run an action on a reply. */
export class ActionBody extends CompletedBody {
  /** What the client tells the action. */
  @ApiProperty({ description: 'Any JSON value' })
  event?: unknown;
}
