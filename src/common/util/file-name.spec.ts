import fc from 'fast-check';
import { safeFileName } from './file-name';

describe('safeFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.txt', 'a.txt'],
    ['a\0b\r\nc.txt', 'abc.txt'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['  spaced name.txt ', 'spaced name.txt'],
    ['%2e%2e', '%2e%2e'],
    ['..', 'file'],
    ['a/', 'file'],
    ['', 'file'],
    ['.bashrc', '.bashrc'],
    ['a\ud800b', 'a\ufffdb'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(250)}.jpeg`],
    ['é'.repeat(300), 'é'.repeat(127)],
  ])('%j', (name, expected) => expect(safeFileName(name)).toBe(expected));

  it('is one name of at most 255 bytes, and is its own safe name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toMatch(/^\.{0,2}$|[/\\\p{Cc}]/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
  });
});
