import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { FoldersModule } from '../folders/folders.module';
import { GroupsModule } from '../groups/groups.module';
import { ChatAttachmentsService } from './chat-attachments.service';
import { ChatDeletionService } from './chat-deletion.service';
import { ChatRecordsService } from './chat-records.service';
import { ChatSavesService } from './chat-saves.service';
import { Chat } from './chat.entity';
import { ChatsController } from './chats.controller';
import { chatsMigrations } from './chats.migrations';
import { ChatsNotifier } from './chats.notifier';
import { ChatsRepository } from './chats.repository';
import { ChatsService } from './chats.service';
import { ChatsSettings } from './chats.settings';
import { FolderDeletionController } from './folder-deletion.controller';
import { ChatMessage } from './history/chat-message.entity';
import { ChatMessagesRepository } from './history/chat-messages.repository';
import { ChatMessagesService } from './history/chat-messages.service';
import { ChatTreesService } from './history/chat-trees.service';
import { ChatImageTextsService } from './images/chat-image-texts.service';
import { ChatImage } from './images/chat-image.entity';
import { ChatImagesController } from './images/chat-images.controller';
import { ChatImagesRepository } from './images/chat-images.repository';
import { ChatImagesService } from './images/chat-images.service';
import { UnusedImagesJob } from './images/unused-images.job';
import { ChatListsController } from './lists/chat-lists.controller';
import { ChatListsRepository } from './lists/chat-lists.repository';
import { ChatListsService } from './lists/chat-lists.service';
import { MessageEventsService } from './message-events.service';
import { ChatTagsController } from './tags/chat-tags.controller';
import { ChatTagsService } from './tags/chat-tags.service';
import { Tag } from './tags/tag.entity';
import { TagsRepository } from './tags/tags.repository';

const settings = SettingsModule.forFeature([ChatsSettings]);

/** Chats, their messages, images, tags and lists. Search, sharing and transfer are separate modules on top. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Chat, ChatImage, ChatMessage, Tag], migrations: chatsMigrations }),
    settings,
    GroupsModule,
    FoldersModule,
  ],
  controllers: [
    ChatsController,
    ChatImagesController,
    ChatListsController,
    ChatTagsController,
    FolderDeletionController,
  ],
  providers: [
    ChatsRepository,
    ChatListsRepository,
    ChatMessagesRepository,
    TagsRepository,
    ChatsNotifier,
    ChatAttachmentsService,
    ChatTreesService,
    ChatMessagesService,
    ChatTagsService,
    ChatRecordsService,
    ChatSavesService,
    ChatDeletionService,
    ChatListsService,
    MessageEventsService,
    ChatsService,
    ChatImagesRepository,
    ChatImagesService,
    ChatImageTextsService,
    UnusedImagesJob,
  ],
  exports: [
    settings,
    ChatsService,
    ChatImageTextsService,
    MessageEventsService,
    // For the modules in sub-folders.
    ChatsRepository,
    ChatMessagesRepository,
    ChatRecordsService,
    ChatTagsService,
    ChatImagesService,
  ],
})
export class ChatsModule {}
