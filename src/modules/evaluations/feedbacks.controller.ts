import { Body, Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import { Audited } from '../../platform/audit/audited.decorator';
import {
  FeedbackBriefResponse,
  FeedbackListQuery,
  FeedbackListResponse,
  FeedbackRequest,
  FeedbackResponse,
  FeedbackUserResponse,
} from './feedbacks.dto';
import { FeedbacksService } from './feedbacks.service';

/** Arenas are configured in `models`. */
@ApiTags('evaluations')
@ApiAuth()
@Controller('api/v1/evaluations')
export class FeedbacksController {
  constructor(private readonly feedbacks: FeedbacksService) {}

  /** All ratings without snapshots, last changed first, as a stream. */
  @Get('feedbacks/all')
  @Roles('admin')
  @ApiProduces('application/json', 'application/x-ndjson')
  @ApiOkResponse({ type: [FeedbackBriefResponse] })
  listAll(@Headers('accept') accept?: string): Promise<StreamAnswer> {
    return this.feedbacks.listAll(accept);
  }

  /** All ratings with the chats as they were, last changed first, as a stream. */
  @Audited()
  @Get('feedbacks/all/export')
  @Roles('admin')
  @ApiProduces('application/json', 'application/x-ndjson')
  @ApiOkResponse({ type: [FeedbackResponse] })
  exportAll(@Headers('accept') accept?: string): Promise<StreamAnswer> {
    return this.feedbacks.exportAll(accept);
  }

  /** Ratings with their accounts, 30 per page. */
  @Get('feedbacks/list')
  @Roles('admin')
  search(@Query() query: FeedbackListQuery): Promise<FeedbackListResponse> {
    return this.feedbacks.search(query);
  }

  /** Delete the ratings of all users. False when there were none. */
  @Delete('feedbacks/all')
  @Roles('admin')
  deleteAll(): Promise<boolean> {
    return this.feedbacks.deleteAll();
  }

  /** Own ratings, last changed first. */
  @Get('feedbacks/user')
  listOwn(@CurrentPrincipal() principal: Principal): Promise<FeedbackUserResponse[]> {
    return this.feedbacks.listOwn(principal);
  }

  /** Delete all own ratings. False when there were none. */
  @Delete('feedbacks')
  deleteOwn(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.feedbacks.deleteOwn(principal);
  }

  /** Rate a reply. */
  @Post('feedback')
  create(@CurrentPrincipal() principal: Principal, @Body() request: FeedbackRequest): Promise<FeedbackResponse> {
    return this.feedbacks.create(principal, request);
  }

  /** One rating. For its user and administrators. */
  @Get('feedback/:id')
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FeedbackResponse> {
    return this.feedbacks.get(principal, id);
  }

  /** Replace what is sent of a rating. Null counts as absent. For its user and administrators. */
  @Post('feedback/:id')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: FeedbackRequest,
  ): Promise<FeedbackResponse> {
    return this.feedbacks.update(principal, id, request);
  }

  /** Delete a rating. For its user and administrators. */
  @Delete('feedback/:id')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.feedbacks.delete(principal, id);
  }
}
