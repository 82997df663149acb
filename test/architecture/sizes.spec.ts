import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, ROOT } from '../support/files';

const lineCount = (file: string): number => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;

describe('files of src', () => {
  const files = projectFiles('src').filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const sizes = files.map((file) => ({ file, lines: lineCount(file) })).sort((a, b) => a.lines - b.lines);
  const quantile = (share: number): number => sizes[Math.floor(sizes.length * share)]?.lines ?? 0;

  it('have fewer than 50 lines in the median', () => {
    expect(quantile(0.5)).toBeLessThan(50);
  });

  it('have fewer than 180 lines in nine of ten cases', () => {
    expect(quantile(0.9)).toBeLessThan(180);
  });

  it('never have more than 300 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it('are no barrels', () => {
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
  });
});
