import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFiles, ROOT } from '../support/files';

const lineCount = (file: string): number => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;
/** Files of fewer lines count as small. */
const SMALL = 20;
/** A folder that lists more files than this has sub-folders. */
const FOLDER_LIMIT = 25;

describe('files of src', () => {
  const files = projectFiles('src').filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const sizes = files.map((file) => ({ file, lines: lineCount(file) })).sort((a, b) => a.lines - b.lines);
  const quantile = (share: number): number => sizes[Math.floor(sizes.length * share)]?.lines ?? 0;

  it('have fewer than 180 lines in nine of ten cases', () => {
    expect(quantile(0.9)).toBeLessThan(180);
  });

  it('never have more than 300 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it('are rarely small', () => {
    const small = sizes.filter(({ lines }) => lines < SMALL).length;
    expect(small / sizes.length).toBeLessThan(0.2);
  });

  it('do not fill a folder without sub-folders', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > FOLDER_LIMIT)).toEqual([]);
  });

  it('are no barrels', () => {
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
  });
});
