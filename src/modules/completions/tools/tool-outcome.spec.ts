import { normalizeOutcome } from './tool-outcome';

const value = (data: unknown) => normalizeOutcome('f', { kind: 'value', value: data });
const external = (data: unknown, headers: Record<string, string> | null) =>
  normalizeOutcome('f', { kind: 'external', data, headers });
const shown =
  '{\n  "status": "success",\n  "code": "ui_component",\n  "message": "f: Embedded UI result is active and visible to the user."\n}';
const nothing = { files: [], attachments: [], embeds: [] };

describe('normalizeOutcome', () => {
  it.each([
    ['text', 'text'],
    [{ a: 'é', b: [] }, '{\n  "a": "é",\n  "b": []\n}'],
    [[1, 'two'], '{\n  "results": [\n    1,\n    "two"\n  ]\n}'],
    [42, '42'],
    [0, '0'],
    [true, 'True'],
    [null, ''],
    [undefined, ''],
  ])('makes text of %j', (data, text) => {
    expect(value(data)).toEqual({ text, ...nothing });
  });

  it('makes files of the data URLs in a list, also of adjacent ones', () => {
    expect(value(['data:image/png;base64,AA', 'data:text/plain,b', 'text'])).toEqual({
      ...nothing,
      text: '{\n  "results": [\n    "text"\n  ]\n}',
      files: [
        { type: 'data', content: 'data:image/png;base64,AA' },
        { type: 'data', content: 'data:text/plain,b' },
      ],
    });
  });

  it('shows an inline page to the user, and tells the model its status', () => {
    const page = (status: number, type = 'text/html; charset=utf-8', disposition = 'inline') =>
      normalizeOutcome('f', {
        ...{ kind: 'response', status, body: '<p>' },
        headers: { 'content-type': type, 'Content-Disposition': disposition },
      });
    expect(page(200)).toEqual({ ...nothing, text: shown, embeds: ['<p>'] });
    expect(page(404).text).toContain('"message": "f: Client error 404 from embedded UI result."');
    expect(page(500).text).toContain('"status": "error"');
    expect(page(302).text).toContain('Unexpected status code 302');
    expect(page(200, 'application/json')).toEqual({ ...nothing, text: '<p>' });
    expect(page(200, 'text/html', 'attachment')).toEqual({ ...nothing, text: '<p>' });
  });

  it('unwraps the response of a server', () => {
    expect(external({ a: 1 }, { 'content-type': 'application/json' }).text).toBe('{\n  "a": 1\n}');
    expect(external({ error: 'HTTP error 500' }, null).text).toContain('HTTP error 500');
    const html = { 'Content-Disposition': 'inline', 'Content-Type': 'text/html' };
    expect(external('<p>', html)).toEqual({ ...nothing, text: shown, embeds: ['<p>'] });
  });

  it('shows only web addresses', () => {
    const at = (location: string) => external('x', { 'content-disposition': 'inline', location });
    expect(at('https://example.org/a').embeds).toEqual(['https://example.org/a']);
    for (const location of ['javascript:alert(1)', 'data:text/html,x', '//example.org', 'file:///etc/passwd'])
      expect(at(location)).toEqual({ ...nothing, text: 'x' });
  });

  it('reads the content of MCP', () => {
    const mcp = (...content: Record<string, unknown>[]) => normalizeOutcome('f', { kind: 'mcp', content });
    expect(mcp({ type: 'text', text: '{"a": 1}' }).text).toBe('{\n  "a": 1\n}');
    expect(mcp({ type: 'text', text: 'plain' }).text).toBe('plain');
    expect(mcp({ type: 'text', text: 'a' }, { type: 'text', text: '2' }).text).toBe(
      '{\n  "results": [\n    "a",\n    2\n  ]\n}',
    );
    expect(
      mcp(
        { type: 'image', data: 'AA', mimeType: 'image/webp' },
        { type: 'audio', data: 'BB', mimeType: 'audio/mpeg' },
        { type: 'resource', resource: { uri: 'file:///a/b.pdf', mimeType: 'application/pdf', blob: 'CC' } },
        { type: 'resource', resource: { uri: 'x://c', mimeType: 'image/png', blob: 'DD' } },
      ).attachments,
    ).toEqual([
      { type: 'image', mime: 'image/webp', base64: 'AA' },
      { type: 'audio', mime: 'audio/mpeg', base64: 'BB' },
      { type: 'file', mime: 'application/pdf', base64: 'CC', name: 'b.pdf' },
      { type: 'image', mime: 'image/png', base64: 'DD', name: 'c' },
    ]);
    expect(mcp({ type: 'resource', resource: { uri: 'x://c', text: 'words' } }).text).toBe('words');
    expect(mcp({ type: 'resource_link', uri: 'x://c', name: 'C' }).text).toContain('"uri": "x://c"');
    expect(mcp({ type: 'text' }, { type: 'image' }, { type: 'unknown' }, { type: 'resource' })).toEqual({
      ...nothing,
      text: '{\n  "results": []\n}',
    });
  });
});
