import type { PutOptions } from '../storage-driver';

const PREFIX = 'OpenWebUI-';
/** Characters of a value of a tag. */
const MAX_VALUE = 256;
/** What S3 does not allow in values. */
const FORBIDDEN = /[^\p{L}\p{N}\s+\-=._:/@]/gu;

/** The labels as the `Tagging` of an object; undefined without any. Lifecycle rules of operators know the names. */
export function tagsOf(labels: NonNullable<PutOptions['labels']>): string | undefined {
  const tags = Object.entries(labels).map(([name, value]): [string, string] => [PREFIX + name, sanitized(value)]);
  return tags.length === 0 ? undefined : new URLSearchParams(tags).toString();
}

const sanitized = (value: string): string => [...value.replace(FORBIDDEN, '_')].slice(0, MAX_VALUE).join('');
