import type { JsonObject } from '../../common/util/json';
import { readPath, removePath, writePath } from './document-path';

describe('paths in a document', () => {
  it('are read, undefined where there is nothing', () => {
    const document = { a: { b: null, c: 'text' } };
    expect(readPath(document, ['a', 'b'])).toBeNull();
    expect(readPath(document, ['a', 'c', 'length'])).toBeUndefined();
    expect(readPath(document, ['a', 'toString'])).toBeUndefined();
  });

  it('are written through objects that are there and objects that are made', () => {
    const document: JsonObject = { a: { b: 1 }, c: 'text' };
    writePath(document, ['a', 'd', 'e'], 2);
    writePath(document, ['c', 'f'], 3);
    expect(document).toEqual({ a: { b: 1, d: { e: 2 } }, c: { f: 3 } });
  });

  it('are removed with the objects that they leave empty', () => {
    const document: JsonObject = { a: { b: { c: 1 } }, d: { e: 1, f: 2 } };
    removePath(document, ['a', 'b', 'c']);
    removePath(document, ['d', 'e']);
    removePath(document, ['d', 'g', 'h']);
    expect(document).toEqual({ d: { f: 2 } });
  });

  it('touch no prototype', () => {
    const document: JsonObject = {};
    writePath(document, ['__proto__', 'polluted'], true);
    expect(({} as JsonObject).polluted).toBeUndefined();
    expect(Object.keys(document)).toEqual(['__proto__']);
  });
});
