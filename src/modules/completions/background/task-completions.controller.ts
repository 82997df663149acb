import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { ClientSignal } from '../../../common/http/client-signal';
import type { JsonObject } from '../../../common/util/json';
import { CompletionResponse } from '../completions.dto';
import {
  MessagesTaskBody,
  MoaTaskBody,
  PromptTaskBody,
  QueriesTaskBody,
  TaskDisabledResponse,
} from './task-bodies.dto';
import { TaskRequestsService } from './task-requests.service';

type Source = Record<string, unknown>;

const COMPLETION = { $ref: getSchemaPath(CompletionResponse) };
const OR_DISABLED = {
  description: 'The response of the model; a text while the task is disabled',
  schema: { oneOf: [COMPLETION, { $ref: getSchemaPath(TaskDisabledResponse) }] },
};

/** Small generations, as completions of the task model. */
@ApiTags('tasks')
@ApiAuth()
@ApiExtraModels(CompletionResponse, TaskDisabledResponse)
@Controller('api/v1/tasks')
export class TaskCompletionsController {
  constructor(private readonly tasks: TaskRequestsService) {}

  /** A title for a chat: `{"title"}` in the content. */
  @Post('title/completions')
  @ApiBody({ type: MessagesTaskBody })
  @ApiOkResponse(OR_DISABLED)
  title(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('title', principal, source, client);
  }

  /** Questions with which a chat may go on: `{"follow_ups"}` in the content. */
  @Post(['follow_up/completions', 'follow_ups/completions'])
  @ApiBody({ type: MessagesTaskBody })
  @ApiOkResponse(OR_DISABLED)
  followUps(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('followUps', principal, source, client);
  }

  /** Tags of a chat: `{"tags"}` in the content. */
  @Post('tags/completions')
  @ApiBody({ type: MessagesTaskBody })
  @ApiOkResponse(OR_DISABLED)
  tags(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('tags', principal, source, client);
  }

  /** The prompt of a picture for a chat: `{"prompt"}` in the content. */
  @Post('image_prompt/completions')
  @ApiBody({ type: MessagesTaskBody })
  @ApiOkResponse({ schema: COMPLETION })
  imagePrompt(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('imagePrompt', principal, source, client);
  }

  /** Search queries for a chat: `{"queries"}` in the content. */
  @Post('queries/completions')
  @ApiBody({ type: QueriesTaskBody })
  @ApiOkResponse({ schema: COMPLETION })
  queries(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('queries', principal, source, client);
  }

  /** The continuation of what a user types: `{"text"}` in the content. */
  @Post('auto/completions')
  @ApiBody({ type: PromptTaskBody })
  @ApiOkResponse({ schema: COMPLETION })
  autocomplete(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('autocomplete', principal, source, client);
  }

  /** An emoji for a text, in the content. */
  @Post('emoji/completions')
  @ApiBody({ type: PromptTaskBody })
  @ApiOkResponse({ schema: COMPLETION })
  emoji(@Body() source: Source, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.tasks.run('emoji', principal, source, client);
  }

  /** One answer made of those of several models, as JSON or as `text/event-stream`. */
  @Post('moa/completions')
  @ApiBody({ type: MoaTaskBody })
  @ApiOkResponse({
    description: 'The answer; a stream of its parts with `stream: true`',
    content: { 'application/json': { schema: COMPLETION }, 'text/event-stream': { schema: { type: 'string' } } },
  })
  combine(
    @Body() source: Source,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer> {
    return this.tasks.run('moa', principal, source, client);
  }
}
