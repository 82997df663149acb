import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { DeclarationsModule } from '../../platform/discovery/declarations.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { ProfileImageSettings } from './profile-image.settings';
import { User } from './user.entity';
import { UserViewsService } from './user-views.service';
import { UsersController } from './users.controller';
import { UsersRepository } from './users.repository';
import { UsersService } from './users.service';
import { Users1764000030000 } from './migrations/1764000030000-users';
import { ExternalIdentities1764010000000 } from './migrations/1764010000000-external-identities';
import { KeptSession1764020000000 } from './migrations/1764020000000-kept-session';

@Module({
  imports: [
    DeclarationsModule,
    DatabaseModule.forFeature({
      entities: [User],
      migrations: [Users1764000030000, ExternalIdentities1764010000000, KeptSession1764020000000],
    }),
    SettingsModule.forFeature([ProfileImageSettings]),
    AccessModule,
  ],
  controllers: [UsersController],
  providers: [UsersRepository, UsersService, UserViewsService],
  exports: [UsersService, UserViewsService],
})
export class UsersModule {}
