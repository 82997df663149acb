/**
 * `npm run bench:scanners`: every scanner of foreign text takes time in proportion to the text. Each reads long repetitions
 * of what almost matches; ten times the text may take ten times as long, not a hundred times. Exits with 1 when one is not
 * linear. `npm run bench:scanners -- readLines` measures the ones whose names contain that text.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const dist = (path) => require(`../dist/src/${path}`);

require('reflect-metadata');
const { bodyLines } = dist('common/http/body/body-lines.js');
const { cookiesOf } = dist('common/http/cookies.js');
const { jsonExcess } = dist('common/json/json-bounds.js');
const { JsonItemSplitter } = dist('common/json/json-items.js');
const { parseJson, parseLargeJson } = dist('common/json/parse-json.js');
const { safeFileName } = dist('common/util/file-name.js');
const { fold } = dist('common/util/fold.js');
const { decodeImageUrl, isImageUrl } = dist('common/util/image-url.js');
const { storable } = dist('common/util/json.js');
const { coerceCalendarDate, describeCalendarDate } = dist('common/validation/calendar-date.js');
const { coerceInteger } = dist('common/validation/coerce.js');
const { isEmail } = dist('modules/auth/accounts/email.js');
const { isForgeable } = dist('modules/auth/guards/cross-site.js');
const { credentialOf, sentToken } = dist('modules/auth/guards/request-credentials.js');
const { parseDuration } = dist('modules/auth/sessions/duration.js');
const { imageIdOf, imageIdsIn, imagePlacesIn, withImageIds } = dist('modules/chats/images/image-url.js');
const { parseSearch } = dist('modules/chats/search/search-query.js');
const { searchableText } = dist('modules/chats/history/searchable-text.js');
const { pairsOf } = dist('modules/chats/search/pairs.js');
const { renderTaskPrompt } = dist('modules/completions/background/task-template.js');
const { jsonIn } = dist('modules/completions/background/reply-json.js');
const { withoutNoise } = dist('modules/completions/background/without-noise.js');
const { ContentBlocks } = dist('modules/completions/content/content-blocks.js');
const { attributesOf } = dist('modules/completions/content/opener-scanner.js');
const { tagPairs } = dist('modules/completions/content/tag-pairs.js');
const { replacePromptVariables } = dist('modules/completions/steps/prompt-variables.js');
const { comparableName } = dist('modules/folders/folder-names.js');
const { readLines } = dist('modules/providers/responses/event-stream.js');
const { chatDocumentOf } = dist('modules/rendering/chat-document.js');
const { digestAuthorization } = dist('modules/retrieval/web/engines/digest-authorization.js');
const { readResults } = dist('modules/retrieval/web/engines/duckduckgo.js');
const { isHostAllowed, toHostFilter } = dist('modules/retrieval/web/host-filter.js');
const { readPage } = dist('modules/retrieval/web/html/page-text.js');
const { decodePage } = dist('modules/retrieval/web/pages/page-encoding.js');
const { isPathAllowed, readRobots } = dist('modules/retrieval/web/pages/robots-rules.js');
const { captionText } = dist('modules/retrieval/web/youtube/captions.js');
const { maskText, masked } = dist('platform/audit/masking.js');
const { networkOf } = dist('platform/throttling/throttle-key.js');

const SHORT = 100_000;
const LONG = 1_000_000;
/** Milliseconds of CPU for the short text, below which a scanner is linear: quadratic work takes 5 billion steps. */
const NEGLIGIBLE = 250;
/** Ten times the text may take this many times as long: ten for linear work, a hundred for quadratic. */
const MAX_GROWTH = 40;
/** Milliseconds of CPU for the short text beyond which the long one is not tried. */
const HOPELESS = 3000;

/** What is repeated to the length of a text; the beginning and the end make it one that almost matches. */
const UNITS = [
  'a',
  'A1-',
  ' ',
  '\n',
  '\t \n',
  '0',
  '1.0',
  '-',
  '/',
  '.',
  '@',
  '@a.',
  '=',
  '"',
  '\\',
  '\\"',
  '":"',
  '"chats":',
  ',',
  '[',
  '{"a":',
  '[],',
  '<',
  '<think ',
  '<think a="b" ',
  '<!--',
  '</script',
  '<a href=',
  '<text>',
  'disallow: /*a',
  'user-agent: a\n',
  'a="',
  'a="b" ',
  '<details>',
  '&',
  ';a=',
  '%',
  '`',
  '`\n',
  '~',
  '``` ',
  '~~~\n',
  '{{',
  '{{A',
  '{{prompt:START:',
  '](',
  '![a](',
  '"pass',
  '"password" ',
  '"keys":[',
  '"key":"\\',
  '://a',
  '?api_key',
  'eyJ-',
  'eyJa.',
  'sk-',
  'Bearer ',
  'tag:a ',
  '"url":"/api/v1/chats/images/',
  '/api/v1/chats/images/00000000-',
  'data:image/png;base64,',
  '💥',
  '\ud800',
  '\u0301',
];
const FRAMES = [
  ['', '!'],
  ['<think', '>'],
  ['<think ', ''],
  ['{"a":"', '"'],
];

