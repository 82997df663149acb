import { resolve } from 'node:path';
import { readAuditEnv, type AuditEnv } from './audit-env';
import { readCorsOrigins } from './cors-origins';
import { readDatabaseSchema, readDatabaseUrl } from './database-url';
import { readDirectory } from './read-directory';
import { readBoolean, readInteger, readOneOf, readText, type Source } from './env-readers';
import { readEnvironment } from './environment';
import { readPoolEnv, type PoolEnv } from './pool-env';
import { readRedisEnv, type RedisEnv } from './redis-env';
import { readSecurityHeaders } from './security-headers';
import { readOutgoingEnv, type OutgoingEnv } from './outgoing-env';

/** Boot-only values: read once at start, never editable at run time. No other file reads `process.env`. */
export class Env {
  /** Production refuses weak secrets: `ENV=prod` or `NODE_ENV=production`. */
  readonly isProduction: boolean;
  /** Under jest: cheap password hashes, no log lines. */
  readonly isTest: boolean;
  readonly host: string;
  readonly port: number;
  /** Absolute. Everything the server writes outside the database lives below it. */
  readonly dataDir: string;
  /** PostgreSQL URL; undefined starts the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Of the tables, which `databaseUrl` looks for there; undefined for that of the role, mostly `public`. */
  readonly databaseSchema: string | undefined;
  readonly databasePool: PoolEnv;
  readonly redis: RedisEnv;
  readonly redisKeyPrefix: string;
  /** Signs sessions and derives the keys of stored secrets; undefined reads or makes `<dataDir>/secret.key`. */
  readonly secretKey: string | undefined;
  /** Absolute. Where the key is kept that the server makes itself, if not in `<dataDir>/secret.key`. */
  readonly secretKeyFile: string | undefined;
  /** Levels of pino. */
  readonly logLevel: string;
  /** Lines for people instead of JSON: `LOG_FORMAT=text`, or a terminal and no `LOG_FORMAT`. */
  readonly isLogReadable: boolean;
  /** `*` alone, or the origins that may also send credentials. */
  readonly corsOrigins: string[];
  /** Bytes. */
  readonly maxBodyBytes: number;
  /** Hops whose `X-Forwarded-*` headers are believed: a number, or addresses as Express's `trust proxy` takes them. */
  readonly trustProxy: string | number | boolean;
  readonly isCompressionEnabled: boolean;
  readonly isWebsocketEnabled: boolean;
  /** Milliseconds. */
  readonly socketPingInterval: number;
  /** Milliseconds. */
  readonly socketPingTimeout: number;
  /** Connections of sockets stand in the log. */
  readonly isSocketLogEnabled: boolean;
  /** False: saved overrides of settings are ignored at start. */
  readonly isPersistentConfigEnabled: boolean;
  /** True: saved overrides are deleted at start. */
  readonly shouldResetConfig: boolean;
  /** Milliseconds that running replies get to finish at shutdown. */
  readonly shutdownGrace: number;
  /** Security headers that go over the defaults, by header name. */
  readonly securityHeaders: ReadonlyMap<string, string>;
  readonly isMetricsEnabled: boolean;
  /** What a scraper of `/metrics` sends as its bearer token; undefined admits only this machine. */
  readonly metricsToken: string | undefined;
  readonly outgoing: OutgoingEnv;
  /** Absolute. The build of a single-page client, served at `/`; undefined shows a page about this server. */
  readonly frontendDir: string | undefined;
  /** Absolute. Files that go over those of the front end and our own below `/static`. */
  readonly staticDir: string | undefined;
  readonly audit: AuditEnv;

