import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { AccessModule } from '../access/access.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { DocumentsGateway } from './collaboration/documents.gateway';
import { DocumentsRepository } from './collaboration/documents.repository';
import { DocumentsService } from './collaboration/documents.service';
import { NoteUpdate } from './collaboration/note-update.entity';
import { Notes1764095001000 } from './migrations/1764095001000-notes';
import { NoteUpdates1764095002000 } from './migrations/1764095002000-note-updates';
import { Note } from './note.entity';
import { NotesController } from './notes.controller';
import { NotesGateway } from './notes.gateway';
import { NotesNotifier } from './notes.notifier';
import { NotesRepository } from './notes.repository';
import { NotesService } from './notes.service';

@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [Note, NoteUpdate],
      migrations: [Notes1764095001000, NoteUpdates1764095002000],
    }),
    AccessModule,
    UsersModule,
    GroupsModule,
  ],
  controllers: [NotesController],
  providers: [
    NotesRepository,
    NotesNotifier,
    NotesService,
    NotesGateway,
    DocumentsRepository,
    DocumentsService,
    DocumentsGateway,
  ],
})
export class NotesModule {}
