import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { UseErrorForm } from '../../common/errors/error-form';
import { ClientSignal } from '../../common/http/client-signal';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import type { JsonObject } from '../../common/util/json';
import { ActionBody, CompletedBody, CompletionBody, CompletionResponse, TaskStartedResponse } from './completions.dto';
import { ActionsService } from './functions/actions.service';
import { CompletionsService } from './completions.service';

@ApiTags('completions')
@ApiAuth()
@ApiExtraModels(CompletionResponse, TaskStartedResponse)
@Controller()
export class CompletionsController {
  constructor(
    private readonly completions: CompletionsService,
    private readonly actions: ActionsService,
  ) {}

  /** Chat completion: as JSON, as `text/event-stream`, or over sockets. */
  @UseErrorForm('openai')
  @Post(['api/chat/completions', 'api/v1/chat/completions'])
  @ApiBody({ type: CompletionBody })
  @ApiOkResponse({
    description: 'The reply; with session_id, chat_id and id the task that generates it',
    content: {
      'application/json': {
        schema: {
          oneOf: [CompletionResponse, TaskStartedResponse].map((type) => ({
            $ref: getSchemaPath(type),
          })),
        },
      },
      'text/event-stream': { schema: { type: 'string' } },
    },
  })
  complete(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer | TaskStartedResponse> {
    return this.completions.complete(principal, body, client);
  }

  /** Called by clients when a reply is complete: returns the chat to show. */
  @Post('api/chat/completed')
  @ApiBody({ type: CompletedBody })
  @ApiOkResponse({ type: CompletedBody })
  completed(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject> {
    return this.completions.completed(principal, body, client);
  }

  /** Run an action of the model on a reply: returns what the action returns. */
  @Post('api/chat/actions/:action_id')
  @ApiBody({ type: ActionBody })
  @ApiOkResponse({ description: 'Any JSON value', schema: {} })
  act(
    @Param('action_id') id: string,
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<unknown> {
    return this.actions.run(principal, id, body, client);
  }
}
