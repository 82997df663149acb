import { Controller, Get, Headers, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import type { Answer } from '../../../../common/http/answers/answer';
import { ClientSignal } from '../../../../common/http/client-signal';
import { ReplyEventsService } from './reply-events.service';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ReplyStreamsController {
  constructor(private readonly events: ReplyEventsService) {}

  /**
   * The events of a reply that is being written to a message, as `text/event-stream`: a snapshot, or what followed
   * `Last-Event-ID`; then live events to the end of the reply. 204 for a client that has read to the end.
   */
  @Get(':id/messages/:message_id/stream')
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiNoContentResponse({ description: 'The client has read the whole reply' })
  stream(
    @CurrentPrincipal() principal: Principal,
    @Param('id') chatId: string,
    @Param('message_id') messageId: string,
    @ClientSignal() client: AbortSignal,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<Answer> {
    return this.events.stream(principal, { chatId, messageId }, lastEventId, client);
  }
}
