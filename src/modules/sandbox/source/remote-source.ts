import { decodeUri } from '../../../common/util/uri';

/** Pages of GitHub for a folder or a file of a repository. */
const GITHUB_PAGE = /^\/([^/]+)\/([^/]+)\/(tree|blob)\/([^/]+)\/(.+?)\/?$/;
const EXTENSION = /\.(?:py|js|mjs|ts)$/;
/** Files named after what they are, not after what they do: their folder has the name. */
const GENERIC = /^(?:main|index|__init__)\./;

/** The address of the text behind a page of GitHub: of a file, or of `main.py` in a folder. Other URLs are unchanged. */
export function toRawUrl(url: URL): URL {
  const page = url.hostname === 'github.com' ? GITHUB_PAGE.exec(url.pathname) : null;
  if (!page) return url;
  const [, owner, repository, kind, branch, path] = page;
  const file = kind === 'tree' ? `${path}/main.py` : path;
  return new URL(`https://raw.githubusercontent.com/${owner}/${repository}/${branch}/${file}`);
}

/** The name of the file without its extension; of its folder, or else the host, for a generic name and another type. */
export function nameOf(url: URL): string {
  const segments = [url.host, ...url.pathname.split('/').filter((segment) => segment !== '')].map(decodeUri);
  const file = segments.at(-1) ?? '';
  if (segments.length > 1 && EXTENSION.test(file) && !GENERIC.test(file)) return file.replace(EXTENSION, '');
  return segments.at(-2) ?? file;
}
