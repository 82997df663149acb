const HOSTS = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com$/;
const PATHS = new Set(['embed', 'shorts', 'live', 'v']);
const ID = /^[\w-]{11}$/;

/** The id of the video that a URL of YouTube shows; undefined for every other URL. */
export function videoIdOf({ hostname, pathname, searchParams }: URL): string | undefined {
  const [, first = '', second = ''] = pathname.split('/', 3);
  const id = HOSTS.test(hostname) ? idIn(first, second, searchParams) : hostname === 'youtu.be' ? first : '';
  return ID.test(id) ? id : undefined;
}

function idIn(first: string, second: string, parameters: URLSearchParams): string {
  if (first === 'watch') return parameters.get('v') ?? '';
  return PATHS.has(first) ? second : '';
}
