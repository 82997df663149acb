import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../../platform/database/database.module';
import { FoldersModule } from '../../folders/folders.module';
import { GroupsModule } from '../../groups/groups.module';
import { ChatsModule } from '../chats.module';
import { ChatSharingModule } from '../sharing/chat-sharing.module';
import { ChatExportsController } from './chat-exports.controller';
import { ChatExportsRepository } from './chat-exports.repository';
import { ChatExportsService } from './chat-exports.service';
import { ChatImportBodiesService } from './chat-import-bodies.service';
import { ChatImport } from './chat-import.entity';
import { ChatImportsController } from './chat-imports.controller';
import { ChatImportsRepository } from './chat-imports.repository';
import { ChatImportsService } from './chat-imports.service';
import { ChatReaderService } from './chat-reader.service';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [ChatImport] }),
    GroupsModule,
    FoldersModule,
    ChatsModule,
    ChatSharingModule,
  ],
  controllers: [ChatExportsController, ChatImportsController],
  providers: [
    ChatExportsRepository,
    ChatImportsRepository,
    ChatReaderService,
    ChatExportsService,
    ChatImportsService,
    ChatImportBodiesService,
  ],
})
export class ChatTransferModule {}
