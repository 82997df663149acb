import { IsBoolean, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** The small generations beside replies: titles, tags, follow-up questions, queries, completions of what is typed. */
@SettingsSection('task')
export class TaskSettings {
  /** Used instead of the chat's model when that one is local; empty: the chat's model. */
  @StoredAt('task.model.default')
  @Env('TASK_MODEL')
  @IsOptional()
  @IsString()
  model: string | null = '';

  /** As `model`, for external models. */
  @StoredAt('task.model.external')
  @Env('TASK_MODEL_EXTERNAL')
  @IsOptional()
  @IsString()
  model_external: string | null = '';

  /** Chats get a title from their first exchange. */
  @StoredAt('task.title.enable')
  @Env('ENABLE_TITLE_GENERATION')
  @IsBoolean()
  enable_title_generation = true;

  /** Empty: the built-in prompt, as of every template. */
  @StoredAt('task.title.prompt_template')
  @Env('TITLE_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  title_prompt_template = '';

  /** Makes the prompt of a picture from a chat. */
  @StoredAt('task.image.prompt_template')
  @Env('IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  image_prompt_template = '';

  /** Clients complete what people type. */
  @StoredAt('task.autocomplete.enable')
  @Env('ENABLE_AUTOCOMPLETE_GENERATION')
  @IsBoolean()
  enable_autocomplete_generation = false;

  /** Characters that are completed at most; -1 for no limit. */
  @StoredAt('task.autocomplete.input_max_length')
  @Env('AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH')
  @IsInt()
  @Min(-1)
  autocomplete_input_max_length = -1;

  /** No page edits it. */
  @StoredAt('task.autocomplete.prompt_template')
  @Env('AUTOCOMPLETE_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  autocomplete_prompt_template = '';

  /** Chats get tags from their first exchange. */
  @StoredAt('task.tags.enable')
  @Env('ENABLE_TAGS_GENERATION')
  @IsBoolean()
  enable_tags_generation = true;

  /** Prompt for tags; empty for the built-in one. */
  @StoredAt('task.tags.prompt_template')
  @Env('TAGS_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  tags_prompt_template = '';

  /** Replies are followed by suggested questions. */
  @StoredAt('task.follow_up.enable')
  @Env('ENABLE_FOLLOW_UP_GENERATION')
  @IsBoolean()
  enable_follow_up_generation = true;

  /** Prompt for follow-up questions; empty for the built-in one. */
  @StoredAt('task.follow_up.prompt_template')
  @Env('FOLLOW_UP_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  follow_up_prompt_template = '';

  /** Searches of the web are worded by a model. */
  @StoredAt('task.query.search.enable')
  @Env('ENABLE_SEARCH_QUERY_GENERATION')
  @IsBoolean()
  enable_search_query_generation = true;

  /** Searches in documents are worded by a model. */
  @StoredAt('task.query.retrieval.enable')
  @Env('ENABLE_RETRIEVAL_QUERY_GENERATION')
  @IsBoolean()
  enable_retrieval_query_generation = true;

  /** Prompt for search queries; empty for the built-in one. */
  @StoredAt('task.query.prompt_template')
  @Env('QUERY_GENERATION_PROMPT_TEMPLATE')
  @IsString()
  query_prompt_template = '';

  /** The queries of a web search also find passages in what it found, without asking the model again. */
  @Env('ENABLE_QUERIES_CACHE') @IsBoolean() keeps_queries = false;

  /** Lets models choose tools that cannot call them. */
  @StoredAt('task.tools.prompt_template')
  @Env('TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE')
  @IsString()
  tools_prompt_template = '';

  /** Goes before chats by voice; null for nothing. */
  @StoredAt('task.voice.prompt_template')
  @Env('VOICE_MODE_PROMPT_TEMPLATE')
  @IsOptional()
  @IsString()
  voice_prompt_template: string | null = '';
}
