import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../common/auth/principal';
import { NotFoundError } from '../../../common/errors/app-error';
import { FileResponse } from '../../../common/http/answers/file-response';
import type { JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import { BlobStore } from '../../../platform/storage/blobs/blob-store';
import type { ChatImage } from './chat-image.entity';
import { ChatImagesRepository, IMAGE_BLOBS } from './chat-images.repository';
import { ChatsRepository } from '../chats.repository';
import { ChatsSettings } from '../chats.settings';
import { imageIdsIn, imageUrlOf, withImageIds } from './image-url';
import { mapChatImages, mapMessageImages, type MapUrl } from './message-images';
import { rasterOf } from './raster';

/** Applies a function to every URL of a value. */
type Walk<T> = (value: T, map: MapUrl) => T;

/** A new image in a message. */
interface IncomingImage extends Pick<ChatImage, 'hash' | 'type'> {
  /** The id of a blob with its content; null when there is none. */
  toBlob: () => Promise<string | null>;
}

/**
 * Images in messages are stored as blobs and referenced by URL, so that chats stay small:
 * docs/adr/0028-images-in-files.md. Call the writing methods before the transaction that stores the message: they wait
 * for the storage.
 */
@Injectable()
export class ChatImagesService {
  private readonly logger = new Logger(ChatImagesService.name);

  constructor(
    private readonly images: ChatImagesRepository,
    private readonly blobs: BlobStore,
    private readonly transaction: Transaction,
    private readonly chats: ChatsRepository,
    private readonly settings: ChatsSettings,
  ) {}

  /** A client's `chat` object of that user with the images of its messages moved to blobs. */
  moveOut(userId: string, chat: JsonObject): Promise<JsonObject> {
    return this.move(chat, mapChatImages, () => Promise.resolve(userId));
  }

  /** As `moveOut`, for keys of a message; a no-op for a missing chat. */
  moveOutOfMessage(chatId: string, message: JsonObject): Promise<JsonObject> {
    const ownerOf = async () => (await this.chats.findSummary(chatId))?.userId;
    return this.move(message, mapMessageImages as Walk<JsonObject>, ownerOf);
  }

  /** A readable `chat` object, prepared for a chat of the principal: images of other accounts are copied. */
  async copyTo(principal: Principal, chat: JsonObject): Promise<JsonObject> {
    const text = JSON.stringify(chat);
    const ids = imageIdsIn(text);
    const found = ids ? await this.findReadable(principal, ids) : [];
    const foreign = found.filter(({ userId }) => userId !== principal.id);
    if (foreign.length === 0) return chat;
    const blobs = await this.blobs.find(
      IMAGE_BLOBS,
      foreign.map(({ id }) => id),
    );
    const toBlob = (id: string) => Promise.resolve(blobs.get(id)?.id ?? null);
    const copies = await this.store(
      principal.id,
      foreign.map(({ id, hash, type }) => ({ hash, type, toBlob: () => toBlob(id) })),
    );
    const newIds = new Map(foreign.map(({ id, hash }) => [id, copies.get(hash) ?? id]));
    return JSON.parse(withImageIds(text, newIds)) as JsonObject;
  }

  /**
   * For the owner, for every account while the image is in a shared chat, and for administrators who may access chats.
   * @throws NotFoundError
   */
  async get(principal: Principal, id: string): Promise<FileResponse> {
    const [image] = await this.findReadable(principal, [id]);
    const blob = image && (await this.blobs.find(IMAGE_BLOBS, [id])).get(id);
    if (!blob) throw new NotFoundError();
    const { type, hash } = image;
    const name = `image.${type.replace('image/', '')}`;
    return new FileResponse(this.blobs.contentOf(blob), { type, name, tag: hash });
  }

  /** Unordered, without images that the principal may not read. */
  findReadable(principal: Principal, ids: readonly string[]): Promise<ChatImage[]> {
    const mayReadAll = isAdmin(principal) && this.settings.enable_admin_chat_access;
    return mayReadAll ? this.images.findAll(ids) : this.images.findReadable(ids, principal.id);
  }

  private async move<T>(value: T, walk: Walk<T>, ownerOf: () => Promise<string | undefined>): Promise<T> {
    if (!this.settings.images_in_files) return value;
    const incoming = await this.imagesIn(value, walk);
    const owner = incoming.size > 0 ? await ownerOf() : undefined;
    if (owner === undefined) return value;
    const ids = await this.tryToStore(owner, [...incoming.values()]);
    return walk(value, (url) => {
      const id = ids.get(incoming.get(url)?.hash ?? '');
      return id === undefined ? url : imageUrlOf(id);
    });
  }

  /** Images remain in their messages when the storage fails. */
  private async tryToStore(userId: string, images: readonly IncomingImage[]): Promise<Map<string, string>> {
    try {
      return await this.store(userId, images);
    } catch (error) {
      this.logger.error({ err: error }, 'Images of a chat could not be moved to files');
      return new Map();
    }
  }

  /** Ids by digest; images without a blob are missing. */
  private async store(userId: string, images: readonly IncomingImage[]): Promise<Map<string, string>> {
    const byHash = new Map(images.map((image) => [image.hash, image]));
    const ids = await this.images.claim(userId, [...byHash.keys()], nowSeconds());
    for (const { hash, type, toBlob } of byHash.values()) {
      const blobId = ids.has(hash) ? null : await toBlob();
      if (blobId !== null) ids.set(hash, await this.insert({ userId, hash, type }, blobId));
    }
    return ids;
  }

  private insert(image: Pick<ChatImage, 'userId' | 'hash' | 'type'>, blobId: string): Promise<string> {
    const newId = randomUUID();
    return this.transaction.run(async () => {
      const id = await this.images.insertOrFind({ ...image, id: newId, unusedSince: nowSeconds() });
      if (id === newId) await this.blobs.addReference({ kind: IMAGE_BLOBS, id, blobId, ownerId: image.userId });
      return id;
    });
  }

  /** By data URL. Bytes are decoded one image at a time, here and again when they are written. */
  private async imagesIn<T>(value: T, walk: Walk<T>): Promise<Map<string, IncomingImage>> {
    const urls = new Set<string>();
    walk(value, (url) => {
      if (url.startsWith('data:')) urls.add(url);
      return url;
    });
    const images = new Map<string, IncomingImage>();
    for (const url of urls) {
      const raster = rasterOf(url);
      if (raster) images.set(url, { hash: raster.hash, type: raster.type, toBlob: () => this.write(url) });
      await nextTurn();
    }
    return images;
  }

  private async write(url: string): Promise<string | null> {
    const bytes = rasterOf(url)?.bytes;
    return bytes ? (await this.blobs.write(Readable.from([bytes]))).id : null;
  }
}
