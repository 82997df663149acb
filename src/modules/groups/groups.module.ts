import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { UsersModule } from '../users/users.module';
import { Group, GroupMember } from './group.entity';
import { GroupSyncService } from './group-sync.service';
import { GroupsController } from './groups.controller';
import { GroupsRepository } from './groups.repository';
import { GroupsService } from './groups.service';
import { PermissionSettings } from './permissions/permission.settings';
import { PermissionsController } from './permissions/permissions.controller';
import { PermissionsService } from './permissions/permissions.service';
import { SharingService } from './sharing/sharing.service';
import { UserDirectoryController } from './directory/user-directory.controller';
import { UserDirectoryRepository } from './directory/user-directory.repository';
import { UserDirectoryService } from './directory/user-directory.service';
import { UserSettingsController } from './user-settings/user-settings.controller';
import { UserSettingsService } from './user-settings/user-settings.service';
import { Groups1764000040000 } from './migrations/1764000040000-groups';

@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [Group, GroupMember], migrations: [Groups1764000040000] }),
    SettingsModule.forFeature([PermissionSettings]),
    AccessModule,
    UsersModule,
  ],
  controllers: [GroupsController, PermissionsController, UserDirectoryController, UserSettingsController],
  providers: [
    GroupSyncService,
    GroupsRepository,
    GroupsService,
    PermissionsService,
    SharingService,
    UserDirectoryRepository,
    UserDirectoryService,
    UserSettingsService,
  ],
  exports: [GroupSyncService, GroupsService, PermissionsService, SharingService],
})
export class GroupsModule {}
