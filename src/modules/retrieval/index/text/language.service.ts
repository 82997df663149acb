import { Injectable } from '@nestjs/common';
import { configurationOf, NO_LANGUAGE } from './languages';

/** Characters by which a language is told: more cost time and change little. */
const SAMPLE = 200;

type Detect = (text: string, options: { only: string[] }) => string;

/** Languages of the Latin script that are told apart. */
const LATIN = ['en', 'de', 'es', 'pt', 'it', 'nl', 'sv', 'fi', 'no', 'hu', 'ro', 'tr', 'fr', 'pl'];

/** Scripts that stand for a language with stems, or (the last) for several. */
const SCRIPTS: readonly (readonly [letter: RegExp, language: string])[] = [
  [/\p{Script=Cyrillic}/gu, 'ru'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Devanagari}/gu, 'hi'],
  [/\p{Script=Latin}/gu, ''],
];

/** Tells languages; the library is loaded at first use. */
@Injectable()
export class LanguageService {
  private loading: Promise<Detect> | undefined;

  /** The text search configuration for the text; `fallback` for one that is too short or in no known language. */
  async configurationOf(text: string, fallback = NO_LANGUAGE): Promise<string> {
    const sample = sampleOf(text);
    const script = scriptOf(sample);
    if (script === undefined) return fallback;
    if (script !== '') return configurationOf(script);
    this.loading ??= import('tinyld/light').then(({ detect }) => detect);
    const language = (await this.loading)(sample, { only: LATIN });
    return language === '' ? fallback : configurationOf(language);
  }
}

/** From the middle: chunks often begin with a heading, and documents with a table of contents. Without digits and signs. */
function sampleOf(text: string): string {
  const start = Math.max(0, Math.floor((text.length - SAMPLE) / 2));
  return text.slice(start, start + SAMPLE).replace(/[^\p{L}\p{M}']/gu, ' ');
}

/** The language of the script of most letters, `''` for the Latin one; undefined for another script. */
function scriptOf(sample: string): string | undefined {
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  return SCRIPTS.find(([letter]) => 2 * (sample.match(letter)?.length ?? 0) > letters)?.[1];
}