  constructor(readonly source: Source = readEnvironment()) {
    this.isTest = source.NODE_ENV === 'test';
    this.isProduction = readText(source, 'ENV') === 'prod' || source.NODE_ENV === 'production';
    this.host = readText(source, 'HOST') ?? '0.0.0.0';
    this.port = readInteger(source, 'PORT', { fallback: 8080, min: 0, max: 65_535 });
    this.dataDir = resolve(readText(source, 'DATA_DIR') ?? 'data');
    this.databaseUrl = readDatabaseUrl(source);
    this.databaseSchema = readDatabaseSchema(source);
    this.databasePool = readPoolEnv(source);
    this.redis = readRedisEnv(source);
    this.redisKeyPrefix = readText(source, 'REDIS_KEY_PREFIX') ?? 'confab';
    this.secretKey = readText(source, 'WEBUI_SECRET_KEY') ?? readText(source, 'WEBUI_JWT_SECRET_KEY');
    this.secretKeyFile = readPath(source, 'WEBUI_SECRET_KEY_FILE');
    readOneOf(source, 'STORAGE_PROVIDER', ['local'], 'local');
    this.logLevel = readLogLevel(source, this.isTest ? 'silent' : 'info');
    this.isLogReadable = readOneOf(source, 'LOG_FORMAT', ['text', 'json'], defaultLogFormat()) === 'text';
    this.corsOrigins = readCorsOrigins(source);
    this.maxBodyBytes = readInteger(source, 'MAX_BODY_MB', { fallback: 128, min: 1 }) * 1024 * 1024;
    this.trustProxy = readTrustProxy(source);
    this.isCompressionEnabled = readBoolean(source, 'ENABLE_COMPRESSION_MIDDLEWARE', true);
    this.isWebsocketEnabled = readBoolean(source, 'ENABLE_WEBSOCKET_SUPPORT', true);
    this.socketPingInterval = readInteger(source, 'WEBSOCKET_SERVER_PING_INTERVAL', { fallback: 25, min: 1 }) * 1000;
    this.socketPingTimeout = readInteger(source, 'WEBSOCKET_SERVER_PING_TIMEOUT', { fallback: 20, min: 1 }) * 1000;
    this.isSocketLogEnabled = ['WEBSOCKET_SERVER_LOGGING', 'WEBSOCKET_SERVER_ENGINEIO_LOGGING']
      .map((name) => readBoolean(source, name, false))
      .includes(true);
    this.isPersistentConfigEnabled = readBoolean(source, 'ENABLE_PERSISTENT_CONFIG', true);
    this.shouldResetConfig = readBoolean(source, 'RESET_CONFIG_ON_START', false);
    this.shutdownGrace = readInteger(source, 'SHUTDOWN_GRACE_SECONDS', { fallback: 10, min: 0 }) * 1000;
    this.securityHeaders = readSecurityHeaders(source);
    this.isMetricsEnabled = readBoolean(source, 'ENABLE_METRICS', false);
    this.metricsToken = readText(source, 'METRICS_TOKEN');
    this.outgoing = readOutgoingEnv(source);
    this.frontendDir = readDirectory(source, 'FRONTEND_BUILD_DIR', 'index.html');
    this.staticDir = readDirectory(source, 'STATIC_DIR');
    this.audit = readAuditEnv(source, this.dataDir);
  }
}

function readPath(source: Source, name: string): string | undefined {
  const text = readText(source, name);
  return text === undefined ? undefined : resolve(text);
}

function readTrustProxy(source: Source): string | number | boolean {
  const text = readText(source, 'TRUST_PROXY');
  if (text === undefined) return false;
  if (/^\d+$/.test(text)) return Number(text);
  return text === 'true' ? true : text;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'critical', 'fatal', 'silent'] as const;

/** Python's names are known too. */
function readLogLevel(source: Source, fallback: (typeof LOG_LEVELS)[number]): string {
  const level = readOneOf(source, 'GLOBAL_LOG_LEVEL', LOG_LEVELS, fallback);
  return { warning: 'warn', critical: 'fatal' }[level as string] ?? level;
}

const defaultLogFormat = (): 'text' | 'json' => (process.stdout.isTTY ? 'text' : 'json');
