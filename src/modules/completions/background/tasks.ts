import {
  AUTOCOMPLETE_PROMPT,
  EMOJI_PROMPT,
  FOLLOW_UPS_PROMPT,
  IMAGE_PROMPT,
  MOA_PROMPT,
  QUERIES_PROMPT,
  TAGS_PROMPT,
  TITLE_PROMPT,
} from './task-prompts';
import type { TaskSettings } from './task.settings';

/** A small generation: beside replies, or requested by a client. */
export interface Task {
  /** The name by which models that are code of this server know it. */
  name: string;
  template: (settings: TaskSettings) => string;
  /** Tokens of the response; the model's own limit by default. */
  maxTokens?: number;
}

export const TASKS = {
  title: {
    name: 'title_generation',
    template: ({ title_prompt_template: own }) => own || TITLE_PROMPT,
    maxTokens: 1000,
  },
  followUps: {
    name: 'follow_up_generation',
    template: ({ follow_up_prompt_template: own }) => own || FOLLOW_UPS_PROMPT,
  },
  tags: { name: 'tags_generation', template: ({ tags_prompt_template: own }) => own || TAGS_PROMPT },
  imagePrompt: {
    name: 'image_prompt_generation',
    template: ({ image_prompt_template: own }) => own || IMAGE_PROMPT,
  },
  queries: { name: 'query_generation', template: ({ query_prompt_template: own }) => own || QUERIES_PROMPT },
  autocomplete: {
    name: 'autocomplete_generation',
    template: ({ autocomplete_prompt_template: own }) => own || AUTOCOMPLETE_PROMPT,
  },
  emoji: { name: 'emoji_generation', template: () => EMOJI_PROMPT, maxTokens: 4 },
  moa: { name: 'moa_response_generation', template: () => MOA_PROMPT },
} satisfies Record<string, Task>;
