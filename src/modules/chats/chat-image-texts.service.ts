import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { PayloadTooLargeError } from '../../common/errors/app-error';
import { Env } from '../../platform/env/env';
import { ChatImageFilesService } from './chat-image-files.service';
import type { ChatImage } from './chat-image.entity';
import { ChatImagesRepository } from './chat-images.repository';
import { ChatImagesService } from './chat-images.service';
import { imageIdOf, imageIdsIn, imagePlacesIn } from './images/image-url';
import { mapUrls } from './images/message-images';
import { dataUrlHead, toBase64 } from './images/raster';

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
   * Texts of JSON with the images that they show inside, in pieces: one piece of one image is in memory at a time. Only
   * images of that user; of everybody for null. One that is gone stays a URL.
   */
  async *inline(texts: readonly string[], userId: string | null): AsyncGenerator<AsyncIterable<string>> {
    const ids = texts.flatMap((text) => imageIdsIn(text) ?? []);
    const found = ids.length > 0 ? await this.repository.findStored(ids, userId) : [];
    const byId = new Map(found.map((image) => [image.id, image]));
    for (const text of texts) yield this.inlineOne(text, byId);
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
