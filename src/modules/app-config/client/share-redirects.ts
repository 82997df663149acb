import type { RequestHandler } from 'express';

const YOUTUBE_HOSTS = new Set([
  'youtu.be',
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'www.youtube-nocookie.com',
  'vid.plus',
]);
const VIDEO_ID = /^[\w-]{11}$/;

/**
 * Redirects `…/watch?v=…` and `?shared=…`, which phones and browser extensions open, to the client's first page with a
 * question or a link.
 */
export function shareRedirects(): RequestHandler {
  return (request, response, next) => {
    const target = request.method === 'GET' ? targetOf(request.path, request.query) : null;
    if (target === null) return next();
    response
      .status(307)
      .location(`/?${new URLSearchParams([target]).toString()}`)
      .end();
  };
}

type Parameter = [name: 'youtube' | 'load-url' | 'q', value: string];

function targetOf(path: string, { v, shared }: Record<string, unknown>): Parameter | null {
  if (path.endsWith('/watch') && typeof v === 'string' && v !== '') return ['youtube', v];
  return typeof shared === 'string' && shared !== '' ? parameterOf(shared) : null;
}

function parameterOf(shared: string): Parameter {
  if (!shared.startsWith('https://')) return ['q', shared];
  const [url = ''] = shared.split(/\s/, 1);
  const video = videoOf(url);
  return video === null ? ['load-url', url] : ['youtube', video];
}

function videoOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { hostname, pathname, searchParams } = new URL(text);
  if (!YOUTUBE_HOSTS.has(hostname)) return null;
  const id = searchParams.get('v') ?? pathname.split('/').at(-1) ?? '';
  return VIDEO_ID.test(id) ? id : null;
}
