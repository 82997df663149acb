import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import type { TaskSettings } from './task.settings';
import { TASKS, type Task } from './tasks';

/** Literal texts of the contract. */
export const TaskDetail = {
  failed: 'An internal error has occurred.',
  titleDisabled: 'Title generation is disabled',
  followUpsDisabled: 'Follow-up generation is disabled',
  tagsDisabled: 'Tags generation is disabled',
  searchQueriesDisabled: 'Search query generation is disabled',
  queriesDisabled: 'Query generation is disabled',
  autocompleteDisabled: 'Autocompletion generation is disabled',
} as const;

/** Fields of a request that some tasks require. */
export type TaskField = 'messages' | 'prompt' | 'responses';

/** What distinguishes the routes of the tasks (contract). */
export interface TaskEndpoint {
  task: Task;
  required: readonly TaskField[];
  /** The response while the task is disabled; undefined while it is not. @throws BadRequestError where clients know that */
  whenDisabled?: (settings: TaskSettings, source: JsonObject) => JsonObject | undefined;
  /** `showsReason`: the text of the error instead of a fixed one. */
  failure: { status: 400 | 500; showsReason?: boolean };
  usesRequestedModel?: boolean;
  canStream?: boolean;
}

const answered = (isEnabled: boolean, detail: string): JsonObject | undefined => (isEnabled ? undefined : { detail });

export const TASK_ENDPOINTS = {
  title: {
    task: TASKS.title,
    required: ['messages'],
    whenDisabled: ({ enable_title_generation: isEnabled }) => answered(isEnabled, TaskDetail.titleDisabled),
    failure: { status: 400 },
  },
  followUps: {
    task: TASKS.followUps,
    required: ['messages'],
    whenDisabled: ({ enable_follow_up_generation: isEnabled }) => answered(isEnabled, TaskDetail.followUpsDisabled),
    failure: { status: 400 },
  },
  tags: {
    task: TASKS.tags,
    required: ['messages'],
    whenDisabled: ({ enable_tags_generation: isEnabled }) => answered(isEnabled, TaskDetail.tagsDisabled),
    failure: { status: 500 },
  },
  imagePrompt: { task: TASKS.imagePrompt, required: ['messages'], failure: { status: 400 } },
  queries: {
    task: TASKS.queries,
    required: ['messages'],
    whenDisabled: refuseQueries,
    failure: { status: 400, showsReason: true },
  },
  autocomplete: {
    task: TASKS.autocomplete,
    required: ['prompt'],
    whenDisabled: refuseAutocomplete,
    failure: { status: 500 },
  },
  emoji: { task: TASKS.emoji, required: ['prompt'], failure: { status: 400, showsReason: true } },
  moa: {
    task: TASKS.moa,
    required: ['prompt', 'responses'],
    failure: { status: 400, showsReason: true },
    ...{ usesRequestedModel: true, canStream: true },
  },
} satisfies Record<string, TaskEndpoint>;

export type TaskKind = keyof typeof TASK_ENDPOINTS;

/** Requests of another type have no switch. */
function refuseQueries(settings: TaskSettings, { type }: JsonObject): undefined {
  if (type === 'web_search' && !settings.enable_search_query_generation)
    throw new BadRequestError(TaskDetail.searchQueriesDisabled);
  if (type === 'retrieval' && !settings.enable_retrieval_query_generation)
    throw new BadRequestError(TaskDetail.queriesDisabled);
}

function refuseAutocomplete(settings: TaskSettings, { prompt }: JsonObject): undefined {
  if (!settings.enable_autocomplete_generation) throw new BadRequestError(TaskDetail.autocompleteDisabled);
  const limit = settings.autocomplete_input_max_length;
  if (limit > 0 && typeof prompt === 'string' && prompt.length > limit)
    throw new BadRequestError(`Input prompt exceeds maximum length of ${limit}`);
}
