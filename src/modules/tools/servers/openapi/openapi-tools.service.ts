import { Injectable } from '@nestjs/common';
import { tryParseJson } from '../../../../common/json/parse-json';
import type { Principal } from '../../../../common/auth/principal';
import type { JsonObject } from '../../../../common/util/json';
import { HttpClient } from '../../../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import type { Tool, ToolOutcome } from '../../../pipeline/tool';
import { ToolSource, type ToolRequest } from '../../../pipeline/tool-source';
import { ServerCredentialsService } from '../server-credentials.service';
import { listedId, type ToolServer } from '../tool-server';
import { toToolNames } from '../tool-name';
import { ToolServerCallsSettings } from '../tool-servers.settings';
import { ToolServersService } from '../tool-servers.service';
import { OpenApiDocumentsService } from './openapi-documents.service';
import { toOperationRequest } from './operation-request';
import type { Operation } from './operations';

/** Bytes of an error response, and characters of it that the model gets. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ERROR_TEXT = 4_000;

/** The operations of OpenAPI servers as tools. */
@ToolSource({ order: 20 })
@Injectable()
export class OpenApiToolsService implements ToolSource {
  constructor(
    private readonly servers: ToolServersService,
    private readonly documents: OpenApiDocumentsService,
    private readonly credentials: ServerCredentialsService,
    private readonly http: HttpClient,
    private readonly settings: ToolServerCallsSettings,
  ) {}

  /** Servers without a document are skipped. */
  async resolve({ context, ids }: ToolRequest): Promise<Tool[]> {
    const servers = this.servers.named(context.principal, 'openapi', ids);
    const lists = servers.map(async (server) => {
      const all = (await this.documents.load(server))?.operations ?? [];
      const operations = all.filter(({ name }) => server.allows(name));
      const names = toToolNames(operations.map(({ name }) => name));
      return operations.map((operation, index) => ({
        ...this.toTool(server, operation, context.principal),
        name: names[index] ?? operation.name,
      }));
    });
    return (await Promise.all(lists)).flat();
  }

  private toTool(server: ToolServer, operation: Operation, principal: Principal): Omit<Tool, 'name'> {
    return {
      description: operation.description,
      parameters: operation.parameters,
      sourceId: listedId(server),
      call: (args, signal) => this.call(server, operation, { principal, args, signal }),
    };
  }

  /** Failures are results, so that the model reads them; only an abort is thrown. */
  async call(
    server: ToolServer,
    operation: Operation,
    { principal, args, signal }: { principal: Principal; args: JsonObject; signal: AbortSignal },
  ): Promise<ToolOutcome> {
    try {
      const request = toOperationRequest(server.url, operation, args);
      const credentials = await this.credentials.headersFor(server, principal);
      const response = await this.http.send(request.url, {
        ...request,
        headers: { ...request.headers, ...credentials },
        signal,
        timeout: this.settings.call_timeout * 1000,
        isTlsVerified: this.settings.is_tls_verified,
      });
      return await this.toOutcome(response);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return {
        kind: 'external',
        data: { error: error instanceof Error ? error.message : String(error) },
        headers: null,
      };
    }
  }

  private async toOutcome(response: OutgoingResponse): Promise<ToolOutcome> {
    if (response.status >= 400) {
      const text = await response.text(MAX_ERROR_BYTES).catch(() => '');
      const error = `HTTP error ${response.status}: ${text.slice(0, MAX_ERROR_TEXT)}`;
      return { kind: 'external', data: { error }, headers: null };
    }
    const text = await response.text(this.settings.max_result_size);
    const data = tryParseJson(text);
    return { kind: 'external', data: data === undefined ? text : data, headers: response.allHeaders };
  }
}
