import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readAuditEnv, type AuditEnv } from './audit-env';
import { readDatabaseSchema, readDatabaseUrl, readPoolEnv, type PoolEnv } from './database-env';
import {
  InvalidEnvError,
  isHost,
  readBoolean,
  readDirectory,
  readInteger,
  readOneOf,
  readText,
  type Source,
} from './env-readers';
import { readCorsOrigins, readOutgoingEnv, readSecurityHeaders, readTrustProxy, type OutgoingEnv } from './http-env';
import { readRedisEnv, type RedisEnv } from './redis-env';
import { readStorageEnv, type S3Target } from './storage-env';

/** Values that are read once at start-up and cannot be edited at run time. No other file reads `process.env`. */
export class Env {
  /** Production refuses weak secrets: `ENV` or `NODE_ENV` is `prod` or `production`. */
  readonly isProduction: boolean;
  /** `ENV` is set to `dev` or `development`; enables routes for developers. */
  readonly isDevelopment: boolean;
  /** Under jest: cheap password hashes, no log output. */
  readonly isTest: boolean;
  readonly host: string;
  readonly port: number;
  /** Absolute. Parent of all files that the server writes. */
  readonly dataDir: string;
  /** PostgreSQL URL; undefined starts the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Schema of all tables, part of `databaseUrl`; undefined for the default of the role, usually `public`. */
  readonly databaseSchema: string | undefined;
  readonly databasePool: PoolEnv;
  readonly redis: RedisEnv;
  readonly redisKeyPrefix: string;
  /** Signs sessions and derives the keys of stored secrets; undefined reads or generates the key file. */
  readonly secretKey: string | undefined;
  /** Absolute. Key file that replaces `<dataDir>/secret.key`. */
  readonly secretKeyFile: string | undefined;
  /** Where uploads are stored; undefined for `dataDir`. */
  readonly storage: S3Target | undefined;
  /** A level of pino. */
  readonly logLevel: string;
  /** Plain lines instead of JSON: `LOG_FORMAT=text`, or a terminal and no `LOG_FORMAT`. */
  readonly isLogReadable: boolean;
  /** `*` alone, or the origins that may also send credentials. */
  readonly corsOrigins: string[];
  /** Bytes. */
  readonly maxBodyBytes: number;
  /** Trusted proxies for `X-Forwarded-*` headers: a number, or addresses in the form of Express's `trust proxy`. */
  readonly trustProxy: string | number | boolean;
  readonly isCompressionEnabled: boolean;
  readonly isWebsocketEnabled: boolean;
  /** Milliseconds. */
  readonly socketPingInterval: number;
  /** Milliseconds. */
  readonly socketPingTimeout: number;
  /** Log connections of sockets. */
  readonly isSocketLogEnabled: boolean;
  /** False: saved overrides of settings are ignored. */
  readonly isPersistentConfigEnabled: boolean;
  /** True: saved overrides are deleted at start-up. */
  readonly shouldResetConfig: boolean;
  /** Milliseconds for running replies to finish on shutdown. */
  readonly shutdownGrace: number;
  /** Security headers that override the defaults, by header name. */
  readonly securityHeaders: ReadonlyMap<string, string>;
  readonly isMetricsEnabled: boolean;
  /** Bearer token for `/metrics`; undefined allows only local requests. */
  readonly metricsToken: string | undefined;
  readonly outgoing: OutgoingEnv;
  /** Absolute. Build of a single-page client, served at `/`; undefined serves a page about this server. */
  readonly frontendDir: string | undefined;
  /** Absolute. Files that override those of the front end and the built-in ones below `/static`. */
  readonly staticDir: string | undefined;
  readonly audit: AuditEnv;

  constructor(readonly source: Source = readEnvironment()) {
    this.isTest = source.NODE_ENV === 'test';
    this.isProduction = readIsProduction(source);
    this.isDevelopment = /^dev(elopment)?$/i.test(readText(source, 'ENV') ?? '');
    this.host = readHost(source);
    this.port = readInteger(source, 'PORT', { fallback: 8080, min: 0, max: 65_535 });
    this.dataDir = resolve(readText(source, 'DATA_DIR') ?? 'data');
    this.databaseUrl = readDatabaseUrl(source);
    this.databaseSchema = readDatabaseSchema(source);
    this.databasePool = readPoolEnv(source);
    this.redis = readRedisEnv(source);
    this.redisKeyPrefix = readText(source, 'REDIS_KEY_PREFIX') ?? 'confab';
    this.secretKey = readText(source, 'WEBUI_SECRET_KEY') ?? readText(source, 'WEBUI_JWT_SECRET_KEY');
    this.secretKeyFile = readPath(source, 'WEBUI_SECRET_KEY_FILE');
    this.storage = readStorageEnv(source);
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

function readIsProduction(source: Source): boolean {
  const environment = readOneOf(source, 'ENV', ['prod', 'production', 'dev', 'development', 'test'], 'dev');
  return environment.startsWith('prod') || /^prod(uction)?$/i.test(readText(source, 'NODE_ENV') ?? '');
}

function readHost(source: Source): string {
  const host = readText(source, 'HOST') ?? '0.0.0.0';
  if (isHost(host)) return host;
  throw new InvalidEnvError('HOST', host, 'expected an address such as 127.0.0.1, or a host name');
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'critical', 'fatal', 'silent'] as const;

/** Accepts Python's level names too. */
function readLogLevel(source: Source, fallback: (typeof LOG_LEVELS)[number]): string {
  const level = readOneOf(source, 'GLOBAL_LOG_LEVEL', LOG_LEVELS, fallback);
  return { warning: 'warn', critical: 'fatal' }[level as string] ?? level;
}

const defaultLogFormat = (): 'text' | 'json' => (process.stdout.isTTY ? 'text' : 'json');

/** The variables of the process, which override a `.env` file in the working directory. Tests ignore that file. */
function readEnvironment(): Source {
  const file = process.env.NODE_ENV === 'test' ? '' : readIfPresent('.env');
  return { ...parseEnv(file), ...process.env };
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
