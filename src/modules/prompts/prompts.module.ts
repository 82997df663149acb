import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { AccessModule } from '../access/access.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { Prompt } from './prompt.entity';
import { PromptsController } from './prompts.controller';
import { PromptsRepository } from './prompts.repository';
import { PromptsService } from './prompts.service';
import { PromptOrder1764020200000 } from './migrations/1764020200000-prompt-order';
import { Prompts1764000060000 } from './migrations/1764000060000-prompts';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Prompt], migrations: [Prompts1764000060000, PromptOrder1764020200000] }),
    AccessModule,
    UsersModule,
    GroupsModule,
  ],
  controllers: [PromptsController],
  providers: [PromptsRepository, PromptsService],
})
export class PromptsModule {}
