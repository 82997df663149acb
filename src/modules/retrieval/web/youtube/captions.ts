import { decodeHTML } from 'entities';
import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { htmlTokens } from '../html/html-tokens';

/** Captions of a video in one language, as the player lists them. */
export interface CaptionTrack {
  url: URL;
  language: string;
  /** Made by speech recognition. */
  isGenerated: boolean;
  isTranslatable: boolean;
}

/** The tracks in a response of the player; those with a URL outside of YouTube are left out. */
export function tracksIn(player: unknown): CaptionTrack[] {
  const captions = inner(inner(player, 'captions'), 'playerCaptionsTracklistRenderer');
  const tracks = captions?.captionTracks;
  return (Array.isArray(tracks) ? tracks : []).filter(isJsonObject).flatMap(trackOf);
}

/** The player's reason for a video that cannot be played; undefined for others. */
export function refusalIn(player: unknown): string | undefined {
  const status = inner(player, 'playabilityStatus');
  if (!status || status.status === 'OK') return undefined;
  return asString(status.reason) ?? 'The video cannot be played';
}

const inner = (value: unknown, key: string): JsonObject | undefined => {
  const found = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(found) ? found : undefined;
};

function trackOf({ baseUrl, languageCode, kind, isTranslatable }: JsonObject): CaptionTrack[] {
  const address = asString(baseUrl) ?? '';
  const language = asString(languageCode);
  if (language === undefined || !URL.canParse(address)) return [];
  const url = new URL(address);
  if (url.protocol !== 'https:' || !/(?:^|\.)youtube\.com$/.test(url.hostname)) return [];
  // The plain format, not that of the player.
  url.searchParams.delete('fmt');
  return [{ url, language, isGenerated: kind === 'asr', isTranslatable: isTranslatable === true }];
}

/** The first language that has captions; manual captions win over generated ones. */
export function chooseTrack(tracks: readonly CaptionTrack[], languages: readonly string[]): CaptionTrack | undefined {
  for (const language of languages) {
    const found = tracks.filter((track) => track.language.toLowerCase() === language.toLowerCase());
    const track = found.find(({ isGenerated }) => !isGenerated) ?? found[0];
    if (track) return track;
  }
  return undefined;
}

/** The text of captions: `<text start="0" dur="1">…</text>`, whose texts hold references twice. */
export function captionText(xml: string): string {
  const lines: string[] = [];
  let isLine = false;
  for (const token of htmlTokens(xml)) {
    if (token.kind !== 'text')
      isLine = token.kind === 'open' ? token.name === 'text' || isLine : token.name !== 'text' && isLine;
    else if (isLine) lines.push(plainText(token.text));
  }
  return lines.map((line) => line.trim()).join(' ');
}

/** Within the references are tags such as `<i>`, and references once more. */
const plainText = (text: string): string => decodeHTML(text).replace(/<[^<>]*>/g, '');
