import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectFiles, ROOT } from '../support/files';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** Recordings and text corpora. */
const DATA = /^(?:test\/contract\/recordings|bench\/retrieval-data)\//;
const SOURCES = /\.(ts|mjs|cjs|js|md|yml|sh)$/;

/** Words and phrases that CONTRIBUTING.md replaces. */
const AVOIDED = new RegExp(
  `\\b(?:${[
    'somebody|someone|nobody|anybody|whoever|strangers?|newcomers?|asker|himself|herself|he|she|him|his',
    'heard of|laid over|broken off|from elsewhere|unless told|well or not|other (?:end|side)|last words|gone round',
    'counts? (?:at once|for nothing)|for so long|goes over the|(?:as|what) .{1,25} (?:says of|tells (?:it|them))',
  ].join('|')})\\b`,
  'i',
);
const COMMENT = /\/\*[^]*?\*\/|(?<=^|\s)\/\/ .*/g;
const TEST_TITLE = /(?:\b(?:it|describe)|\))\(\s*(['"`])(.*?)\1/g;

/** Text for readers: Markdown, comments of code, titles of tests; without inline code, which quotes names. */
function prosesOf(file: string): string[] {
  const text = read(file);
  const proses = file.endsWith('.md')
    ? text.split('\n')
    : [...(text.match(COMMENT) ?? []), ...Array.from(text.matchAll(TEST_TITLE), ([, , title = '']) => title)];
  return proses.map((prose) => prose.replaceAll(/`[^`\n]*`/g, ''));
}

describe('documents', () => {
  const files = projectFiles().filter((file) => SOURCES.test(file) && !DATA.test(file));
  const decisions = projectFiles('docs/adr').sort();

  it('link only to files of the repository', () => {
    const broken = files
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) =>
        [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
          .filter(([, target = '']) => !existsSync(join(ROOT, dirname(file), target)))
          .map(([, target]) => `${file}: ${target}`),
      );
    expect(broken).toEqual([]);
  });

  it('number the decisions from 0001 on, with date and status', () => {
    const numbers = decisions.map((file) => basename(file).slice(0, 4));
    expect(numbers).toEqual(decisions.map((_, index) => String(index + 1).padStart(4, '0')));
    const heads = decisions.map((file) => read(file).split('\n').slice(0, 4).join('\n'));
    const expected = /^# (\d{4}): \S.*\n\n- Date: \d{4}-\d\d-\d\d\n- Status: (accepted|superseded by \d{4})$/;
    expect(heads.filter((head, index) => expected.exec(head)?.[1] !== numbers[index])).toEqual([]);
  });

  it('name only decisions that exist', () => {
    const known = new Set(decisions.map((file) => basename(file).slice(0, 4)));
    const unknown = files.flatMap((file) =>
      [...read(file).matchAll(/(?:\badr\/|\bADRs? )(\d{4})/g)]
        .filter(([, number = '']) => !known.has(number))
        .map(([name]) => `${file}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('use the words of CONTRIBUTING.md, as do comments and titles of tests', () => {
    const found = files.flatMap((file) =>
      file === 'CONTRIBUTING.md'
        ? []
        : prosesOf(file)
            .filter((prose) => AVOIDED.test(prose))
            .map((prose) => `${file}: ${prose}`),
    );
    expect(found).toEqual([]);
  });
});
