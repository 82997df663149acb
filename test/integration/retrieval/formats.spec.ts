import { deflateRawSync } from 'node:zlib';
import { encode } from 'iconv-lite';
import {
  compoundOf,
  docxEntries,
  epubEntries,
  msgOf,
  odfEntries,
  pdfOf,
  pptxEntries,
  withEncryptedEntries,
  wordParagraph,
  wordTable,
  xlsxOf,
  zipOf,
} from '../../support/documents';
import type { ExtractedPart } from '../../../src/modules/retrieval/extraction/extraction.types';
import { FileSource } from '../../../src/modules/retrieval/extraction/formats/file-source';
import { readFile } from '../../../src/modules/retrieval/extraction/formats/readers';

async function* inChunks(bytes: Buffer, size = 1000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(name: string, content: Buffer | string, contentType = ''): Promise<ExtractedPart[]> {
  const parts: ExtractedPart[] = [];
  const source = new FileSource(name, contentType, inChunks(Buffer.from(content)));
  for await (const part of readFile(source)) parts.push(part);
  return parts;
}

const textOf = async (name: string, content: Buffer | string) =>
  (await read(name, content)).map(({ text }) => text).join('');

/** The text of a refusal. */
const refusal = async (name: string, content: Buffer | string): Promise<string> =>
  read(name, content).then(
    (parts) => `read: ${JSON.stringify(parts).slice(0, 200)}`,
    (error: Error) => (error.name === 'TaskRefusal' ? error.message : `${error.name}: ${error.stack ?? ''}`),
  );

const DAMAGED = /damaged/;
const ENCRYPTED = /encrypted/;
const WITHOUT_TEXT = /no text|no readable text/;
const TOO_LARGE = /too large/;

describe('texts', () => {
  it.each([
    ['notes.txt', 'The heron.\nSecond line.'],
    ['sync.md', '# Title\n\nMarkdown body.'],
    ['README', 'no type no extension'],
    ['raw.bin', 'raw bytes'],
    ['data.json', '{"a": [1, 2]}'],
    ['doc.rst', 'Title\n=====\n\ntext'],
    ['dot.docx', 'a text whose name says otherwise'],
    ['blank.txt', '   \n  '],
  ])('%s stays as it is', async (name, text) => {
    expect(await read(name, text)).toEqual([{ text, metadata: {} }]);
  });

  const GERMAN = 'Größe der Straße: äöü ÄÖÜ – „Zitat“ und noch ein wenig Text dazu, damit man ihn erkennt.';
  const RUSSIAN = 'Съешь ещё этих мягких французских булок, да выпей чаю. Это обычный русский текст для проверки.';
  const JAPANESE = '日本語の文章です。文字コードを正しく判定できることを確認します。これはテストです。';
  it.each([
    ['UTF-8', 'utf-8', GERMAN],
    ['UTF-8 with a mark', 'utf-8', `\ufeff${GERMAN}`],
    ['UTF-16 with a mark', 'utf-16le', `\ufeff${RUSSIAN}`],
    ['UTF-16, high byte first, with a mark', 'utf-16be', `\ufeff${JAPANESE}`],
    ['UTF-16 without a mark', 'utf-16le', 'plain words without a mark'],
    ['UTF-32 with a mark', 'utf-32le', `\ufeff${GERMAN}`],
    ['Windows-1252', 'windows-1252', GERMAN],
    ['Windows-1251', 'windows-1251', RUSSIAN],
    ['KOI8-R', 'koi8-r', RUSSIAN],
    ['Shift JIS', 'shift_jis', JAPANESE],
    ['EUC-JP', 'euc-jp', JAPANESE],
  ])('are read in %s', async (_, encoding, text) => {
    expect(await textOf('a.txt', encode(text, encoding, { addBOM: false }))).toBe(text.replace('\ufeff', ''));
  });

  it('are read where another encoding comes after a long start in ASCII', async () => {
    const start = 'a line in ASCII\n'.repeat(10_000);
    expect(await textOf('a.txt', encode(start + GERMAN, 'windows-1252'))).toBe(start + GERMAN);
  });

  it('are repaired: line breaks, composition, control characters, and UTF-8 that was read as Windows-1252', async () => {
    const asWindows = new TextDecoder('windows-1252').decode(Buffer.from('Café – “größer” €'));
    expect(await textOf('a.txt', asWindows)).toBe('Café – “größer” €');
    expect(await textOf('a.txt', 'a\r\nb\rc\u2028d and some more words\x01 e\u0301')).toBe(
      'a\nb\nc\nd and some more words \u00e9',
    );
    for (const meant of ['Â» é', 'MANHÃ…', 'Ã é è']) expect(await textOf('a.txt', meant)).toBe(meant);
  });

  it('of source code carry the number of their first line', async () => {
    expect(await read('a.ts', 'one\ntwo')).toEqual([{ text: 'one\ntwo', metadata: { line: 1 } }]);
  });
});

describe('tables', () => {
  it.each([
    ['t.csv', 'name,age\nAnn,5\nBob,7\n'],
    ['t.tsv', 'name\tage\r\nAnn\t5\r\n\r\nBob\t7'],
    ['t.csv', '\ufeff"name";"age"\nAnn;5\n Bob ;7'],
  ])('%s has a part for each row', async (name, text) => {
    expect(await read(name, text)).toEqual([
      { text: 'name: Ann\nage: 5', metadata: { row: 0 } },
      { text: 'name: Bob\nage: 7', metadata: { row: 1 } },
    ]);
  });

  it('takes quotes, missing and further values as they come', async () => {
    expect((await read('t.csv', 'a,b\n"x, ""y""\nz",\n1,2,3\nq"r,s')).map(({ text }) => text)).toEqual([
      'a: x, "y"\nz\nb: ',
      'a: 1\nb: 2\n3',
      'a: q"r\nb: s',
    ]);
  });

  it('that are only a head keep it', async () => {
    expect(await read('t.csv', 'a,b\n')).toEqual([{ text: 'a\nb', metadata: { row: 0 } }]);
  });

  it('refuses a quote that is never closed over a long file', async () => {
    expect(await refusal('t.csv', `a,b\n"${'x,y\n'.repeat(300_000)}`)).toMatch(DAMAGED);
  });
});

describe('PDF', () => {
  it('has a part for each page, with its place', async () => {
    expect(await read('a.pdf', await pdfOf(['First page', 'Second page']))).toEqual([
      { text: 'First page', metadata: { page: 0, page_label: '1', total_pages: 2 } },
      { text: 'Second page', metadata: { page: 1, page_label: '2', total_pages: 2 } },
    ]);
  });

  it('marks pages without text', async () => {
    const parts = await read('a.pdf', await pdfOf(['First page', '']));
    expect(parts[1]).toEqual({ text: '', metadata: { page: 1, page_label: '2', total_pages: 2, scanned: true } });
  });

  it('is known by its content', async () => {
    expect(await textOf('a.txt', await pdfOf(['Text']))).toBe('Text');
  });

  it('says when all pages are images, when it is encrypted, damaged, or empty', async () => {
    expect(await refusal('a.pdf', await pdfOf(['', '']))).toMatch(/scans.*OCR/);
    expect(await refusal('a.pdf', await pdfOf(['Secret'], { userPassword: 'x' }))).toMatch(ENCRYPTED);
    expect(await refusal('Doc.PDF', '%PDF-1.4 fake')).toMatch(DAMAGED);
    expect(await refusal('a.pdf', '')).toBe('The file is empty.');
  });
});

describe('Word', () => {
  it('keeps headings, tables and lists, and tells sections apart', async () => {
    const long = 'Some words of a section. '.repeat(40);
    const body =
      wordParagraph('Top', 'H1') +
      wordParagraph(long) +
      wordParagraph('Sub', 'H2') +
      wordTable([
        ['a', 'b|c'],
        ['1', '2'],
      ]);
    expect(await read('a.docx', zipOf(docxEntries(body)))).toEqual([
      { text: `# Top\n\n${long.trim()}`, metadata: { headings: ['Top'] } },
      { text: '## Sub\n\n| a | b\\|c |\n| --- | --- |\n| 1 | 2 |', metadata: { headings: ['Top', 'Sub'] } },
    ]);
  });

  it('is known by its content', async () => {
    expect(await textOf('a.pdf', zipOf(docxEntries(wordParagraph('text'))))).toBe('text');
  });

  it('says when it is encrypted, damaged, empty, a bomb, or of the old format', async () => {
    const whole = zipOf(docxEntries(wordParagraph('text')));
    expect(
      await refusal('a.docx', compoundOf({ EncryptionInfo: Buffer.alloc(8), EncryptedPackage: Buffer.alloc(8) })),
    ).toMatch(ENCRYPTED);
    expect(await refusal('a.docx', withEncryptedEntries(whole))).toMatch(ENCRYPTED);
    expect(await refusal('a.docx', whole.subarray(0, whole.length - 100))).toMatch(DAMAGED);
    expect(await refusal('a.docx', zipOf(docxEntries('<w:p><w:broken')))).toMatch(/damaged|no text/);
    expect(await refusal('a.docx', zipOf(docxEntries('')))).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.docx', zipOf(docxEntries(' '.repeat(50_400_000))))).toMatch(TOO_LARGE);
    expect(await refusal('a.doc', compoundOf({ WordDocument: Buffer.alloc(8) }))).toMatch(/old format.*\.docx/);
  });
});

describe('PowerPoint', () => {
  it('has a part for each slide in their order, with tables and notes', async () => {
    const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
    const extra = `<a:tbl><a:tr>${cell('a')}${cell('b')}</a:tr><a:tr>${cell('1')}${cell('2')}</a:tr></a:tbl>`;
    const slides = [
      { title: 'One', text: 'first &amp; text', notes: 'said aloud' },
      { title: 'Two', text: 'second', extra },
    ];
    expect(await read('a.pptx', zipOf(pptxEntries(slides)))).toEqual([
      {
        text: '# One\n\nfirst & text\n\nsaid aloud',
        metadata: { slide: 1, total_slides: 2, headings: ['One'] },
      },
      {
        text: '# Two\n\nsecond\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
        metadata: { slide: 2, total_slides: 2, headings: ['Two'] },
      },
    ]);
  });

  it('says when it is damaged, empty or of the old format', async () => {
    expect(await refusal('a.pptx', zipOf({ 'ppt/presentation.xml': '<p:presentation/>' }))).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.pptx', zipOf({ 'ppt/presentation.xml': '<a>'.repeat(5000) }))).toMatch(DAMAGED);
    expect(await refusal('a.ppt', compoundOf({ 'PowerPoint Document': Buffer.alloc(8) }))).toMatch(
      /old format.*\.pptx/,
    );
  });
});

describe('Excel', () => {
  it('has a part for each sheet, as a table, with dates and booleans', async () => {
    const workbook = await xlsxOf({
      First: [
        ['name', 'when'],
        ['Ann', new Date(Date.UTC(2024, 2, 1))],
        [],
        ['B|b', true],
        [1.5, { formula: '1+1', result: 2 }],
      ],
      Empty: [],
      Second: [['only']],
    });
    expect(await read('a.xlsx', workbook)).toEqual([
      {
        text: '| name | when |\n| --- | --- |\n| Ann | 2024-03-01 |\n| B\\|b | TRUE |\n| 1.5 | 2 |',
        metadata: { sheet: 'First', first_row: 2, last_row: 5 },
      },
      { text: '| only |\n| --- |', metadata: { sheet: 'Second', first_row: 1, last_row: 1 } },
    ]);
  });

  it('repeats the head in the parts of a long sheet', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => [index, `value ${index} of a row`]);
    const parts = await read('a.xlsx', await xlsxOf({ S: [['id', 'text'], ...rows] }));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every(({ text }) => text.startsWith('| id | text |\n| --- | --- |\n'))).toBe(true);
    expect(parts.at(-1)?.metadata).toMatchObject({ sheet: 'S', last_row: 3001 });
  });

  it('says when it is encrypted, damaged, empty or of the old format', async () => {
    const whole = await xlsxOf({ S: [['a']] });
    expect(await refusal('a.xlsx', withEncryptedEntries(whole))).toMatch(ENCRYPTED);
    expect(await refusal('a.xlsx', whole.subarray(0, 500))).toMatch(DAMAGED);
    expect(await refusal('a.xlsx', await xlsxOf({ S: [] }))).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.xls', compoundOf({ Workbook: Buffer.alloc(8) }))).toMatch(/old format.*\.xlsx/);
  });
});

