import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { isBelow, isInScope } from '../../common/auth/key-scope';
import type { Principal } from '../../common/auth/principal';
import { ForbiddenError, NotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { Keyring } from '../../platform/crypto/keyring';
import { PermissionsService } from '../groups/permissions.service';
import { ApiKeyRepository } from './api-key.repository';
import type { ApiKeyResponse } from './auth.dto';
import { AuthSettings } from './auth.settings';
import { SessionRepository, type KeyRow } from './session.repository';
import { toPrincipal } from './session.service';

/** Seconds between two notes of the last use. */
const USE_INTERVAL = 60;

/** Characters of a key that are stored as they are. */
const HINT = 4;

/** A new key: 128 bits of chance. */
export const newApiKey = (): string => `sk-${randomBytes(16).toString('hex')}`;

/** What tells its owner which key it is. */
export const hintOf = (key: string): string => key.slice(-HINT);

/**
 * Keys for programs, found by a keyed hash. Each user has one that the contract shows again: it is kept encrypted. For
 * further ones see `NamedKeysService`.
 */
@Injectable()
export class ApiKeysService {
  private readonly logger = new Logger(ApiKeysService.name);

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly sessions: SessionRepository,
    private readonly permissions: PermissionsService,
    private readonly settings: AuthSettings,
    private readonly keyring: Keyring,
  ) {}

  /** Replaces the caller's key. @throws ForbiddenError */
  async create(principal: Principal): Promise<ApiKeyResponse> {
    await this.assertMayCreate(principal);
    const key = newApiKey();
    await this.keys.put({
      id: idOf(principal),
      userId: principal.id,
      fingerprint: this.keyring.fingerprint(key),
      sealed: this.keyring.seal(key),
      hint: hintOf(key),
    });
    return { api_key: key };
  }

  /** @throws NotFoundError when the caller has none. */
  async get(principal: Principal): Promise<ApiKeyResponse> {
    assertWhole(principal);
    const key = await this.keys.find(idOf(principal));
    if (!key?.sealed) throw new NotFoundError(Detail.apiKeyNotFound);
    return { api_key: this.keyring.unseal(key.sealed) };
  }

  async delete(principal: Principal): Promise<boolean> {
    await this.keys.delete(principal.id, idOf(principal));
    return true;
  }

  /**
   * Administrators need no permission, but the switch counts for them, too. A key that is limited in some way makes no
   * key that is not. @throws ForbiddenError
   */
  async assertMayCreate(principal: Principal): Promise<void> {
    assertWhole(principal);
    if (!(await this.mayUseKeys(principal))) throw new ForbiddenError(Detail.apiKeyCreationNotAllowed);
  }

  /** @throws UnauthorizedError for an unknown or expired key, ForbiddenError when its owner may not use keys. */
  async authenticate(key: string): Promise<Principal> {
    const row = await this.sessions.findByKey(this.keyring.fingerprint(key));
    if (!row || isExpired(row)) throw new UnauthorizedError(Detail.invalidToken);
    const { key_id: keyId, scopes, requests_per_minute: requestsPerMinute } = row;
    const principal = toPrincipal(row, { kind: 'api_key', token: key, keyId, scopes, requestsPerMinute });
    if (!(await this.mayUseKeys(principal))) throw new ForbiddenError(Detail.apiKeyNotAllowed);
    this.noteUse(row);
    return principal;
  }

  /** Where keys are restricted: the path is one of the allowed ones, or below one. @throws ForbiddenError */
  assertEndpointAllowed(path: string): void {
    const { ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: isRestricted, API_KEYS_ALLOWED_ENDPOINTS: allowed } = this.settings;
    if (!isRestricted) return;
    const entries = allowed.split(',').map((entry) => entry.trim().replace(/\/+$/, ''));
    const isAllowed = entries.some((entry) => entry !== '' && isBelow(path, entry));
    if (!isAllowed) throw new ForbiddenError(Detail.apiKeyEndpointNotAllowed);
  }

  /** A key with scopes is good for nothing else. @throws ForbiddenError */
  assertInScope({ credential }: Principal, method: string, path: string): void {
    if (credential.kind === 'api_key' && !isInScope(credential.scopes, method, path))
      throw new ForbiddenError(Detail.apiKeyEndpointNotAllowed);
  }

  private async mayUseKeys(principal: Principal): Promise<boolean> {
    return this.settings.ENABLE_API_KEYS && this.permissions.has(principal, 'features.api_keys');
  }

  /** Nobody waits for it. */
  private noteUse({ key_id, last_used_at }: KeyRow): void {
    if (Number(last_used_at ?? 0) > nowSeconds() - USE_INTERVAL) return;
    this.keys.setUsed(key_id).catch((error: unknown) => this.logger.warn(`Last use not saved: ${String(error)}`));
  }
}

const isExpired = ({ expires_at }: KeyRow): boolean => expires_at !== null && Number(expires_at) <= nowSeconds();

/** The one key of the contract. */
const idOf = ({ id }: Principal): string => `key_${id}`;

/** @throws ForbiddenError for a key that is a part of its owner only: it must not get at more than that. */
function assertWhole(principal: Principal): void {
  const { credential } = principal;
  if (credential.kind === 'api_key' && credential.keyId !== idOf(principal))
    throw new ForbiddenError(Detail.apiKeyCreationNotAllowed);
}
