import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { PayloadTooLargeError } from '../../../common/errors/app-error';
import { Env } from '../../../platform/env/env';
import { BlobStore } from '../../../platform/storage/blobs/blob-store';
import type { StoredBlob } from '../../../platform/storage/blobs/blobs.repository';
import { StoredObjectMissingError } from '../../../platform/storage/storage-driver';
import { ChatImagesRepository, IMAGE_BLOBS } from './chat-images.repository';
import { ChatImagesService } from './chat-images.service';
import { imageIdOf, imagePlacesIn } from './image-url';
import { mapUrls } from './message-images';
import { dataUrlHead, toBase64 } from './raster';

/** An image and its content. */
interface StoredImage {
  type: string;
  blob: StoredBlob;
}

/** The JSON of a value. */
type Pieces = AsyncIterable<string>;

/** Replaces images in messages by data URLs, for readers that cannot load them from this server: exports and models. */
@Injectable()
export class ChatImageTextsService {
  constructor(
    private readonly images: ChatImagesService,
    private readonly repository: ChatImagesRepository,
    private readonly blobs: BlobStore,
    private readonly env: Env,
  ) {}

  /**
   * Puts the images of some chats and snapshots into their JSON. Input and output are pieces that never split a URL, so
   * one piece of one image is in memory at a time. Only images of that user; of all users for null. A missing image
   * remains a URL.
   */
  async inliner(chatIds: readonly string[], userId: string | null): Promise<(pieces: Pieces) => Pieces> {
    const images = await this.withBlobs(await this.repository.findNamedIn(chatIds, userId));
    return (pieces) => (images.size > 0 ? this.inline(pieces, images) : pieces);
  }

  /**
   * Messages in OpenAI's form with the images that the principal may read inline.
   * @throws PayloadTooLargeError when they exceed the size of a body.
   */
  async inlineParts(principal: Principal, messages: readonly unknown[]): Promise<unknown[]> {
    const counts = countsOf(messages);
    if (counts.size === 0) return [...messages];
    const images = await this.withBlobs(await this.images.findReadable(principal, [...counts.keys()]));
    let bytes = 0;
    for (const [id, { blob }] of images) bytes += blob.size * (counts.get(id) ?? 0);
    if (bytes > this.env.maxBodyBytes) throw new PayloadTooLargeError();
    const urls = new Map<string, string>();
    for (const [id, { type, blob }] of images) {
      const content = await this.open(blob);
      if (content) urls.set(id, dataUrlHead(type) + (await buffer(content)).toString('base64'));
    }
    return mapUrls(messages, (url) => urls.get(imageIdOf(url) ?? '') ?? url) as unknown[];
  }

  private async *inline(pieces: Pieces, images: ReadonlyMap<string, StoredImage>): AsyncGenerator<string> {
    for await (const piece of pieces) yield* this.inlineOne(piece, images);
  }

  private async *inlineOne(text: string, images: ReadonlyMap<string, StoredImage>): AsyncGenerator<string> {
    let from = 0;
    for (const { id, start, end } of imagePlacesIn(text)) {
      const image = images.get(id);
      const content = image && (await this.open(image.blob));
      if (!content) continue;
      yield text.slice(from, start) + dataUrlHead(image.type);
      yield* toBase64(content);
      from = end;
    }
    yield text.slice(from);
  }

  private async withBlobs(images: readonly { id: string; type: string }[]): Promise<Map<string, StoredImage>> {
    const ids = images.map(({ id }) => id);
    const blobs = await this.blobs.find(IMAGE_BLOBS, ids);
    const stored = new Map<string, StoredImage>();
    for (const { id, type } of images) {
      const blob = blobs.get(id);
      if (blob) stored.set(id, { type, blob });
    }
    return stored;
  }

  /** Null when the object is missing from the storage. */
  private async open(blob: StoredBlob): Promise<Readable | null> {
    try {
      return await this.blobs.open(blob);
    } catch (error) {
      if (error instanceof StoredObjectMissingError) return null;
      throw error;
    }
  }
}

/** The number of occurrences of each stored image. */
function countsOf(messages: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  mapUrls(messages, (url) => {
    const id = imageIdOf(url);
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    return url;
  });
  return counts;
}
