import { Injectable, Logger } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { Keyring } from '../../../platform/crypto/keyring';
import { UsersService } from '../../users/users.service';

/** Where the user valves of a kind of source are in the settings of a user: `settings.<kind>.valves.<id>`. */
export type ValvesOwner = 'tools' | 'functions';

/**
 * Stored valves. Those of administrators and authors hold API keys: encrypted, as other secrets are. Those of users are
 * in their settings.
 */
@Injectable()
export class ValvesService {
  private readonly logger = new Logger(ValvesService.name);

  constructor(
    private readonly keyring: Keyring,
    private readonly users: UsersService,
  ) {}

  /** For storage. Null for no valves. */
  seal(values: JsonObject | null): string | null {
    return values && this.keyring.seal(JSON.stringify(values));
  }

  /** Null without valves, and for valves that were stored with another secret of the installation. */
  unseal(sealed: string | null): JsonObject | null {
    if (sealed === null) return null;
    try {
      const values: unknown = JSON.parse(this.keyring.unseal(sealed));
      return isJsonObject(values) ? values : null;
    } catch {
      this.logger.warn('Valves cannot be decrypted: they were stored with another secret key');
      return null;
    }
  }

  /** The user valves of these ids that the user has stored. */
  async ofUser(userId: string, owner: ValvesOwner, ids: readonly string[]): Promise<Map<string, JsonObject>> {
    const all = ids.length === 0 ? undefined : await this.users.findSetting(userId, [owner, 'valves']);
    const own = (id: string) => (isJsonObject(all) && Object.hasOwn(all, id) ? all[id] : undefined);
    return new Map(
      ids.flatMap((id) => {
        const values = own(id);
        return isJsonObject(values) ? [[id, values]] : [];
      }),
    );
  }

  /** The account of a user as sources get it: `__user__`. */
  async injectedUser(userId: string): Promise<JsonObject> {
    const user = await this.users.getProfile(userId);
    return {
      ...{ id: user.id, email: user.email, name: user.name, role: user.role },
      ...{ profile_image_url: user.profileImageUrl, bio: user.bio, gender: user.gender },
      date_of_birth: user.dateOfBirth,
    };
  }

  async storeOfUser(userId: string, owner: ValvesOwner, id: string, values: JsonObject): Promise<void> {
    await this.users.putSetting(userId, [owner, 'valves', id], values);
  }

  /** Of all users: a later source of the same id must not get them. Call it in the transaction that deletes the rows. */
  async removeOfUsers(owner: ValvesOwner, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.users.removeSettings([owner, 'valves'], ids);
  }
}
