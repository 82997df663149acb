import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { AccessModule } from '../access/access.module';
import { GroupsModule } from '../groups/groups.module';
import { UsersModule } from '../users/users.module';
import { Notes1764095001000 } from './migrations/1764095001000-notes';
import { Note } from './note.entity';
import { NotesController } from './notes.controller';
import { NotesGateway } from './notes.gateway';
import { NotesNotifier } from './notes.notifier';
import { NotesRepository } from './notes.repository';
import { NotesService } from './notes.service';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Note], migrations: [Notes1764095001000] }),
    AccessModule,
    UsersModule,
    GroupsModule,
  ],
  controllers: [NotesController],
  providers: [NotesRepository, NotesNotifier, NotesService, NotesGateway],
})
export class NotesModule {}
