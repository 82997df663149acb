import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { WorkersModule } from '../../platform/workers/workers.module';
import { ChatsModule } from '../chats/chats.module';
import { Feedback } from './feedback.entity';
import { FeedbacksController } from './feedbacks.controller';
import { FeedbacksRepository } from './feedbacks.repository';
import { FeedbacksService } from './feedbacks.service';
import { LeaderboardController } from './leaderboard/leaderboard.controller';
import { LeaderboardRepository } from './leaderboard/leaderboard.repository';
import { LeaderboardService } from './leaderboard/leaderboard.service';
import { Feedback1764095000000 } from './migrations/1764095000000-feedback';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Feedback], migrations: [Feedback1764095000000] }),
    WorkersModule,
    ChatsModule,
  ],
  controllers: [FeedbacksController, LeaderboardController],
  providers: [FeedbacksRepository, FeedbacksService, LeaderboardRepository, LeaderboardService],
})
export class EvaluationsModule {}
