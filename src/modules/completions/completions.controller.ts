import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import type { EventStream } from '../../common/http/event-stream';
import type { JsonObject } from '../../common/util/json';
import { CompletedBody, CompletionBody, CompletionResponse, TaskStartedResponse } from './completions.dto';
import { CompletionsService } from './completions.service';

@ApiTags('completions')
@ApiAuth()
@ApiExtraModels(CompletionResponse, TaskStartedResponse)
@Controller()
export class CompletionsController {
  constructor(private readonly completions: CompletionsService) {}

  /** One reply of a model: as JSON, as `text/event-stream`, or over sockets. */
  @Post(['api/chat/completions', 'api/v1/chat/completions'])
  @ApiBody({ type: CompletionBody })
  @ApiOkResponse({
    description: 'The reply; with session_id, chat_id and id the task that generates it',
    content: {
      'application/json': {
        schema: { oneOf: [CompletionResponse, TaskStartedResponse].map((type) => ({ $ref: getSchemaPath(type) })) },
      },
      'text/event-stream': { schema: { type: 'string' } },
    },
  })
  complete(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject | EventStream | TaskStartedResponse> {
    return this.completions.complete(principal, body, client);
  }

  /** A client has the whole reply: answers the chat as it is to be shown. */
  @Post('api/chat/completed')
  @ApiBody({ type: CompletedBody })
  @ApiOkResponse({ type: CompletedBody })
  completed(@Body() body: Record<string, unknown>, @CurrentPrincipal() principal: Principal): Promise<JsonObject> {
    return this.completions.completed(principal, body);
  }
}