const lines = async (text) => {
  for await (const line of bodyLines(once(text), LONG * 2)) void line;
};
const providerLines = async (text) => {
  for await (const line of readLines(once(text))) void line;
};
async function* once(text) {
  for (let at = 0; at < text.length; at += 16_384) yield Buffer.from(text.slice(at, at + 16_384));
}
const pairs = tagPairs({ reasoningTags: undefined, hasCodeInterpreter: true });

/** Every scanner of texts that a client or a provider wrote. An error is as good as a result. */
const SCANNERS = {
  jsonExcess,
  parseJson,
  parseLargeJson,
  JsonItemSplitter: (text) => {
    const splitter = new JsonItemSplitter('chats', LONG * 2);
    for (const chunk of [text.slice(0, 1000), text.slice(1000)])
      for (const item of splitter.push(Buffer.from(chunk))) void item;
    return splitter.end();
  },
  bodyLines: lines,
  readLines: providerLines,
  storable,
  cookiesOf,
  credentialOf: (text) => credentialOf({ authorization: text, cookie: text }),
  sentToken: (text) => sentToken({ authorization: text, cookie: text }),
  isForgeable: (text) => isForgeable('POST', { origin: text }, { host: 'a', origins: [] }),
  networkOf,
  isImageUrl,
  decodeImageUrl,
  safeFileName,
  fold,
  coerceInteger,
  coerceCalendarDate,
  describeCalendarDate,
  isEmail,
  parseDuration,
  imageIdOf,
  imageIdsIn,
  imagePlacesIn,
  withImageIds: (text) => withImageIds(text, new Map()),
  parseSearch,
  searchableText: (text) => searchableText(text, null),
  pairsOf,
  renderTaskPrompt: (text) => renderTaskPrompt(text, [{ role: 'user', content: 'Hi' }], null),
  jsonIn,
  withoutNoise,
  'ContentBlocks, whole': (text) => contentOf([text]),
  'ContentBlocks, in deltas': (text) => contentOf(text.match(/[^]{1,1000}/g) ?? []),
  attributesOf,
  replacePromptVariables: (text) => replacePromptVariables(text, null),
  comparableName,
  chatDocumentOf: (text) => chatDocumentOf(text, [{ role: 'user', content: text }]),
  maskText,
  masked,
  readPage,
  decodePage: (text) => decodePage(Buffer.from(text), text),
  readResults,
  captionText,
  digestAuthorization: (text) => digestAuthorization(`Digest ${text}`, { username: text, password: '', uri: '/' }),
  robots: (text) => isPathAllowed(readRobots(`user-agent: *\ndisallow: ${text}`, 'a'), new URL(`http://a/${text}`)),
  hostFilter: (text) => isHostAllowed(new URL('http://a/'), toHostFilter([text, `!${text}`])),
};

function contentOf(deltas) {
  const blocks = new ContentBlocks('', pairs);
  for (const delta of deltas) blocks.appendText(delta);
  return blocks.content;
}

/** Milliseconds of CPU: waiting for other processes does not count. */
async function cost(scan, text) {
  const before = process.cpuUsage();
  try {
    await scan(text);
  } catch {
    // Refusing a text is fine.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const textOf = (unit, [start, end], length) => start + unit.repeat(Math.ceil(length / unit.length)) + end;

/** The cost of the short text, and how many times as much the long one costs where that says something. */
async function measure(scan, unit, frame) {
  const short = await cost(scan, textOf(unit, frame, SHORT));
  if (short <= NEGLIGIBLE) return { short, growth: 0 };
  if (short > HOPELESS) return { short, growth: Infinity };
  // A measurement may be disturbed; quadratic work is slow each time.
  const growths = [];
  while (growths.length < 2 && !growths.some((growth) => growth < MAX_GROWTH))
    growths.push((await cost(scan, textOf(unit, frame, LONG))) / short);
  return { short, growth: Math.min(...growths) };
}

const wanted = process.argv[2] ?? '';
for (const [name, scan] of Object.entries(SCANNERS).filter(([name]) => name.includes(wanted))) {
  let slowest = { short: 0 };
  for (const frame of FRAMES) {
    for (const unit of UNITS) {
      const result = { ...(await measure(scan, unit, frame)), text: JSON.stringify(textOf(unit, frame, 1)) };
      if (result.short > slowest.short) slowest = result;
      if (result.growth < MAX_GROWTH) continue;
      process.exitCode = 1;
      process.stdout.write(`${name}: NOT LINEAR for ${result.text}, ${result.short.toFixed(0)} ms\n`);
    }
  }
  process.stdout.write(
    `${name.padEnd(26)} at most ${slowest.short.toFixed(1).padStart(6)} ms, for ${slowest.text ?? 'none'}\n`,
  );
}
