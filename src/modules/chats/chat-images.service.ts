import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { NotFoundError } from '../../common/errors/app-error';
import { ImageAnswer } from '../../common/http/image-answer';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { ChatImageFilesService } from './chat-image-files.service';
import type { ChatImage } from './chat-image.entity';
import { ChatImagesRepository, type NewImage } from './chat-images.repository';
import { ChatsRepository } from './chats.repository';
import { ChatsSettings } from './chats.settings';
import { imageIdsIn, imageUrlOf, withImageIds } from './images/image-url';
import { mapChatImages, mapMessageImages, type MapUrl } from './images/message-images';
import { rasterOf } from './images/raster';

/** Sends every URL of a value through a function. */
type Walk<T> = (value: T, map: MapUrl) => T;

/** An image that a message brings, and where its bytes come from. */
interface IncomingImage extends Omit<NewImage, 'id'> {
  open: () => Promise<Readable | null>;
}

/**
 * Images in messages are kept in files and named by URL, so that a chat stays small: docs/adr/0037-images-in-files.md.
 * Call the writing methods before the transaction that stores the message: they wait for the storage.
 */
@Injectable()
export class ChatImagesService {
  private readonly logger = new Logger(ChatImagesService.name);

  constructor(
    private readonly images: ChatImagesRepository,
    private readonly files: ChatImageFilesService,
    private readonly chats: ChatsRepository,
    private readonly settings: ChatsSettings,
  ) {}

  /** A client's `chat` object of that user with the images of its messages moved to files. */
  moveOut(userId: string, chat: JsonObject): Promise<JsonObject> {
    return this.move(chat, mapChatImages, () => Promise.resolve(userId));
  }

  /** Keys of a message, in the same way; nothing moves for a chat that does not exist. */
  moveOutOfMessage(chatId: string, message: JsonObject): Promise<JsonObject> {
    const ownerOf = async () => (await this.chats.findSummary(chatId))?.userId;
    return this.move(message, mapMessageImages as Walk<JsonObject>, ownerOf);
  }

  /** A `chat` object that the caller may read as one of his own: he gets the images of its owner, too. */
  async copyTo(caller: Principal, chat: JsonObject): Promise<JsonObject> {
    const text = JSON.stringify(chat);
    const ids = imageIdsIn(text);
    const found = ids ? await this.findReadable(caller, ids) : [];
    const foreign = found.filter(({ userId }) => userId !== caller.id);
    if (foreign.length === 0) return chat;
    const copies = await this.store(
      caller.id,
      foreign.map((image) => ({ ...image, open: () => this.files.open(image.id) })),
    );
    const newIds = new Map(foreign.map(({ id, hash }) => [id, copies.get(hash) ?? id]));
    return JSON.parse(withImageIds(text, newIds)) as JsonObject;
  }

  /**
   * For the owner, for everybody while the image is in a shared chat, and for administrators who may access chats.
   * @throws NotFoundError
   */
  async get(caller: Principal, id: string): Promise<ImageAnswer> {
    const [image] = await this.findReadable(caller, [id]);
    const content = image && (await this.files.open(id));
    if (!content) throw new NotFoundError();
    return new ImageAnswer(image, content);
  }

  /** In no order, without those that the caller may not read. */
  findReadable(caller: Principal, ids: readonly string[]): Promise<ChatImage[]> {
    const mayReadAll = isAdmin(caller) && this.settings.enable_admin_chat_access;
    return mayReadAll ? this.images.findStored(ids) : this.images.findReadable(ids, caller.id);
  }

  private async move<T>(value: T, walk: Walk<T>, ownerOf: () => Promise<string | undefined>): Promise<T> {
    if (!this.settings.images_in_files) return value;
    const incoming = await imagesIn(value, walk);
    const owner = incoming.size > 0 ? await ownerOf() : undefined;
    if (owner === undefined) return value;
    const ids = await this.tryToStore(owner, [...incoming.values()]);
    return walk(value, (url) => {
      const id = ids.get(incoming.get(url)?.hash ?? '');
      return id === undefined ? url : imageUrlOf(id);
    });
  }

  /** Without a storage, images stay in their messages. */
  private async tryToStore(userId: string, images: readonly IncomingImage[]): Promise<Map<string, string>> {
    try {
      return await this.store(userId, images);
    } catch (error) {
      this.logger.error({ err: error }, 'Images of a chat could not be moved to files');
      return new Map();
    }
  }

  /** Ids by digest; those that have no file to read from are missing. */
  private async store(userId: string, images: readonly IncomingImage[]): Promise<Map<string, string>> {
    const byHash = new Map(images.map((image) => [image.hash, image]));
    const wanted = [...byHash.values()].map(({ hash, type, size }) => ({ id: randomUUID(), hash, type, size }));
    const ids = new Map<string, string>();
    const written: string[] = [];
    for (const { id, hash, isStored } of await this.images.claim(userId, wanted, nowSeconds())) {
      const content = isStored ? null : await byHash.get(hash)?.open();
      if (content) await this.files.write(id, content);
      if (content) written.push(id);
      if (content || isStored) ids.set(hash, id);
    }
    if (written.length > 0) await this.images.markStored(written);
    return ids;
  }
}

/** By data URL. Their bytes are decoded one at a time, here and once more when they are written. */
async function imagesIn<T>(value: T, walk: Walk<T>): Promise<Map<string, IncomingImage>> {
  const urls = new Set<string>();
  walk(value, (url) => {
    if (url.startsWith('data:')) urls.add(url);
    return url;
  });
  const images = new Map<string, IncomingImage>();
  for (const url of urls) {
    const raster = rasterOf(url);
    if (raster)
      images.set(url, { hash: raster.hash, type: raster.type, size: raster.bytes.length, open: opening(url) });
    await nextTurn();
  }
  return images;
}

const opening = (url: string) => (): Promise<Readable | null> => {
  const bytes = rasterOf(url)?.bytes;
  return Promise.resolve(bytes ? Readable.from([bytes]) : null);
};
