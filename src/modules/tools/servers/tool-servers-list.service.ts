import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { ToolListSource, type ListedTools } from '../tool-list.source';
import { OAuthAuthorizationsService } from './oauth/oauth-authorizations.service';
import { OpenApiDocumentsService } from './openapi/openapi-documents.service';
import { listedId, type ToolServer } from './tool-server';
import { ToolServersService } from './tool-servers.service';

/** The servers in the list of tools: those of OpenAPI whose document is known, then those of MCP. */
@ToolListSource({ order: 1 })
@Injectable()
export class ToolServersListService implements ToolListSource {
  constructor(
    private readonly servers: ToolServersService,
    private readonly documents: OpenApiDocumentsService,
    private readonly authorizations: OAuthAuthorizationsService,
  ) {}

  async list(principal: Principal): Promise<ListedTools[]> {
    const openApi = this.servers.usableBy(principal, 'openapi').flatMap((server) => {
      const content = this.documents.find(server);
      return content ? [toListed(server, { ...content, title: content.title || 'Tool Server' })] : [];
    });
    return [...openApi, ...(await this.listMcp(principal))];
  }

  private async listMcp(principal: Principal): Promise<ListedTools[]> {
    const servers = this.servers.usableBy(principal, 'mcp');
    const needsAuthorization = ({ auth }: ToolServer) => auth === 'oauth_2.1';
    const isAuthorized = servers.some(needsAuthorization)
      ? await this.authorizations.authorizedBy(principal)
      : undefined;
    return servers.map((server) => ({
      ...toListed(server, { title: 'MCP Tool Server', description: '' }),
      ...(needsAuthorization(server) && { authenticated: isAuthorized?.(server) !== undefined }),
    }));
  }
}

const toListed = (server: ToolServer, own: { title: string; description: string }): ListedTools => ({
  id: listedId(server),
  name: server.name || own.title,
  description: server.description || own.description,
  access_control: server.sharing,
});
