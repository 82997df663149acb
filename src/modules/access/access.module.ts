import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessGrant } from './access-grant.entity';
import { AccessGrantRepository } from './access-grant.repository';
import { AccessService } from './access.service';
import { AccessSettings } from './access.settings';

/** Who may touch which row. Modules with shareable rows import it and derive from `ShareableRepository`. */
@Module({
  imports: [TypeOrmModule.forFeature([AccessGrant]), SettingsModule.forFeature([AccessSettings])],
  providers: [AccessGrantRepository, AccessService],
  exports: [AccessService],
})
export class AccessModule {}
