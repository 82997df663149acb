import { InvalidEnvError, readList, type Source } from './env-readers';

const NAME = 'CORS_ALLOW_ORIGIN';

/**
 * The origins whose pages may call the API: `*` when none are named.
 * @throws InvalidEnvError for an entry that is no origin (`scheme://host[:port]`), or `*` beside others.
 */
export function readCorsOrigins(source: Source): string[] {
  const origins = readList(source, NAME, ';').map((origin) => origin.replace(/\/$/, ''));
  if (origins.length === 0) return ['*'];
  const schemes = ['http', 'https', ...readList(source, 'CORS_ALLOW_CUSTOM_SCHEME', ';')];
  for (const origin of origins)
    if (!(origin === '*' && origins.length === 1) && !isOrigin(origin, schemes))
      throw new InvalidEnvError(NAME, origin, `expected * alone, or origins such as https://chat.example.com`);
  return origins;
}

function isOrigin(text: string, schemes: readonly string[]): boolean {
  const [scheme, host] = text.split('://', 2);
  return scheme !== undefined && schemes.includes(scheme) && /^[^\s/?#@]+$/.test(host ?? '');
}
