import { Injectable } from '@nestjs/common';
import type { ProviderUser } from '../chat-provider';
import { ProviderHttpService } from '../provider-http.service';
import { ProvidersSettings } from '../providers.settings';
import type { Connection } from './connection';
import { ConnectionAuthService } from './connection-auth.service';
import { listPath } from './endpoint';
import { toHeaders } from './headers.mapper';

const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** Questions to the servers behind connections. */
@Injectable()
export class OpenAiConnectionsService {
  constructor(
    private readonly http: ProviderHttpService,
    private readonly settings: ProvidersSettings,
    private readonly auth: ConnectionAuthService,
  ) {}

  /**
   * What the server answers to `GET /models`: JSON, or a text. `user`: who asks, if anybody does.
   * @throws ProviderError for an error answer, ProviderUnreachableError when there is none in time.
   */
  async fetchModels(connection: Connection, user?: ProviderUser): Promise<unknown> {
    const timeout = this.settings.model_list_timeout * 1000;
    const headers = toHeaders(connection, await this.auth.tokenFor(connection, user));
    return this.http.read(connection.url + listPath(connection), { headers, timeout }, MAX_LIST_BYTES);
  }
}
