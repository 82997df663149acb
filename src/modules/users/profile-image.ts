import { RedirectAnswer } from '../../common/http/answers/answer';
import { FileResponse } from '../../common/http/answers/file-response';
import { decodeImageUrl } from '../../common/util/image-url';

/** A grey silhouette, 64 by 64 pixels, PNG. Inline, because the build copies no files from this folder. */
const DEFAULT_PROFILE_IMAGE = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAABlBMVEXl5+uco69PLv7PAAAAbklEQVR42sXOuw2AMAyE4SAKyozA',
    'KBmNjMYoGYEyBeJHxsE8IiEkClx9RXJ3zv19fS4IcwHc0EDc0MJ4RQfpA+pA66pnHAtt85vbf1mytXuYNA80MYC+HmAp5VrfCKIu',
    '1a2GTpDO8ILpGb0gf8UKSZqciNS8L3MAAAAASUVORK5CYII=',
  ].join(''),
  'base64',
);

/** The default profile picture. */
export const DEFAULT_PROFILE_IMAGE_URL = '/user.png';

/** Seconds for which browsers cache a picture. */
const MAX_AGE = 300;

/** The response for a stored picture; the fallback (PNG) for one that cannot be decoded or is not on one of `hosts`. */
export function profileImageOf(
  url: string,
  hosts: readonly string[],
  fallback: Buffer = DEFAULT_PROFILE_IMAGE,
): FileResponse | RedirectAnswer {
  if (isOn(url, hosts)) return new RedirectAnswer(new URL(url).href, MAX_AGE);
  const image = decodeImageUrl(url);
  if (!image) return FileResponse.of(fallback, { type: 'image/png', maxAge: MAX_AGE });
  const name = `image.${image.type.replace('image/', '')}`;
  return FileResponse.of(image.bytes, { type: image.type, name, maxAge: MAX_AGE });
}

function isOn(url: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' && hosts.includes(host);
}
