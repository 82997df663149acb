import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { RefreshedValue } from '../../../../common/util/refreshed-value';
import { Semaphore } from '../../../../common/util/semaphore';
import { OnEvent } from '../../../../platform/events/event-bus';
import { HttpClient } from '../../../../platform/http-client/http-client';
import { SettingsChanged } from '../../../../platform/settings/settings-changed.event';
import type { WorkerPool } from '../../../../platform/workers/worker-pool';
import { WorkersService } from '../../../../platform/workers/workers.service';
import { ServerCredentialsService } from '../server-credentials.service';
import type { ToolServer } from '../tool-server';
import { ToolServerCallsSettings, ToolServersSettings } from '../tool-servers.settings';
import { ToolServersService } from '../tool-servers.service';
import type { DocumentInput, DocumentResult } from './openapi-document.worker';
import type { OpenApiContent } from './operations';

const MAX_DOCUMENT = 16 * 1024 * 1024;
/** Documents that are fetched and read at once. */
const MAX_FETCHES = 20;
const WORKER_LIMITS = { size: 2, milliseconds: 10_000, megabytes: 320 };
/** Milliseconds for which the last document of an unreachable server is used. */
const KEEP_FOR = 10 * 60_000;

/**
 * The documents of the OpenAPI servers, fetched in the background: when a node starts, when the connections change, and
 * at intervals. Documents are keyed by what they are fetched with, so that a changed connection starts without one, on
 * every node.
 */
@Injectable()
export class OpenApiDocumentsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(OpenApiDocumentsService.name);
  private readonly pool: WorkerPool<DocumentInput, DocumentResult>;
  private readonly fetches = new Semaphore(MAX_FETCHES);
  private documents = new Map<string, RefreshedValue<OpenApiContent>>();

  constructor(
    workers: WorkersService,
    private readonly http: HttpClient,
    private readonly servers: ToolServersService,
    private readonly credentials: ServerCredentialsService,
    private readonly settings: ToolServerCallsSettings,
  ) {
    this.pool = workers.open(join(__dirname, 'openapi-document.worker'), WORKER_LIMITS);
  }

  onApplicationBootstrap(): void {
    void this.settle();
  }

  @OnEvent(SettingsChanged)
  onSettingsChanged({ section }: SettingsChanged): void {
    if (section === ToolServersSettings) void this.settle();
  }

  /** Resolves when each enabled server has a document or has failed once; with `isForced` all are fetched again. */
  async settle({ isForced = false } = {}): Promise<void> {
    const known = this.documents;
    const enabled = this.servers.all().filter(({ type, isEnabled }) => type === 'openapi' && isEnabled);
    this.documents = new Map(
      enabled.map((server) => [keyOf(server), known.get(keyOf(server)) ?? this.documentOf(server)]),
    );
    const due = [...this.documents.values()].filter(({ isSettled }) => isForced || !isSettled);
    await Promise.all(due.map((document) => document.refresh()));
  }

  /** The document, as fetched last; undefined while there is none. Never waits. */
  find(server: ToolServer): OpenApiContent | undefined {
    return this.documents.get(keyOf(server))?.read();
  }

  /** As `find`, but waits for the first response of a server without a fetched document. */
  async load(server: ToolServer): Promise<OpenApiContent | undefined> {
    const document = this.documents.get(keyOf(server));
    if (document && !document.isSettled) await document.refresh();
    return document?.read();
  }

  /** All of a document as JSON, fetched anew. @throws when it cannot be fetched or read. */
  async fetchWhole(server: ToolServer, principal: Principal): Promise<string> {
    const result = await this.pool.call({ text: await this.fetch(server, principal), wants: 'document' });
    if ('document' in result) return result.document;
    throw new Error('The worker returned no document');
  }

  private documentOf(server: ToolServer): RefreshedValue<OpenApiContent> {
    let last: { hash: string; content: OpenApiContent } | undefined;
    const load = async (): Promise<OpenApiContent> => {
      const text = await this.fetch(server);
      const hash = createHash('sha256').update(text).digest('base64');
      if (last?.hash !== hash) last = { hash, content: await this.read(text) };
      return last.content;
    };
    const logged = () =>
      this.fetches.run(load).catch((error: unknown) => {
        this.logger.warn(`Tool server ${server.id}: ${error instanceof Error ? error.message : 'no document'}`);
        throw error;
      });
    return new RefreshedValue(logged, () => ({ ttl: this.ttl, keepFor: KEEP_FOR }));
  }

  private async read(text: string): Promise<OpenApiContent> {
    const result = await this.pool.call({ text, wants: 'content' });
    if ('content' in result) return result.content;
    throw new Error('The worker returned no content');
  }

  /** Credentials are sent to the server itself, not to another one that publishes its document. */
  private async fetch(server: ToolServer, principal?: Principal): Promise<string> {
    if (server.document !== undefined) return server.document;
    const url = documentUrl(server);
    const isOwn = new URL(url).origin === new URL(server.url).origin;
    const response = await this.http.send(url, {
      headers: isOwn ? await this.credentials.headersFor(server, principal) : {},
      timeout: this.settings.document_timeout * 1000,
      isTlsVerified: this.settings.is_tls_verified,
    });
    if (response.isSuccess) return response.text(MAX_DOCUMENT);
    response.discard();
    throw new Error(`The document has the status ${response.status}`);
  }

  private get ttl(): number {
    const { refresh_interval: seconds } = this.settings;
    return seconds === 0 ? Infinity : seconds * 1000;
  }
}

const documentUrl = ({ url, path }: ToolServer): string =>
  path.includes('://') ? path : `${url}/${path.replace(/^\//, '')}`;

const keyOf = ({ url, path, document, auth, key, headers }: ToolServer): string =>
  JSON.stringify([url, path, document, auth, key, headers]);