describe('OpenDocument', () => {
  it('reads texts with headings, lists and tables', async () => {
    const body =
      '<text:h text:outline-level="1">Top</text:h><text:p>Some<text:s/>text<text:line-break/>next</text:p>' +
      '<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list></text:list-item></text:list>' +
      '<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>';
    expect(await read('a.odt', zipOf(odfEntries('text', body)))).toEqual([
      { text: '# Top\n\nSome text\nnext\n\n- one\n  - deep\n\n| a |\n| --- |', metadata: { headings: ['Top'] } },
    ]);
  });

  it('reads sheets, whose cells and rows may be repeated', async () => {
    const cell = (text: string, repeated = 1) =>
      `<table:table-cell table:number-columns-repeated="${repeated}">${text && `<text:p>${text}</text:p>`}</table:table-cell>`;
    const row = (cells: string, repeated = 1) =>
      `<table:table-row table:number-rows-repeated="${repeated}">${cells}</table:table-row>`;
    const body = `<table:table table:name="S">${row(cell('a') + cell('b'))}${row(cell('1', 2) + cell('', 16_000))}${row(cell('', 1024), 1_048_000)}${row(cell('z'))}</table:table>`;
    expect(await read('a.ods', zipOf(odfEntries('spreadsheet', body)))).toEqual([
      {
        text: '| a | b |\n| --- | --- |\n| 1 | 1 |\n| z |',
        metadata: { sheet: 'S', first_row: 2, last_row: 1_048_003 },
      },
    ]);
  });

  it('reads slides', async () => {
    const body = '<draw:page><text:p>one</text:p></draw:page><draw:page><text:p>two</text:p></draw:page>';
    expect(await read('a.odp', zipOf(odfEntries('presentation', body)))).toEqual([
      { text: 'one', metadata: { slide: 1 } },
      { text: 'two', metadata: { slide: 2 } },
    ]);
  });

  it('says when it is encrypted, damaged, empty, or nested without end', async () => {
    const entries = odfEntries('text', '<text:p>x</text:p>');
    const manifest = '<manifest:encryption-data/>';
    expect(await refusal('a.odt', zipOf({ ...entries, 'META-INF/manifest.xml': manifest }))).toMatch(ENCRYPTED);
    expect(await refusal('a.odt', zipOf({ mimetype: entries.mimetype! }))).toMatch(DAMAGED);
    expect(await refusal('a.ods', zipOf(odfEntries('spreadsheet', '')))).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.odt', zipOf(odfEntries('text', '<text:p>'.repeat(10_000))))).toMatch(DAMAGED);
  });
});

