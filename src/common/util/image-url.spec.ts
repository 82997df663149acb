import { decodeImageUrl, isImageUrl } from './image-url';

describe('isImageUrl', () => {
  it.each([
    '',
    '/user.png',
    '/static/a b'.replace(' ', '-'),
    'https://example.com/p.png?a=1',
    'data:image/png;base64,AAAA',
  ])('takes %s', (url) => expect(isImageUrl(url)).toBe(true));

  it.each([
    'data:text/html;base64,AAAA',
    'data:image/svg+xml;base64,PHN2Zy8+',
    'data:image/png,raw',
    'data:image/png;charset=x;base64,AAAA',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    '//evil.example/x.png',
    '/\\evil.example',
    'https://',
    'https://a b',
    'ftp://example.com/x.png',
    'file:///etc/passwd',
    `data:image/png;base64,${'A'.repeat(2 * 1024 * 1024)}`,
    `https://example.com/${'a'.repeat(3000)}`,
  ])('refuses %#', (url) => expect(isImageUrl(url)).toBe(false));
});

describe('decodeImageUrl', () => {
  it('returns type and bytes', () =>
    expect(decodeImageUrl('data:IMAGE/GIF;base64,AAEC')).toEqual({ type: 'image/gif', bytes: Buffer.from([0, 1, 2]) }));

  it.each(['/user.png', 'data:image/png;base64,%%%', 'data:image/png;base64,A', 'data:image/png;base64,'])(
    'gives up on %s',
    (url) => expect(decodeImageUrl(url)).toBeNull(),
  );
});
