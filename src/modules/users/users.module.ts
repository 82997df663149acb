import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessModule } from '../access/access.module';
import { ProfileImageSettings } from './profile-image.settings';
import { User } from './user.entity';
import { UserViewsService } from './user-views.service';
import { UsersController } from './users.controller';
import { UsersRepository } from './users.repository';
import { UsersService } from './users.service';

@Module({
  imports: [TypeOrmModule.forFeature([User]), SettingsModule.forFeature([ProfileImageSettings]), AccessModule],
  controllers: [UsersController],
  providers: [UsersRepository, UsersService, UserViewsService],
  exports: [UsersService, UserViewsService],
})
export class UsersModule {}
