import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../common/auth/principal';
import { isAdmin } from '../../common/auth/principal';
import type { Answer } from '../../common/http/answers/answer';
import type { JsonObject } from '../../common/util/json';
import {
  DeclarationsService,
  type DeclaredMethod,
  type HandlerDecorator,
} from '../../platform/discovery/declarations.service';
import { Env } from '../../platform/env/env';
import { readStaticFile } from '../../platform/env/static-files';
import { profileImageOf } from './profile-image';
import { ProfileImageSettings } from './profile-image.settings';
import {
  isActive,
  toUserInfoResponse,
  toUserProfileResponse,
  toUserResponse,
  type UserActiveResponse,
  type UserInfoListResponse,
  type UserProfileResponse,
  type UserResponse,
} from './users.dto';
import { UsersService } from './users.service';
import type { UserChange } from './users.types';

const Aliases = DiscoveryService.createDecorator<string>();
type AliasResolver = (rest: string) => Promise<string | null>;

/**
 * For modules to the right: ids with this prefix stand for a user (`shared-<chat id>` for the owner of the chat) in
 * profile lookups. The method returns the user's id for the rest of the alias, or null.
 */
export const UserAlias = (prefix: string): HandlerDecorator<[rest: string]> => Aliases(prefix);

/** Reads accounts in the forms of the API. */
@Injectable()
export class UserViewsService implements OnModuleInit {
  private favicon: Buffer | undefined;
  private aliases: readonly DeclaredMethod<string>[] = [];

  constructor(
    private readonly users: UsersService,
    private readonly images: ProfileImageSettings,
    private readonly env: Env,
    private readonly declarations: DeclarationsService,
  ) {}

  onModuleInit(): void {
    this.aliases = this.declarations.methods(Aliases);
  }

  /** @throws BadRequestError for an unknown account, like `getProfile` and `getImage`. */
  async getOwn({ id }: Principal): Promise<UserResponse> {
    return toUserResponse(await this.users.getWhole(id));
  }

  async getProfile(principal: Principal, idOrAlias: string): Promise<UserProfileResponse> {
    const id = await this.idOf(idOrAlias);
    return toUserProfileResponse(await this.users.get(id), principal.id === id || isAdmin(principal));
  }

  async getImage(id: string): Promise<Answer> {
    return profileImageOf(await this.users.getProfileImageUrl(id), this.images.hosts);
  }

  /** The response for a stored picture; the favicon of the installation for a URL that cannot be shown. */
  async getPictureOrFavicon(url: string): Promise<Answer> {
    this.favicon ??= await readStaticFile(this.env, 'favicon.png');
    return profileImageOf(url, this.images.hosts, this.favicon);
  }

  /** An unknown account is inactive. */
  async getActive(id: string): Promise<UserActiveResponse> {
    const lastActiveAt = await this.users.lastActiveAt(id);
    return { active: lastActiveAt !== null && isActive({ lastActiveAt }) };
  }

  async getInfo({ id }: Principal): Promise<JsonObject | null> {
    return this.users.getInfo(id);
  }

  async updateStatus({ id }: Principal, change: UserChange): Promise<UserResponse> {
    await this.users.updateStatus(id, change);
    return toUserResponse(await this.users.getWhole(id));
  }

  async listAll(): Promise<UserInfoListResponse> {
    const users = (await this.users.list()).map(toUserInfoResponse);
    return { users, total: users.length };
  }

  private async idOf(idOrAlias: string): Promise<string> {
    const alias = this.aliases.find(({ declaration: prefix }) => idOrAlias.startsWith(prefix));
    const resolve = alias?.call as AliasResolver | undefined;
    return (await resolve?.(idOrAlias.slice(alias?.declaration.length))) ?? idOrAlias;
  }
}
