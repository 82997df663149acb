import { Module } from '@nestjs/common';
import { AuthModule } from '../auth.module';
import { LdapConfigService } from './ldap-config.service';
import { LdapDirectoryService } from './ldap-directory.service';
import { LdapSignInService } from './ldap-sign-in.service';
import { LdapController } from './ldap.controller';

@Module({
  imports: [AuthModule],
  controllers: [LdapController],
  providers: [LdapConfigService, LdapDirectoryService, LdapSignInService],
})
export class LdapModule {}