describe('e-books', () => {
  it('have a part for each chapter', async () => {
    const book = { title: 'The Book', language: 'en' };
    expect(await read('a.epub', zipOf(epubEntries(['<h1>One</h1><p>first&nbsp;text</p>', '<p>second</p>'])))).toEqual([
      { text: '# One\n\nfirst text', metadata: { ...book, chapter: 1, headings: ['One'] } },
      { text: 'second', metadata: { ...book, chapter: 2 } },
    ]);
  });

  it('are refused when they are protected, damaged or empty', async () => {
    const entries = epubEntries(['<p>x</p>']);
    const protection = (uri: string) => `<encryption><CipherReference URI="${uri}"/></encryption>`;
    expect(
      await refusal('a.epub', zipOf({ ...entries, 'META-INF/encryption.xml': protection('book/c0.xhtml') })),
    ).toMatch(ENCRYPTED);
    expect(await textOf('a.epub', zipOf({ ...entries, 'META-INF/encryption.xml': protection('font.otf') }))).toBe('x');
    expect(await refusal('a.epub', zipOf({ mimetype: entries.mimetype! }))).toMatch(DAMAGED);
    expect(await refusal('a.epub', zipOf(epubEntries([''])))).toMatch(WITHOUT_TEXT);
  });
});

describe('HTML', () => {
  const page = (body: string) =>
    `<!DOCTYPE html><html lang="de"><head><title> A  page </title><meta name="Description" content="About it"></head><body>${body}</body></html>`;
  const metadata = { title: 'A page', description: 'About it', language: 'de' };

  it('becomes Markdown, with title, description and language', async () => {
    const body =
      '<nav>menu</nav><h1>Hi</h1><p>Gr&uuml;&szlig;e <b>bold</b><br>next <a href="https://x.test/z">link</a></p>' +
      '<table><tr><th>a<th>b<tr><td>1<td>2</table><ul><li>one<ul><li>two</ul><li>three</ul><pre>x\n  y</pre><script>no()</script>';
    expect(await read('a.html', page(body))).toEqual([
      {
        text: '# Hi\n\nGrüße bold\nnext link (https://x.test/z)\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- one\n  - two\n- three\n\n```\nx\n  y\n```',
        metadata: { ...metadata, headings: ['Hi'] },
      },
    ]);
  });

  it('is reduced to its readable part where there is one', async () => {
    const article = `<h2>Story</h2>${'<p>The heron stands in the quiet river and waits for frogs, as herons do all day.</p>'.repeat(20)}`;
    const [part] = await read(
      'a.htm',
      page(
        `<div class="sidebar"><a href="/x">Home</a></div><article>${article}</article><div class="comments">Spam</div>`,
      ),
    );
    expect(part?.text).toContain('The heron stands');
    expect(part?.text).not.toContain('Spam');
  });

  it('is known by its content, whatever its name', async () => {
    expect(await textOf('export.xls', page('<table><tr><td>a</table>'))).toBe('| a |\n| --- |');
  });

  it('is refused when it is empty or nested without end', async () => {
    expect(await refusal('a.html', page('<script>x</script>'))).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.html', '<div>'.repeat(1_000_000))).toMatch(DAMAGED);
    expect(await textOf('a.html', `${'<div>'.repeat(5000)}deep`)).toBe('deep');
  });
});

