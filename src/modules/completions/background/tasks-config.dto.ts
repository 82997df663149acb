import { IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, NullOr } from '../../../common/validation/fields';
import type { TaskSettings } from './task.settings';

/** The small generations beside replies. All keys have to be sent; an empty template stands for the built-in one. */
export class TasksConfig {
  @NullOr()
  @IsString()
  TASK_MODEL: string | null;

  @NullOr()
  @IsString()
  TASK_MODEL_EXTERNAL: string | null;

  @IsLaxBoolean()
  ENABLE_TITLE_GENERATION: boolean;

  @IsString()
  TITLE_GENERATION_PROMPT_TEMPLATE: string;

  @IsString()
  IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE: string;

  @IsLaxBoolean()
  ENABLE_AUTOCOMPLETE_GENERATION: boolean;

  /** Characters; -1 for no limit. */
  @IsLaxInt()
  AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH: number;

  @IsString()
  TAGS_GENERATION_PROMPT_TEMPLATE: string;

  @IsString()
  FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: string;

  @IsLaxBoolean()
  ENABLE_FOLLOW_UP_GENERATION: boolean;

  @IsLaxBoolean()
  ENABLE_TAGS_GENERATION: boolean;

  @IsLaxBoolean()
  ENABLE_SEARCH_QUERY_GENERATION: boolean;

  @IsLaxBoolean()
  ENABLE_RETRIEVAL_QUERY_GENERATION: boolean;

  @IsString()
  QUERY_GENERATION_PROMPT_TEMPLATE: string;

  @IsString()
  TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE: string;

  @NullOr()
  @IsString()
  VOICE_MODE_PROMPT_TEMPLATE: string | null;
}

export const toTasksConfig = (settings: TaskSettings): TasksConfig => ({
  TASK_MODEL: settings.model,
  TASK_MODEL_EXTERNAL: settings.model_external,
  ENABLE_TITLE_GENERATION: settings.enable_title_generation,
  TITLE_GENERATION_PROMPT_TEMPLATE: settings.title_prompt_template,
  IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE: settings.image_prompt_template,
  ENABLE_AUTOCOMPLETE_GENERATION: settings.enable_autocomplete_generation,
  AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH: settings.autocomplete_input_max_length,
  TAGS_GENERATION_PROMPT_TEMPLATE: settings.tags_prompt_template,
  FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: settings.follow_up_prompt_template,
  ENABLE_FOLLOW_UP_GENERATION: settings.enable_follow_up_generation,
  ENABLE_TAGS_GENERATION: settings.enable_tags_generation,
  ENABLE_SEARCH_QUERY_GENERATION: settings.enable_search_query_generation,
  ENABLE_RETRIEVAL_QUERY_GENERATION: settings.enable_retrieval_query_generation,
  QUERY_GENERATION_PROMPT_TEMPLATE: settings.query_prompt_template,
  TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE: settings.tools_prompt_template,
  VOICE_MODE_PROMPT_TEMPLATE: settings.voice_prompt_template,
});

export const fromTasksConfig = (config: TasksConfig): Partial<TaskSettings> => ({
  model: config.TASK_MODEL,
  model_external: config.TASK_MODEL_EXTERNAL,
  enable_title_generation: config.ENABLE_TITLE_GENERATION,
  title_prompt_template: config.TITLE_GENERATION_PROMPT_TEMPLATE,
  image_prompt_template: config.IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE,
  enable_autocomplete_generation: config.ENABLE_AUTOCOMPLETE_GENERATION,
  autocomplete_input_max_length: config.AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH,
  tags_prompt_template: config.TAGS_GENERATION_PROMPT_TEMPLATE,
  follow_up_prompt_template: config.FOLLOW_UP_GENERATION_PROMPT_TEMPLATE,
  enable_follow_up_generation: config.ENABLE_FOLLOW_UP_GENERATION,
  enable_tags_generation: config.ENABLE_TAGS_GENERATION,
  enable_search_query_generation: config.ENABLE_SEARCH_QUERY_GENERATION,
  enable_retrieval_query_generation: config.ENABLE_RETRIEVAL_QUERY_GENERATION,
  query_prompt_template: config.QUERY_GENERATION_PROMPT_TEMPLATE,
  tools_prompt_template: config.TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE,
  voice_prompt_template: config.VOICE_MODE_PROMPT_TEMPLATE,
});
