import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { isAdmin } from '../../common/auth/principal';
import type { Picture } from '../../common/http/send-picture';
import type { JsonObject } from '../../common/util/json';
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

/** Finds the user behind the rest of an alias; null when there is none. */
export type AliasResolver = (rest: string) => Promise<string | null>;

/** Accounts in the forms in which the API shows them. */
@Injectable()
export class UserViewsService {
  private readonly aliases = new Map<string, AliasResolver>();

  constructor(
    private readonly users: UsersService,
    private readonly images: ProfileImageSettings,
  ) {}

  /**
   * Port for higher modules: ids that begin with `prefix` stand for somebody (`shared-<chat id>` for the owner of the
   * chat). Only the profile is found by them. Call it from `onModuleInit`.
   */
  addAlias(prefix: string, resolver: AliasResolver): void {
    this.aliases.set(prefix, resolver);
  }

  /** @throws BadRequestError for an unknown account, like `getProfile` and `getImage`. */
  async getOwn({ id }: Principal): Promise<UserResponse> {
    return toUserResponse(await this.users.getWhole(id));
  }

  async getProfile(principal: Principal, idOrAlias: string): Promise<UserProfileResponse> {
    const id = await this.idOf(idOrAlias);
    return toUserProfileResponse(await this.users.get(id), principal.id === id || isAdmin(principal));
  }

  async getImage(id: string): Promise<Picture> {
    return this.pictureAt(await this.users.getProfileImageUrl(id));
  }

  /** The answer for what is stored as the picture of something; the default one for anything that is none. */
  pictureAt(url: string): Picture {
    return profileImageOf(url, this.images.hosts);
  }

  /** An unknown account is not there. */
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
    for (const [prefix, resolve] of this.aliases)
      if (idOrAlias.startsWith(prefix)) return (await resolve(idOrAlias.slice(prefix.length))) ?? idOrAlias;
    return idOrAlias;
  }
}
