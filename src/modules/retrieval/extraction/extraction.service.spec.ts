import { Readable } from 'node:stream';
import { packedSpaces, pdfOfObjects, pdfStream } from '../../../../test/support/documents';
import { WorkersService } from '../../../platform/workers/workers.service';
import type { EnginesService } from './engines/engines.service';
import type { ExtractionEngine } from './engines/extraction-engine';
import { ExtractionError } from './extraction.errors';
import { ExtractionService } from './extraction.service';
import type { ExtractedPart } from './extraction.types';

const workers = new WorkersService();
const engine: { current?: ExtractionEngine } = {};
const service = new ExtractionService(workers, { find: () => engine.current } as unknown as EnginesService);

afterAll(() => workers.onApplicationShutdown());

async function extract(name: string, chunks: Iterable<Buffer>, signal?: AbortSignal): Promise<ExtractedPart[]> {
  const parts: ExtractedPart[] = [];
  const open = async () => Readable.from(chunks);
  for await (const part of service.extract({ name, contentType: null, size: 0, open }, signal)) parts.push(part);
  return parts;
}

describe('ExtractionService', () => {
  it('reads a file in a worker', async () => {
    const bytes = Buffer.from('# Title\n\nMarkdown body.');
    await expect(extract('a.md', [bytes])).resolves.toEqual([{ text: '# Title\n\nMarkdown body.', metadata: {} }]);
  });

  it('passes long texts through in parts', async () => {
    const line = Buffer.from('A line of the text.\n'.repeat(5000));
    const parts = await extract(
      'a.txt',
      Array.from({ length: 30 }, () => line),
    );
    expect(parts.map(({ text }) => text).join('')).toBe(line.toString().repeat(30));
    expect(parts.slice(1).every(({ continues }) => continues === true)).toBe(true);
  });

  it('says why a file cannot be read', async () => {
    const failure = extract('a.bin', [Buffer.from([0, 1, 2, 3, 0, 5, 6, 0, 8])]);
    await expect(failure).rejects.toThrow(ExtractionError);
    await expect(failure).rejects.toMatchObject({ status: 400, isTransient: false });
  });

  it('takes the parts of the engine that reads the type, without what is no place of a text', async () => {
    const parts = [{ text: 'caf\u00c3\u00a9', metadata: { page: 0, content: 'x', tables: [] } }];
    engine.current = { name: 'x', handles: () => true, extract: () => Promise.resolve(parts) };
    await expect(extract('a.pdf', [])).resolves.toEqual([{ text: 'caf\u00e9', metadata: { page: 0 } }]);
    delete engine.current;
  });

  describe('a hostile PDF', () => {
    const TEXT = Buffer.from('BT /F 12 Tf 10 10 Td (The heron.) Tj ET /X Do');
    const NOTHING = pdfStream('', Buffer.alloc(0));
    /** One page, whose tree is as deep as given. */
    function pdf(content: Buffer, xObject: Buffer = NOTHING, depth = 1): Buffer {
      const page = depth + 2;
      const [font, stream, object] = [page + 1, page + 2, page + 3];
      const nodes = Array.from({ length: depth }, (_, index) => `<< /Type /Pages /Kids [${index + 3} 0 R] /Count 1 >>`);
      const resources = `<< /Font << /F ${font} 0 R >> /XObject << /X ${object} 0 R >> >>`;
      return pdfOfObjects([
        '<< /Type /Catalog /Pages 2 0 R >>',
        ...nodes,
        `<< /Type /Page /Parent ${page - 1} 0 R /MediaBox [0 0 100 100] /Resources ${resources} /Contents ${stream} 0 R >>`,
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
        content,
        xObject,
      ]);
    }
    const textOf = async (file: Buffer) => (await extract('a.pdf', [file])).map(({ text }) => text);

    it('that unpacks to more than fits into memory is refused, and the next file is read', async () => {
      const bomb = pdf(pdfStream('/Filter /FlateDecode', packedSpaces(1500)));
      await expect(textOf(bomb)).rejects.toThrow('The file needs too much memory to read.');
      await expect(textOf(pdf(pdfStream('', TEXT)))).resolves.toEqual(['The heron.']);
    });

    it.each<[string, Buffer]>([
      [
        'an image that unpacks to gigabytes',
        pdf(
          pdfStream('', TEXT),
          pdfStream(
            '/Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode',
            packedSpaces(3000),
          ),
        ),
      ],
      ['a tree of pages of 20,000 levels', pdf(pdfStream('', TEXT), NOTHING, 20_000)],
      [
        'a form that contains itself',
        pdf(
          pdfStream('', TEXT),
          pdfStream(
            '/Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 6 0 R >> >>',
            Buffer.from('/X Do /X Do'),
          ),
        ),
      ],
    ])('with %s is read', async (_, file) => {
      await expect(textOf(file)).resolves.toEqual(['The heron.']);
    });
  });

  it('ends with the signal, also while the storage hangs', async () => {
    const controller = new AbortController();
    const open = async () => new Readable({ read: () => controller.abort(new Error('cancelled')) });
    const parts = service.extract({ name: 'a.txt', contentType: null, size: 0, open }, controller.signal);
    await expect(parts.next()).rejects.toThrow('cancelled');
  });
});
