import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../../common/errors/app-error';
import { nowSeconds } from '../../../common/util/time';
import { Keyring } from '../../../platform/crypto/keyring';
import { Transaction } from '../../../platform/database/transaction';
import { UsersService } from '../../users/users.service';
import { ApiKeyRepository } from './api-key.repository';
import {
  toKeyChange,
  toNamedKeyResponse,
  type CreatedKeyResponse,
  type NamedKeyRequest,
  type NamedKeyResponse,
} from './api-keys.dto';
import { ApiKeysService, hintOf, newApiKey } from './api-keys.service';
import { AuthDetail } from '../auth.errors';

/** Named keys per account. */
const MAX_KEYS = 100;

/** Further keys of an account, each with a name and optional limits. A key is shown only when it is created. */
@Injectable()
export class NamedKeysService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly users: UsersService,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** All keys of the user: the default key first, then the named keys, oldest first. */
  async list(userId: string): Promise<NamedKeyResponse[]> {
    return (await this.keys.findAllOf(userId)).map(toNamedKeyResponse);
  }

  /** @throws ForbiddenError where the principal may not create keys, BadRequestError for too many keys. */
  async create(principal: Principal, request: NamedKeyRequest): Promise<CreatedKeyResponse> {
    await this.apiKeys.assertMayCreate(principal);
    assertNotExpired(request);
    const key = newApiKey();
    const id = randomUUID();
    const { id: userId } = principal;
    await this.transaction.run(async () => {
      await this.users.getForUpdate(userId);
      if ((await this.keys.countNamedOf(userId)) >= MAX_KEYS) throw new BadRequestError('Too many API keys');
      const fingerprint = this.keyring.fingerprint(key);
      await this.keys.put({ id, userId, fingerprint, hint: hintOf(key), ...toKeyChange(request) });
    });
    return { ...(await this.get(userId, id)), api_key: key };
  }

  /** Absent fields are cleared. @throws NotFoundError */
  async update(principal: Principal, id: string, request: NamedKeyRequest): Promise<NamedKeyResponse> {
    await this.apiKeys.assertMayCreate(principal);
    assertNotExpired(request);
    if (!(await this.keys.updateNamed(principal.id, id, toKeyChange(request))))
      throw new NotFoundError(AuthDetail.apiKeyNotFound);
    return this.get(principal.id, id);
  }

  /** Also revokes the default key. @throws NotFoundError */
  async revoke(userId: string, id: string): Promise<boolean> {
    if (!(await this.keys.delete(userId, id))) throw new NotFoundError(AuthDetail.apiKeyNotFound);
    return true;
  }

  private async get(userId: string, id: string): Promise<NamedKeyResponse> {
    const key = await this.keys.findNamed(userId, id);
    if (!key) throw new NotFoundError(AuthDetail.apiKeyNotFound);
    return toNamedKeyResponse(key);
  }
}

function assertNotExpired({ expires_at: expiresAt }: NamedKeyRequest): void {
  if (expiresAt && expiresAt <= nowSeconds()) throw new BadRequestError('The expiry is in the past');
}