describe('XML', () => {
  it('has the texts of its elements, and expands no entity', async () => {
    const bomb =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>';
    const text = await textOf('a.xml', `${bomb}<a><b>one</b><b><![CDATA[<two>]]></b>&c;&d;</a>`);
    expect(text).toContain('one\n<two>');
    expect(text).not.toMatch(/xxx|root/);
  });

  it('is refused when it is empty or nested without end', async () => {
    expect(await refusal('a.xml', '<a/>')).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.xml', '<a>'.repeat(100_000))).toMatch(DAMAGED);
  });
});

describe('RTF', () => {
  it('has text, headings and tables, in any code page', async () => {
    const rtf =
      String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator X;}{\pict 00ff}` +
      String.raw`{\pard\outlinelevel0 Title\par}\pard Plain \'cf\'f0 \u8364? \{x\}\line next\par ` +
      String.raw`\trowd\pard\intbl a\cell b\cell\row\pard\intbl 1\cell 2\cell\row\pard end\par}`;
    expect(await read('a.rtf', rtf)).toEqual([
      {
        text: '# Title\n\nPlain Пр € {x}\n\nnext\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nend',
        metadata: { headings: ['Title'] },
      },
    ]);
  });

  it('reads many groups, and a paragraph without end, in time', async () => {
    const text = await textOf('a.rtf', `{\\rtf1 ${'{\\b x}'.repeat(200_000)}}`);
    expect(text).toBe('x'.repeat(200_000));
  });

  it('is refused when it is empty or nested without end, and cut short where it is damaged', async () => {
    expect(await refusal('a.rtf', String.raw`{\rtf1{\fonttbl x}}`)).toMatch(WITHOUT_TEXT);
    expect(await refusal('a.rtf', `{\\rtf1 ${'{'.repeat(1_000_000)}`)).toMatch(DAMAGED);
    expect(await textOf('a.rtf', String.raw`{\rtf1 text \'`)).toBe('text');
  });
});

