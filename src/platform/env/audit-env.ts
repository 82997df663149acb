import { join } from 'node:path';
import { InvalidEnvError, readInteger, readList, readOneOf, readText, type Source } from './env-readers';

/** How much of a request is written to the audit file; each level includes the ones before it. */
export type AuditLevel = 'none' | 'metadata' | 'request' | 'request_response';

export interface AuditEnv {
  level: AuditLevel;
  /** Absolute, or relative to the working directory. */
  file: string;
  /** Bytes after which the file is rotated and compressed. */
  rotationBytes: number;
  /** Characters stored of each body. */
  maxBody: number;
  /** First segments of paths below `/api/` and `/api/v1/` that are not audited. */
  excluded: readonly string[];
}

const EXCLUDED = ['chats', 'chat', 'folders'];
const UNITS: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

export function readAuditEnv(source: Source, dataDir: string): AuditEnv {
  const excluded = readList(source, 'AUDIT_EXCLUDED_PATHS', ',').map((path) => path.replace(/^\/+/, ''));
  return {
    level: readOneOf(source, 'AUDIT_LOG_LEVEL', ['none', 'metadata', 'request', 'request_response'], 'none'),
    file: readText(source, 'AUDIT_LOGS_FILE_PATH') ?? join(dataDir, 'audit.log'),
    rotationBytes: readBytes(source, 'AUDIT_LOG_FILE_ROTATION_SIZE', 10 * 1024 ** 2),
    maxBody: readInteger(source, 'MAX_BODY_LOG_SIZE', { fallback: 2048, min: 0 }),
    excluded: source.AUDIT_EXCLUDED_PATHS === undefined ? EXCLUDED : excluded,
  };
}

/** `10MB`, `10 M`, `500000`. */
function readBytes(source: Source, name: string, fallback: number): number {
  const text = readText(source, name);
  if (text === undefined) return fallback;
  const [, amount = '', unit = ''] = /^(\d+)\s*([KMG])?B?$/i.exec(text) ?? [];
  if (Number(amount) <= 0) throw new InvalidEnvError(name, text, 'expected a size such as 10MB');
  return Number(amount) * (UNITS[unit.toUpperCase()] ?? 1);
}
