import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../common/auth/principal';
import { Env } from '../../../platform/env/env';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { GroupsRepository } from '../groups.repository';
import type { PermissionTree } from './permission-tree.dto';
import { PermissionSettings } from './permission.settings';
import {
  completeTree,
  mergePermissions,
  newPermissionTree,
  permissionIn,
  permissionTreeFrom,
  type PermissionKey,
} from './permissions';

/** Permissions of users: the default tree, extended by their groups. Not cached, so changes take effect at once. */
@Injectable()
export class PermissionsService {
  private readonly bootDefaults: PermissionTree;
  /** The effective defaults, and the saved tree that they were computed from. */
  private current: { saved: PermissionTree | null; tree: PermissionTree } | undefined;

  constructor(
    private readonly groups: GroupsRepository,
    private readonly settings: PermissionSettings,
    private readonly store: SettingsStore,
    env: Env,
  ) {
    this.bootDefaults = permissionTreeFrom(env.source);
  }

  /** Always true for administrators. */
  async has(principal: Pick<Principal, 'id' | 'role' | 'groupIds'>, key: PermissionKey): Promise<boolean> {
    return isAdmin(principal) || this.isGranted(principal.groupIds, key);
  }

  /** For keys that restrict users: never true for administrators. */
  async isBound(principal: Pick<Principal, 'id' | 'role' | 'groupIds'>, key: PermissionKey): Promise<boolean> {
    return !isAdmin(principal) && this.isGranted(principal.groupIds, key);
  }

  /** As `has`, for keys from route decorators. An unknown key is never granted. */
  async hasAny(principal: Pick<Principal, 'id' | 'role' | 'groupIds'>, keys: readonly string[]): Promise<boolean> {
    if (isAdmin(principal)) return true;
    for (const key of keys) if (await this.isGranted(principal.groupIds, key)) return true;
    return false;
  }

  /** The merged tree, by which clients hide controls; independent of the role. */
  async treeOf(userId: string): Promise<PermissionTree> {
    return mergePermissions(this.currentDefaults(), await this.groups.findPermissionsOfUser(userId));
  }

  /** As `treeOf`, for a principal whose groups are known. */
  async treeFor({ groupIds }: Pick<Principal, 'groupIds'>): Promise<PermissionTree> {
    const trees = groupIds.length > 0 ? await this.groups.findPermissions(groupIds) : [];
    return mergePermissions(this.currentDefaults(), trees);
  }

  /** The tree that administrators edit. */
  getDefaults(): PermissionTree {
    return completeTree({ ...(this.settings.defaults ?? this.bootDefaults) }, newPermissionTree());
  }

  async saveDefaults(tree: PermissionTree): Promise<PermissionTree> {
    const defaults = completeTree({}, tree);
    await this.store.save(PermissionSettings, { defaults });
    return defaults;
  }

  private currentDefaults(): PermissionTree {
    const { defaults: saved } = this.settings;
    if (!this.current || this.current.saved !== saved)
      this.current = { saved, tree: completeTree({ ...(saved ?? this.bootDefaults) }, this.bootDefaults) };
    return this.current.tree;
  }

  private async isGranted(groupIds: readonly string[], key: string): Promise<boolean> {
    if (permissionIn(this.currentDefaults(), key)) return true;
    if (groupIds.length === 0) return false;
    const trees = await this.groups.findPermissions(groupIds);
    return trees.some((tree) => permissionIn(tree, key) === true);
  }
}
