import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { FoldersModule } from '../folders/folders.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { ChatArrayImportsService } from './chat-array-imports.service';
import { ChatClonesService } from './chat-clones.service';
import { ChatDeletionService } from './chat-deletion.service';
import { ChatExportsController } from './chat-exports.controller';
import { ChatExportsRepository } from './chat-exports.repository';
import { ChatExportsService } from './chat-exports.service';
import { ChatFoldersController } from './chat-folders.controller';
import { ChatFoldersRepository } from './chat-folders.repository';
import { ChatFoldersService } from './chat-folders.service';
import { ChatImageFilesService } from './chat-image-files.service';
import { ChatImageTextsService } from './chat-image-texts.service';
import { ChatImage } from './chat-image.entity';
import { ChatImagesController } from './chat-images.controller';
import { ChatImagesRepository } from './chat-images.repository';
import { ChatImagesService } from './chat-images.service';
import { ChatImport } from './chat-import.entity';
import { ChatImportsController } from './chat-imports.controller';
import { ChatImportsRepository } from './chat-imports.repository';
import { ChatImportsService } from './chat-imports.service';
import { ChatLineImportsService } from './chat-line-imports.service';
import { ChatListsController } from './chat-lists.controller';
import { ChatListsRepository } from './chat-lists.repository';
import { ChatListsService } from './chat-lists.service';
import { ChatMarksService } from './chat-marks.service';
import { ChatMessage } from './chat-message.entity';
import { ChatMessagesRepository } from './chat-messages.repository';
import { ChatMessagesService } from './chat-messages.service';
import { ChatPacksService } from './chat-packs.service';
import { ChatRecordsService } from './chat-records.service';
import { ChatSavesService } from './chat-saves.service';
import { ChatSearchIndexRepository } from './chat-search-index.repository';
import { ChatSearchIndexService } from './chat-search-index.service';
import { ChatSearchText } from './chat-search-text.entity';
import { ChatSearchRepository } from './chat-search.repository';
import { ChatSearchService } from './chat-search.service';
import { ChatTagsController } from './chat-tags.controller';
import { ChatTagsService } from './chat-tags.service';
import { ChatTreesService } from './chat-trees.service';
import { Chat } from './chat.entity';
import { ChatsController } from './chats.controller';
import { ChatsNotifier } from './chats.notifier';
import { ChatsRepository } from './chats.repository';
import { ChatsService } from './chats.service';
import { ChatsSettings } from './chats.settings';
import { FolderDeletionController } from './folder-deletion.controller';
import { FolderDeletionService } from './folder-deletion.service';
import { LargeChatsService } from './large-chats.service';
import { MessageEventsService } from './message-events.service';
import { SharedChat } from './shared-chat.entity';
import { SharedChatsController } from './shared-chats.controller';
import { SharedChatsRepository } from './shared-chats.repository';
import { SharedChatsService } from './shared-chats.service';
import { Tag } from './tag.entity';
import { TagsRepository } from './tags.repository';
import { UnusedImagesJob } from './unused-images.job';

@Module({
  imports: [
    TypeOrmModule.forFeature([Chat, ChatImage, ChatImport, ChatMessage, ChatSearchText, SharedChat, Tag]),
    SettingsModule.forFeature([ChatsSettings]),
    GroupsModule,
    UsersModule,
    FoldersModule,
  ],
  // Literal paths come before those with a chat's id.
  controllers: [
    ChatExportsController,
    ChatFoldersController,
    ChatImagesController,
    ChatImportsController,
    ChatListsController,
    SharedChatsController,
    ChatTagsController,
    FolderDeletionController,
    ChatsController,
  ],
  providers: [
    ChatsRepository,
    ChatListsRepository,
    ChatMessagesRepository,
    TagsRepository,
    ChatSearchIndexRepository,
    ChatSearchRepository,
    SharedChatsRepository,
    ChatsNotifier,
    ChatTreesService,
    ChatImagesRepository,
    ChatImageFilesService,
    ChatImagesService,
    ChatImageTextsService,
    UnusedImagesJob,
    ChatMessagesService,
    ChatTagsService,
    ChatRecordsService,
    ChatDeletionService,
    ChatSavesService,
    ChatListsService,
    ChatMarksService,
    ChatSearchIndexService,
    ChatSearchService,
    SharedChatsService,
    ChatClonesService,
    MessageEventsService,
    ChatExportsRepository,
    ChatPacksService,
    LargeChatsService,
    ChatExportsService,
    ChatFoldersRepository,
    ChatImportsRepository,
    ChatImportsService,
    ChatArrayImportsService,
    ChatLineImportsService,
    ChatFoldersService,
    FolderDeletionService,
    ChatsService,
  ],
  exports: [ChatsService, ChatImageTextsService],
})
export class ChatsModule {}
