import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { UsersModule } from '../users/users.module';
import { Group } from './group.entity';
import { GroupMember } from './group-member.entity';
import { GroupNamesRepository } from './group-names.repository';
import { GroupSyncService } from './group-sync.service';
import { GroupsController } from './groups.controller';
import { GroupsRepository } from './groups.repository';
import { GroupsService } from './groups.service';
import { PermissionSettings } from './permission.settings';
import { PermissionsController } from './permissions.controller';
import { PermissionsService } from './permissions.service';
import { SharingService } from './sharing.service';
import { UserDirectoryController } from './user-directory.controller';
import { UserDirectoryRepository } from './user-directory.repository';
import { UserDirectoryService } from './user-directory.service';
import { UserSettingsController } from './user-settings.controller';
import { UserSettingsService } from './user-settings.service';

@Module({
  imports: [
    TypeOrmModule.forFeature([Group, GroupMember]),
    SettingsModule.forFeature([PermissionSettings]),
    AccessModule,
    UsersModule,
  ],
  controllers: [GroupsController, PermissionsController, UserDirectoryController, UserSettingsController],
  providers: [
    GroupNamesRepository,
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
