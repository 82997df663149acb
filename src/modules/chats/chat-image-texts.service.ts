import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { PayloadTooLargeError } from '../../common/errors/app-error';
import { Env } from '../../platform/env/env';
import { ChatImageFilesService } from './chat-image-files.service';
import type { ChatImage } from './chat-image.entity';
import { ChatImagesRepository } from './chat-images.repository';
import { ChatImagesService } from './chat-images.service';
import { imageIdOf, imagePlacesIn } from './images/image-url';
import { mapUrls } from './images/message-images';
import { dataUrlHead, toBase64 } from './images/raster';

/** The JSON of a value. */
type Pieces = AsyncIterable<string>;

/** Images from files put back as data URLs, for whoever cannot load them from here: exports and models. */
@Injectable()
export class ChatImageTextsService {
  constructor(
    private readonly images: ChatImagesService,
    private readonly repository: ChatImagesRepository,
    private readonly files: ChatImageFilesService,
    private readonly env: Env,
  ) {}

  /**
   * Puts the images of some chats and snapshots into their JSON, which comes in pieces that cut no URL, and goes so: one
   * piece of one image is in memory at a time. Only images of that user; of everybody for null. One that is gone stays a
   * URL.
   */
  async inliner(chatIds: readonly string[], userId: string | null): Promise<(pieces: Pieces) => Pieces> {
    const found = await this.repository.findNamedIn(chatIds, userId);
    const byId = new Map(found.map((image) => [image.id, image]));
    return (pieces) => (byId.size > 0 ? this.inline(pieces, byId) : pieces);
  }

  /**
   * Messages in OpenAI's form with the images that the caller may read inside.
   * @throws PayloadTooLargeError when they are more than one body may have.
   */
  async inlineParts(caller: Principal, messages: readonly unknown[]): Promise<unknown[]> {
    const counts = countsOf(messages);
    if (counts.size === 0) return [...messages];
    const found = await this.images.findReadable(caller, [...counts.keys()]);
    const bytes = found.reduce((sum, { id, size }) => sum + size * (counts.get(id) ?? 0), 0);
    if (bytes > this.env.maxBodyBytes) throw new PayloadTooLargeError();
    const urls = new Map<string, string>();
    for (const image of found) {
      const content = await this.files.open(image.id);
      if (content) urls.set(image.id, dataUrlHead(image.type) + (await buffer(content)).toString('base64'));
    }
    return mapUrls(messages, (url) => urls.get(imageIdOf(url) ?? '') ?? url) as unknown[];
  }

  private async *inline(pieces: Pieces, images: ReadonlyMap<string, ChatImage>): AsyncGenerator<string> {
    for await (const piece of pieces) yield* this.inlineOne(piece, images);
  }

  private async *inlineOne(text: string, images: ReadonlyMap<string, ChatImage>): AsyncGenerator<string> {
    let from = 0;
    for (const { id, start, end } of imagePlacesIn(text)) {
      const image = images.get(id);
      const content = image && (await this.files.open(id));
      if (!content) continue;
      yield text.slice(from, start) + dataUrlHead(image.type);
      yield* toBase64(content);
      from = end;
    }
    yield text.slice(from);
  }
}

/** How often each stored image is shown. */
function countsOf(messages: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  mapUrls(messages, (url) => {
    const id = imageIdOf(url);
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    return url;
  });
  return counts;
}
