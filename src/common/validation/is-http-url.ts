import { IsParsable } from './is-parsable';

function parse(text: string): void {
  if (text !== '' && !/^https?:$/.test(new URL(text).protocol)) throw new TypeError('not an http(s) URL');
}

/** An absolute http(s) URL, or an empty string. */
export const IsHttpUrlOrEmpty = (): PropertyDecorator =>
  IsParsable(parse, 'a URL with http:// or https://, such as https://chat.example.com');
