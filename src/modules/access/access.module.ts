import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/database.module';
import { SettingsModule } from '../../platform/settings/settings.module';
import { AccessGrant } from './access-grant.entity';
import { AccessGrantRepository } from './access-grant.repository';
import { AccessService } from './access.service';
import { AccessSettings } from './access.settings';
import { Access1764000020000 } from './migrations/1764000020000-access';

/** Access to rows. Modules with shareable rows import it and derive from `ShareableRepository`. */
@Module({
  imports: [
    DatabaseModule.forFeature({ entities: [AccessGrant], migrations: [Access1764000020000] }),
    SettingsModule.forFeature([AccessSettings]),
  ],
  providers: [AccessGrantRepository, AccessService],
  exports: [AccessService],
})
export class AccessModule {}
