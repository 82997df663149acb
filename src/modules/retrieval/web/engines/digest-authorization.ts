import { createHash, randomBytes } from 'node:crypto';

interface DigestRequest {
  username: string;
  password: string;
  /** Path and query of the request, which is a GET. */
  uri: string;
  /** Of the client; random by default. */
  cnonce?: string;
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };
const COUNT = '00000001';

/** The `Authorization` header for a `Digest` challenge (RFC 7616); undefined for a challenge of another kind. */
export function digestAuthorization(header: string, request: DigestRequest): string | undefined {
  const challenge = toChallenge(header);
  if (!challenge) return undefined;
  const cnonce = request.cnonce ?? randomBytes(16).toString('hex');
  const fields = [
    `username="${escaped(request.username)}"`,
    `realm="${escaped(challenge.realm)}"`,
    `nonce="${escaped(challenge.nonce)}"`,
    `uri="${request.uri}"`,
    `response="${responseOf({ ...request, cnonce }, challenge)}"`,
    `algorithm=${challenge.algorithm}`,
    ...(challenge.isAuth ? [`qop=auth`, `nc=${COUNT}`, `cnonce="${cnonce}"`] : []),
    ...(challenge.opaque === undefined ? [] : [`opaque="${escaped(challenge.opaque)}"`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

interface Challenge {
  hash: string;
  realm: string;
  nonce: string;
  opaque: string | undefined;
  algorithm: string;
  isAuth: boolean;
}

function toChallenge(header: string): Challenge | undefined {
  const scheme = /^digest\s/i.exec(header)?.[0];
  if (scheme === undefined) return undefined;
  const { realm = '', nonce = '', opaque, qop = '', algorithm = 'MD5' } = parametersOf(header.slice(scheme.length));
  const hash = HASHES[algorithm.toLowerCase().replace(/-sess$/, '')];
  const isAuth = qop.split(',').some((each) => each.trim().toLowerCase() === 'auth');
  return hash === undefined ? undefined : { hash, realm, nonce, opaque, algorithm, isAuth };
}

function responseOf(request: Required<DigestRequest>, challenge: Challenge): string {
  const { username, password, uri, cnonce } = request;
  const { hash, realm, nonce, algorithm, isAuth } = challenge;
  const digest = (...parts: string[]) => createHash(hash).update(parts.join(':')).digest('hex');
  const plain = digest(username, realm, password);
  const secret = /-sess$/i.test(algorithm) ? digest(plain, nonce, cnonce) : plain;
  const asked = digest('GET', uri);
  return isAuth ? digest(secret, nonce, COUNT, cnonce, 'auth', asked) : digest(secret, nonce, asked);
}

const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&');

/** `name=value` and `name="value"`, separated by commas. */
function parametersOf(text: string): Partial<Record<string, string>> {
  const parameter = /(\w{1,30})=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
  const pairs = [...text.slice(0, 4096).matchAll(parameter)];
  return Object.fromEntries(
    pairs.map(([, name = '', quoted, bare = '']) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare]),
  );
}
