import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What a reader finds in a PDF. */
export function pdfText(bytes: ArrayBuffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const file = join(__dirname, 'fixtures/pdf-text.mjs');
    const child = execFile(process.execPath, [file], (error, text) =>
      error ? reject(new Error(error.message)) : resolve(text),
    );
    child.stdin?.end(Buffer.from(bytes));
  });
}
