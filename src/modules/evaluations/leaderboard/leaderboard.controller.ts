import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../common/auth/access-rules';
import { ClientSignal } from '../../../common/http/client-signal';
import { LeaderboardQuery, type LeaderboardResponse } from './leaderboard.dto';
import { LeaderboardService } from './leaderboard.service';

@ApiTags('evaluations')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/evaluations/leaderboard')
export class LeaderboardController {
  constructor(private readonly leaderboard: LeaderboardService) {}

  /** Models ranked by the ratings of their replies, of all topics or of one. An addition to the interface. */
  @Get()
  get(@Query() query: LeaderboardQuery, @ClientSignal() signal: AbortSignal): Promise<LeaderboardResponse> {
    return this.leaderboard.get(query, signal);
  }
}
