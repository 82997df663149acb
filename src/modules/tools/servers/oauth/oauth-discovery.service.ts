import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../../common/errors/app-error';
import { OAuthHttpService } from './oauth-http.service';
import {
  metadataUrls,
  readMetadata,
  readResourceMetadata,
  resourceMetadataUrl,
  resourceUrls,
  type ResourceMetadata,
  type ServerMetadata,
} from './oauth-metadata';

/** An authorization server for a tool server. */
export interface Discovered {
  metadata: ServerMetadata;
  /** Origin of the server that published the metadata. */
  origin: string;
  /** What tokens are requested for (RFC 8707). */
  resource: string;
  /** Scopes to ask for; undefined for none. */
  scopes: string[] | undefined;
}

/** Finds the authorization server of an MCP server. */
@Injectable()
export class OAuthDiscoveryService {
  constructor(private readonly http: OAuthHttpService) {}

  /**
   * By the addresses of the contract, and then by the server's metadata as a protected resource (RFC 9728).
   * @throws BadRequestError with the contract's texts; OutgoingError when the server cannot be reached.
   */
  async discover(url: string): Promise<Discovered> {
    const urls = metadataUrls(url);
    const metadata = await this.firstOf(url, urls);
    const { origin } = new URL(url);
    if (metadata) return { metadata, origin, resource: url, scopes: scopesOf(metadata) };
    const resource = await this.resourceOf(url);
    const issued = resource && (await this.byIssuers(url, resource.authorizationServers));
    if (!issued) throw new BadRequestError(`Failed to fetch OAuth 2.1 discovery document from ${quoted(urls)}`);
    const scopes = resource.scopes ?? scopesOf(issued);
    return { metadata: issued, origin: new URL(issued.issuer).origin, resource: resource.resource, scopes };
  }

  /** The search ends at the first response with status 200. */
  private async firstOf(server: string, urls: string[]): Promise<ServerMetadata | undefined> {
    for (const url of urls) {
      const { status, json } = await this.http.get(server, url);
      if (status !== 200) continue;
      const metadata = readMetadata(json);
      if (!metadata) throw new BadRequestError(`Failed to parse OAuth 2.1 discovery document from ${url}`);
      return metadata;
    }
    return undefined;
  }

  private async resourceOf(server: string): Promise<ResourceMetadata | undefined> {
    for (const url of resourceUrls(server)) {
      const { status, json } = await this.http.get(server, url);
      const found = status === 200 ? readResourceMetadata(json, server) : undefined;
      if (found) return found;
    }
    const named = resourceMetadataUrl((await this.http.get(server, server)).header('www-authenticate'));
    if (named === undefined || !URL.canParse(named) || new URL(named).origin !== new URL(server).origin)
      return undefined;
    return readResourceMetadata((await this.http.get(server, named)).json, server);
  }

  /** The metadata must name the issuer, so that no server can pass off another one's (RFC 8414). */
  private async byIssuers(server: string, issuers: string[]): Promise<ServerMetadata | undefined> {
    for (const issuer of issuers.slice(0, 3)) {
      const metadata = await this.firstOf(server, metadataUrls(issuer));
      if (metadata && new URL(metadata.issuer).href === new URL(issuer).href) return metadata;
    }
    return undefined;
  }
}

const scopesOf = ({ scopes_supported: scopes }: ServerMetadata) => (scopes as string[] | null | undefined) ?? undefined;

const quoted = (urls: string[]): string => `[${urls.map((url) => `'${url}'`).join(', ')}]`;
