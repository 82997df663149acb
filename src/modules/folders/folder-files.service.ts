import { Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../common/util/json';

/** Kinds of items that name a row somewhere else; everything else (notes, web pages) is kept as it came. */
const OWNED_ELSEWHERE: unknown[] = ['file', 'collection'];

/**
 * The list `files` of a folder. It is the client's and may name anything, so it counts only as far as the owner of the
 * folder may read what it names, and that is looked at whenever it is read.
 */
@Injectable()
export class FolderFilesService {
  /** Without the files and collections that the owner may not read, or that are gone. */
  readable(files: unknown): JsonObject[] {
    const items = Array.isArray(files) ? files.filter(isJsonObject) : [];
    // There are no files and no collections yet, so whatever is named is unknown.
    return items.filter(({ type }) => !OWNED_ELSEWHERE.includes(type));
  }
}
