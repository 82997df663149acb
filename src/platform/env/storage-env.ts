import { InvalidEnvError, readBoolean, readOneOf, readText, readUrl, type Source } from './env-readers';

/** A bucket of an S3 server. */
export interface S3Target {
  bucket: string;
  /** Undefined: AWS's own default. */
  region: string | undefined;
  /** Of another server than AWS. */
  endpoint: string | undefined;
  /** Undefined: the default chain of AWS (environment, profile, role of the machine). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** Before every key, without slashes at its ends; empty for none. */
  prefix: string;
  isAccelerated: boolean;
  /** The bucket is in the path of URLs, not in their host. */
  hasPathStyle: boolean;
  /** Objects are tagged with who uploaded them. */
  isTagged: boolean;
}

const PROVIDERS = ['local', 's3', 'gcs', 'azure'] as const;
const STYLES = ['auto', 'path', 'virtual'] as const;
const ENDPOINT = { schemes: ['http', 'https'], example: 'http://minio:9000' };

/** Undefined for a directory of this machine. @throws InvalidEnvError */
export function readStorageEnv(source: Source): S3Target | undefined {
  const provider = readOneOf(source, 'STORAGE_PROVIDER', PROVIDERS, 'local');
  const endpoint = readUrl(source, 'S3_ENDPOINT_URL', ENDPOINT);
  const style = readOneOf(source, 'S3_ADDRESSING_STYLE', STYLES, 'auto');
  const target = {
    ...{ bucket: readText(source, 'S3_BUCKET_NAME') ?? '', region: readText(source, 'S3_REGION_NAME'), endpoint },
    credentials: readCredentials(source),
    prefix: (readText(source, 'S3_KEY_PREFIX') ?? '').split('/').filter(Boolean).join('/'),
    isAccelerated: readBoolean(source, 'S3_USE_ACCELERATE_ENDPOINT', false),
    // Other servers than AWS seldom have a host name for each bucket.
    hasPathStyle: style === 'auto' ? endpoint !== undefined : style === 'path',
    isTagged: readBoolean(source, 'S3_ENABLE_TAGGING', false),
  };
  if (provider === 'local') return undefined;
  if (provider !== 's3') throw new InvalidEnvError('STORAGE_PROVIDER', provider, UNSUPPORTED);
  if (target.bucket === '') throw new InvalidEnvError('S3_BUCKET_NAME', '', 'expected the name of a bucket');
  return target;
}

const UNSUPPORTED = 'this server stores files in a directory (local) or on an S3 server (s3)';

function readCredentials(source: Source): S3Target['credentials'] {
  const accessKeyId = readText(source, 'S3_ACCESS_KEY_ID');
  const secretAccessKey = readText(source, 'S3_SECRET_ACCESS_KEY');
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  const missing = accessKeyId === undefined ? 'S3_ACCESS_KEY_ID' : 'S3_SECRET_ACCESS_KEY';
  throw new InvalidEnvError(missing, '', 'expected both parts of the key, or none');
}
