import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { GroupsModule } from '../../groups/groups.module';
import { ChatsModule } from '../chats.module';
import { SharedChat, SharedChatFile } from './shared-chat.entity';
import { SharedChatsController } from './shared-chats.controller';
import { SharedChatsRepository } from './shared-chats.repository';
import { SharedChatsService } from './shared-chats.service';
import { SharedFileAccessService } from './shared-file-access.service';

@Module({
  imports: [DatabaseModule.forFeature({ entities: [SharedChat, SharedChatFile] }), GroupsModule, ChatsModule],
  controllers: [SharedChatsController],
  providers: [SharedChatsRepository, SharedChatsService, SharedFileAccessService],
  exports: [SharedChatsService],
})
export class ChatSharingModule {}
