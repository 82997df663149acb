import type { FileHandle } from 'node:fs/promises';
import { BatchWriter } from './batch-writer';

const MB = 1024 * 1024;

/** A file in memory that writes at most `most` bytes of a batch at once. */
function fakeFile(most = Infinity, datasync: () => Promise<void> = () => Promise.resolve()) {
  const written: Buffer[] = [];
  const file = {
    writev: (batch: Uint8Array[]) => {
      const bytes = Buffer.concat(batch).subarray(0, most);
      written.push(bytes);
      return Promise.resolve({ bytesWritten: bytes.length });
    },
    writeFile: (bytes: Buffer) => Promise.resolve(void written.push(bytes)),
    datasync: jest.fn(datasync),
    sync: jest.fn(() => Promise.resolve()),
  };
  return { file, writer: new BatchWriter(file as unknown as FileHandle), content: () => Buffer.concat(written) };
}

describe('BatchWriter', () => {
  it('writes everything in order, also what a write leaves over', async () => {
    const { file, writer, content } = fakeFile(1000);
    const chunks = Array.from({ length: 30 }, (_, index) => Buffer.alloc(MB / 10, index));
    for (const chunk of chunks) await writer.push(chunk);
    await writer.end();
    expect(content().equals(Buffer.concat(chunks))).toBe(true);
    expect(file.sync).toHaveBeenCalledTimes(1);
  });

  it('lets the disk begin early', async () => {
    const { file, writer } = fakeFile();
    for (let index = 0; index < 70; index++) await writer.push(Buffer.alloc(MB));
    await writer.end();
    expect(file.datasync.mock.calls.length).toBeGreaterThan(0);
  });

  it('fails when the disk failed in between', async () => {
    const { file, writer } = fakeFile(Infinity, () => Promise.reject(new Error('EIO')));
    for (let index = 0; index < 40; index++) await writer.push(Buffer.alloc(MB));
    await expect(writer.end()).rejects.toThrow('EIO');
    expect(file.sync).not.toHaveBeenCalled();
    await writer.settled();
  });
});
