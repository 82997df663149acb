import type { Picture } from '../../common/http/send-picture';
import { decodeImageUrl } from '../../common/http/image-url';
import { DEFAULT_PROFILE_IMAGE } from './default-profile-image';

/** The picture of accounts without one of their own. */
export const DEFAULT_PROFILE_IMAGE_URL = '/user.png';

/** The answer for a stored picture. What cannot be decoded, or is not on one of `hosts`, is the default one. */
export function profileImageOf(url: string, hosts: readonly string[]): Picture {
  if (isOn(url, hosts)) return { kind: 'redirect', url: new URL(url).href };
  const image = decodeImageUrl(url);
  if (image) return { kind: 'bytes', ...image, isOwn: true };
  return { kind: 'bytes', type: 'image/png', bytes: DEFAULT_PROFILE_IMAGE, isOwn: false };
}

function isOn(url: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' && hosts.includes(host);
}
