import { Injectable } from '@nestjs/common';
import type { ProviderUser } from '../chat-provider';
import { ProviderHttpService } from '../provider-http.service';
import { ProvidersSettings } from '../providers.settings';
import type { Connection } from './connection';
import { ConnectionAuthService } from './auth/connection-auth.service';
import { listPath } from './endpoint';
import { toHeaders } from './mapping/headers.mapper';

const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** Requests to the servers of connections, apart from model calls. */
@Injectable()
export class OpenAiConnectionsService {
  constructor(
    private readonly http: ProviderHttpService,
    private readonly settings: ProvidersSettings,
    private readonly auth: ConnectionAuthService,
  ) {}

  /**
   * The response to `GET /models`: JSON, or a string. `user`: the principal, if any.
   * @throws ProviderError for an error response, ProviderUnreachableError when there is none in time.
   */
  async fetchModels(connection: Connection, user?: ProviderUser): Promise<unknown> {
    const timeout = this.settings.model_list_timeout * 1000;
    const headers = toHeaders(connection, await this.auth.tokenFor(connection, user));
    return this.http.read(connection.url + listPath(connection), { headers, timeout }, MAX_LIST_BYTES);
  }
}
