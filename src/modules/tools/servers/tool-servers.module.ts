import { Module } from '@nestjs/common';
import { SettingsModule } from '../../../platform/settings/settings.module';
import { WorkersModule } from '../../../platform/workers/workers.module';
import { AccessModule } from '../../access/access.module';
import { AuthModule } from '../../auth/auth.module';
import { OAuthModule } from '../../auth/oauth/oauth.module';
import { McpConnectorService } from './mcp/mcp-connector.service';
import { McpSessionsService } from './mcp/mcp-sessions.service';
import { McpToolsService } from './mcp/mcp-tools.service';
import { OAuthAuthorizationsService } from './oauth/oauth-authorizations.service';
import { OAuthClientsController } from './oauth/oauth-clients.controller';
import { OAuthClientsService } from './oauth/oauth-clients.service';
import { OAuthDiscoveryService } from './oauth/oauth-discovery.service';
import { OAuthHttpService } from './oauth/oauth-http.service';
import { OAuthRegistrationsService } from './oauth/oauth-registrations.service';
import { OpenApiDocumentsService } from './openapi/openapi-documents.service';
import { OpenApiToolsService } from './openapi/openapi-tools.service';
import { ServerCredentialsService } from './server-credentials.service';
import { ToolServersConfigService } from './tool-servers-config.service';
import { ToolServersController } from './tool-servers.controller';
import { ToolServersListService } from './tool-servers-list.service';
import { ToolServersService } from './tool-servers.service';
import { ToolServerCallsSettings, ToolServersSettings } from './tool-servers.settings';

/** External tool servers: OpenAPI and MCP. */
@Module({
  imports: [
    SettingsModule.forFeature([ToolServersSettings, ToolServerCallsSettings]),
    AccessModule,
    AuthModule,
    OAuthModule,
    WorkersModule,
  ],
  controllers: [OAuthClientsController, ToolServersController],
  providers: [
    McpConnectorService,
    McpSessionsService,
    McpToolsService,
    OAuthAuthorizationsService,
    OAuthClientsService,
    OAuthDiscoveryService,
    OAuthHttpService,
    OAuthRegistrationsService,
    OpenApiDocumentsService,
    OpenApiToolsService,
    ServerCredentialsService,
    ToolServersConfigService,
    ToolServersListService,
    ToolServersService,
  ],
})
export class ToolServersModule {}
