import { Injectable } from '@nestjs/common';
import { tryParseJson } from '../../../../common/json/parse-json';
import type { JsonObject } from '../../../../common/util/json';
import { HttpClient, type OutgoingRequest } from '../../../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import {
  assertHost,
  isNoMetadataAddress,
  isPublicAddress,
  PrivateAddressError,
} from '../../../../platform/http-client/public-address';
import { providerFetch } from '../../../auth/oauth/provider-fetch';
import { ToolServerCallsSettings } from '../tool-servers.settings';

const MAX_RESPONSE = 1024 * 1024;

type AddressOptions = Pick<OutgoingRequest, 'isPublicOnly' | 'isAllowed' | 'isTlsVerified'>;

/** A response that was read: JSON, or undefined when it is none. */
export interface OAuthResponse {
  status: number;
  json: unknown;
  header(name: string): string | undefined;
}

/**
 * Requests to the authorization servers that a tool server names. It names them itself, so that they are untrusted: a
 * server on the public internet must not lead to private addresses.
 */
@Injectable()
export class OAuthHttpService {
  constructor(
    private readonly http: HttpClient,
    private readonly settings: ToolServerCallsSettings,
  ) {}

  get(server: string, url: string): Promise<OAuthResponse> {
    return this.read(server, url, { headers: { accept: 'application/json' } });
  }

  post(server: string, url: string, body: JsonObject): Promise<OAuthResponse> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    return this.read(server, url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** The response of any page; its text is read up to the limit. */
  async getText(server: string, url: string): Promise<{ status: number; text: string }> {
    const response = await this.send(server, url, { headers: { accept: 'text/html, application/json' } });
    return { status: response.status, text: await response.text(MAX_RESPONSE) };
  }

  /** `fetch` for the protocol library. */
  fetchFor(server: string) {
    return providerFetch(this.http, this.timeout, (url) => this.addressOptions(server, url));
  }

  /** Milliseconds; 0 for no limit. */
  get timeout(): number {
    return this.settings.document_timeout * 1000;
  }

  private async read(server: string, url: string, request: OutgoingRequest): Promise<OAuthResponse> {
    const response = await this.send(server, url, request);
    const text = await response.text(MAX_RESPONSE);
    return { status: response.status, json: tryParseJson(text), header: (name) => response.header(name) };
  }

  private async send(server: string, url: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    return this.http.send(url, { timeout: this.timeout, ...(await this.addressOptions(server, url)), ...request });
  }

  private async addressOptions(server: string, url: string): Promise<AddressOptions> {
    const isTlsVerified = this.settings.is_tls_verified;
    if (new URL(url).origin === new URL(server).origin) return { isTlsVerified };
    return (await isPublic(server))
      ? { isPublicOnly: true, isTlsVerified }
      : { isAllowed: isNoMetadataAddress, isTlsVerified };
  }
}

async function isPublic(url: string): Promise<boolean> {
  try {
    await assertHost(new URL(url).hostname, isPublicAddress);
    return true;
  } catch (error) {
    return !(error instanceof PrivateAddressError);
  }
}