describe('e-mail', () => {
  const mail = (...lines: string[]) => lines.join('\r\n');

  it('has its headers, text, names of attachments, and attached messages', async () => {
    const eml = mail(
      'From: Ann <ann@x.test>',
      'To: bob@x.test',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      'Date: Fri, 01 Mar 2024 10:00:00 +0000',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Caf=E9',
      '--b',
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Disposition: attachment; filename=a.pdf',
      '',
      'x',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: Inner',
      '',
      'inner text',
      '--b--',
    );
    const [outer, inner] = await read('a.eml', eml);
    expect(outer).toEqual({
      text: 'Subject: Grüße\nFrom: Ann <ann@x.test>\nTo: bob@x.test\nDate: 2024-03-01T10:00:00.000Z\nAttachments: a.pdf\n\nCafé',
      metadata: { subject: 'Grüße', from: 'Ann <ann@x.test>', to: 'bob@x.test', date: '2024-03-01T10:00:00.000Z' },
    });
    expect(inner).toEqual({ text: 'Subject: Inner\n\ninner text', metadata: { subject: 'Inner' } });
  });

  it('reads messages of HTML alone', async () => {
    expect(await textOf('a.eml', mail('Subject: S', 'Content-Type: text/html', '', '<p>one</p><p>two</p>'))).toBe(
      'Subject: S\n\none\n\ntwo',
    );
  });

  it('reads messages of Outlook', async () => {
    expect(await textOf('a.msg', msgOf('The subject', 'The text'))).toBe('Subject: The subject\n\nThe text');
    expect(await refusal('a.msg', msgOf('The subject', 'The text').subarray(0, 700))).toMatch(
      /damaged|no readable text/,
    );
  });
});

