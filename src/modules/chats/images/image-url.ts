const PATH = '/api/v1/chats/images/';
const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WHOLE = new RegExp(`^${PATH}(${ID})$`);
const ANYWHERE = new RegExp(`${PATH}(${ID})`, 'g');
/** In JSON text: a whole value of the key `url`, or the target of a Markdown image. */
const SHOWN = new RegExp(`((?:"url":"|\\]\\())${PATH}(${ID})(?=[")\\s\\\\])`, 'g');

/** An image in JSON text: the start and end of its URL. */
export interface ImagePlace {
  id: string;
  start: number;
  end: number;
}

/** Where clients load a stored image; relative to the server. */
export const imageUrlOf = (id: string): string => PATH + id;

/** The id in an image URL; undefined for any other URL. */
export const imageIdOf = (url: string): string | undefined => WHOLE.exec(url)?.[1];

/** Distinct ids of the images that a text refers to; null for none. */
export function imageIdsIn(text: string): string[] | null {
  if (!text.includes(PATH)) return null;
  const ids = new Set(Array.from(text.matchAll(ANYWHERE), ([, id = '']) => id));
  return ids.size > 0 ? [...ids] : null;
}

/** Positions of stored images in JSON text, in order. */
export function imagePlacesIn(json: string): ImagePlace[] {
  if (!json.includes(PATH)) return [];
  return Array.from(json.matchAll(SHOWN), ({ index, 0: whole, 1: before = '', 2: id = '' }) => ({
    id,
    start: index + before.length,
    end: index + whole.length,
  }));
}

/** JSON text with some images replaced. */
export const withImageIds = (json: string, ids: ReadonlyMap<string, string>): string =>
  json.replace(ANYWHERE, (_, id: string) => PATH + (ids.get(id) ?? id));
