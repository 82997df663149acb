import { readFile } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import { asString, isJsonObject } from '../../../../common/util/json';
import { HttpClient, type OutgoingRequest } from '../../../../platform/http-client/http-client';
import { ProviderUnreachableError } from '../../provider.errors';
import { EntraSettings } from './entra.settings';

const RESOURCE = 'https://cognitiveservices.azure.com';
/** Token endpoint of managed identities on virtual machines. */
const MACHINE_ENDPOINT = 'http://169.254.169.254/metadata/identity/oauth2/token';
/** Milliseconds per request. */
const TIMEOUT = 10_000;
/** Milliseconds before its expiry at which a token is replaced. */
const MARGIN = 5 * 60_000;
const MAX_BYTES = 64 * 1024;

interface Token {
  text: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/**
 * Microsoft Entra tokens for Azure's models. The environment selects the identity: client secret, workload identity of
 * a cluster, or managed identity. One token is cached and shared.
 */
@Injectable()
export class EntraTokensService {
  private readonly logger = new Logger(EntraTokensService.name);
  private current: Token | undefined;
  private fetching: Promise<Token> | undefined;

  constructor(
    private readonly http: HttpClient,
    private readonly settings: EntraSettings,
  ) {}

  /** @throws ProviderUnreachableError when no token is issued; the reason is only logged. */
  async token(): Promise<string> {
    if (this.current && Date.now() < this.current.until) return this.current.text;
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    this.current = await this.fetching;
    return this.current.text;
  }

  private async fetch(): Promise<Token> {
    try {
      const { url, request } = await this.tokenRequest();
      const response = await this.http.send(url, { ...request, timeout: TIMEOUT });
      const text = await response.text(MAX_BYTES);
      if (!response.isSuccess) throw new Error(`Microsoft issued no token: status ${response.status}`);
      return tokenIn(JSON.parse(text));
    } catch (error) {
      this.logger.warn(error instanceof Error ? error.message : 'Microsoft issued no token');
      throw new ProviderUnreachableError(error);
    }
  }

  private async tokenRequest(): Promise<{ url: string; request: OutgoingRequest }> {
    const { tenant, client, secret, token_file: file } = this.settings;
    if (tenant && client && secret) return this.applicationRequest({ client_secret: secret });
    if (tenant && client && file)
      return this.applicationRequest({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: (await readFile(file, 'utf8')).trim(),
      });
    return this.managedIdentityRequest();
  }

  private applicationRequest(proof: Record<string, string>): { url: string; request: OutgoingRequest } {
    const { authority, tenant, client } = this.settings;
    const form = { grant_type: 'client_credentials', client_id: client, scope: `${RESOURCE}/.default`, ...proof };
    return {
      url: `${authority.replace(/(?<!\/)\/+$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      request: {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(form).toString(),
      },
    };
  }

  private managedIdentityRequest(): { url: string; request: OutgoingRequest } {
    const { client, identity_endpoint: endpoint, identity_header: header } = this.settings;
    const query = new URLSearchParams({
      'api-version': endpoint ? '2019-08-01' : '2018-02-01',
      resource: RESOURCE,
      ...(client && { client_id: client }),
    });
    const headers: Record<string, string> = endpoint ? { 'x-identity-header': header } : { metadata: 'true' };
    return { url: `${endpoint || MACHINE_ENDPOINT}?${query.toString()}`, request: { headers } };
  }
}

function tokenIn(answer: unknown): Token {
  const text = isJsonObject(answer) ? asString(answer.access_token) : undefined;
  if (!text || !isJsonObject(answer)) throw new Error('The token response has no token');
  const seconds = Number(answer.expires_in);
  return { text, until: Date.now() + (Number.isFinite(seconds) ? seconds * 1000 : 0) - MARGIN };
}
