import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { isBelow, isInScope } from '../../../common/auth/key-scope';
import type { Principal } from '../../../common/auth/principal';
import { ForbiddenError, NotFoundError, UnauthorizedError } from '../../../common/errors/app-error';
import { nowSeconds } from '../../../common/util/time';
import { Keyring } from '../../../platform/crypto/keyring';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import { AuthSettings } from '../auth.settings';
import { SessionRepository, type KeyRow } from '../sessions/session.repository';
import { toPrincipal } from '../sessions/session.service';
import { ApiKeyRepository } from './api-key.repository';
import type { ApiKeyResponse } from './api-keys.dto';
import { AuthDetail } from '../auth.errors';

/** Seconds between updates of the last use. */
const USE_INTERVAL = 60;

/** Trailing characters of a key that are stored in clear text. */
const HINT_LENGTH = 4;

/** A new key with 128 random bits. */
export const newApiKey = (): string => `sk-${randomBytes(16).toString('hex')}`;

/** The part of a key that is shown to its owner. */
export const hintOf = (key: string): string => key.slice(-HINT_LENGTH);

/**
 * Authentication by API key, and the default key of each account. The contract shows the default key again, so it is
 * stored encrypted; named keys (`NamedKeysService`) are stored as a keyed hash only.
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

  /** Replaces the default key. @throws ForbiddenError */
  async create(principal: Principal): Promise<ApiKeyResponse> {
    await this.assertMayCreate(principal);
    const key = newApiKey();
    await this.keys.put({
      id: defaultKeyId(principal),
      userId: principal.id,
      fingerprint: this.keyring.fingerprint(key),
      sealed: this.keyring.seal(key),
      hint: hintOf(key),
    });
    return { api_key: key };
  }

  /** The default key. @throws NotFoundError when there is none. */
  async get(principal: Principal): Promise<ApiKeyResponse> {
    assertNotNamedKey(principal);
    const key = await this.keys.find(defaultKeyId(principal));
    if (!key?.sealed) throw new NotFoundError(AuthDetail.apiKeyNotFound);
    return { api_key: this.keyring.unseal(key.sealed) };
  }

  async delete(principal: Principal): Promise<boolean> {
    await this.keys.delete(principal.id, defaultKeyId(principal));
    return true;
  }

  /**
   * Administrators need no permission, but keys must be enabled for them too. Named keys may not create keys, since they
   * could exceed their own limits. @throws ForbiddenError
   */
  async assertMayCreate(principal: Principal): Promise<void> {
    assertNotNamedKey(principal);
    if (!(await this.canUseKeys(principal))) throw new ForbiddenError(AuthDetail.apiKeyCreationNotAllowed);
  }

  /** @throws UnauthorizedError for an unknown or expired key, ForbiddenError when its owner may not use keys. */
  async authenticate(key: string): Promise<Principal> {
    const row = await this.sessions.findByKey(this.keyring.fingerprint(key));
    if (!row || isExpired(row)) throw new UnauthorizedError(AuthDetail.invalidToken);
    const { key_id: keyId, scopes, requests_per_minute: requestsPerMinute } = row;
    const principal = toPrincipal(row, { kind: 'api_key', token: key, keyId, scopes, requestsPerMinute });
    if (!(await this.canUseKeys(principal))) throw new ForbiddenError(AuthDetail.apiKeyNotAllowed);
    this.recordUse(row);
    return principal;
  }

  /** With endpoint restrictions, the path must be an allowed one or below it. @throws ForbiddenError */
  assertEndpointAllowed(path: string): void {
    const { enable_api_keys_endpoint_restrictions: isRestricted, api_keys_allowed_endpoints: allowed } = this.settings;
    if (!isRestricted) return;
    const entries = allowed.split(',').map((entry) => entry.trim().replace(/(?<!\/)\/+$/, ''));
    const isAllowed = entries.some((entry) => entry !== '' && isBelow(path, entry));
    if (!isAllowed) throw new ForbiddenError(AuthDetail.apiKeyEndpointNotAllowed);
  }

  /** A key with scopes is refused outside of them. @throws ForbiddenError */
  assertInScope({ credential }: Principal, method: string, path: string): void {
    if (credential.kind === 'api_key' && !isInScope(credential.scopes, method, path))
      throw new ForbiddenError(AuthDetail.apiKeyEndpointNotAllowed);
  }

  private async canUseKeys(principal: Principal): Promise<boolean> {
    return this.settings.enable_api_keys && this.permissions.has(principal, 'features.api_keys');
  }

  /** Not awaited: a failure must not fail the request. */
  private recordUse({ key_id, last_used_at }: KeyRow): void {
    if (Number(last_used_at ?? 0) > nowSeconds() - USE_INTERVAL) return;
    this.keys
      .setUsed(key_id)
      .catch((error: unknown) => this.logger.warn(`Last use of an API key could not be saved: ${String(error)}`));
  }
}

const isExpired = ({ expires_at }: KeyRow): boolean => expires_at !== null && Number(expires_at) <= nowSeconds();

/** Id of the default key. */
const defaultKeyId = ({ id }: Principal): string => `key_${id}`;

/** Named keys may be limited, so they must not read or create keys that are not. @throws ForbiddenError */
function assertNotNamedKey(principal: Principal): void {
  const { credential } = principal;
  if (credential.kind === 'api_key' && credential.keyId !== defaultKeyId(principal))
    throw new ForbiddenError(AuthDetail.apiKeyCreationNotAllowed);
}