describe('other files', () => {
  it.each([
    ['a.png', Buffer.from('89504e470d0a1a0a', 'hex'), /an image/],
    ['a.txt', Buffer.from('ffd8ffe000104a46', 'hex'), /an image/],
    ['a.mp4', Buffer.from('0000001866747970', 'hex'), /a video/],
    ['a.gz', Buffer.from('1f8b08', 'hex'), /compressed/],
    ['a.bin', Buffer.from('00010203000506', 'hex'), /unknown kind/],
    ['a.zip', zipOf({ 'a.txt': 'x' }), /an archive/],
    ['a.doc', compoundOf({ Other: Buffer.alloc(8) }), /unknown kind/],
  ])('%s is refused for what it is', async (name, content, message) => {
    expect(await refusal(name, content)).toMatch(message);
  });

  it('refuses archives with too many entries, and entries that unpack to more than they say', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`${index}`, '']));
    expect(await refusal('a.docx', zipOf(many))).toMatch(TOO_LARGE);
    const bomb = zipOf({ ...odfEntries('text', ''), 'content.xml': '' });
    const zeros = deflateRawSync(Buffer.alloc(40_000_000, 0x20), { level: 9 });
    expect(await refusal('a.odt', withEntry(bomb, 'content.xml', zeros))).toMatch(TOO_LARGE);
  });
});

/** Puts packed bytes behind the entries of a zip file, as one of them that says it is small. */
function withEntry(zip: Buffer, name: string, packed: Buffer): Buffer {
  const directory = zip.indexOf('PK\x01\x02');
  const local = Buffer.alloc(30 + name.length);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  const rest = Buffer.from(zip.subarray(directory));
  const entry = rest.lastIndexOf(name) - 46;
  rest.writeUInt16LE(8, entry + 10);
  rest.writeUInt32LE(packed.length, entry + 20);
  rest.writeUInt32LE(10, entry + 24);
  rest.writeUInt32LE(directory, entry + 42);
  const end = rest.lastIndexOf('PK\x05\x06');
  rest.writeUInt32LE(directory + local.length + packed.length, end + 16);
  return Buffer.concat([zip.subarray(0, directory), local, packed, rest]);
}
