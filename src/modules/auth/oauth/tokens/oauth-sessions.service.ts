import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../../common/errors/app-error';
import { Detail } from '../../../../common/errors/details';
import { nowSeconds } from '../../../../common/util/time';
import { Keyring } from '../../../../platform/crypto/keyring';
import { Transaction } from '../../../../platform/database/transaction';
import { OAuthClientService, type OAuthTokens } from '../oauth-client.service';
import { toOAuthSessionResponse, type OAuthSessionResponse } from '../oauth.dto';
import type { OAuthSession } from './oauth-session.entity';
import { OAuthSessionRepository } from './oauth-session.repository';

/** Seconds before expiry at which a token is refreshed. */
const REFRESH_BEFORE = 300;

/** Obtains new tokens for a refresh token. */
type Renew = (refreshToken: string) => Promise<OAuthTokens>;

/** Another server that has tokens of users. */
export interface TokenTarget {
  /** Stored as the provider of the session, with a colon. */
  provider: string;
  /** URL of the server: tokens that were stored for another one are not used. */
  audience: string;
  renew: Renew;
}

/** Prefix of the providers of sessions that are no sign-ins: tokens for other servers (docs/adr/0074). */
const OTHER = /:/;

/** Provider tokens of sign-ins, and of users for other servers: encrypted at rest, refreshed shortly before they expire. */
@Injectable()
export class OAuthSessionsService {
  private readonly logger = new Logger(OAuthSessionsService.name);
  /** A refresh token may be single-use, so concurrent requests share one refresh. */
  private readonly refreshing = new Map<string, Promise<string | null>>();

  constructor(
    private readonly sessions: OAuthSessionRepository,
    private readonly client: OAuthClientService,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** Replaces older sessions of this user and provider. @returns the session id. */
  async store(userId: string, provider: string, tokens: OAuthTokens): Promise<string> {
    const id = randomUUID();
    const session = { id, userId, provider, sealed: this.seal(tokens), expiresAt: tokens.expiresAt };
    await this.transaction.run(() => this.sessions.replace(session));
    return id;
  }

  /**
   * A valid access token of the user's latest sign-in at a provider; null when there is none. It is not bound to a
   * browser: replies outlive their tab, and API keys have no cookies.
   */
  async accessTokenOf(userId: string): Promise<string | null> {
    for (const session of await this.sessions.findOfUser(userId)) {
      if (OTHER.test(session.provider)) continue;
      const token = await this.tokenOf(session, this.renewAt(session.provider));
      if (token !== null) return token;
    }
    return null;
  }

  /** A valid access token of the user for another server, which `store()` stored; null when there is none. */
  async tokenAt(userId: string, target: TokenTarget): Promise<string | null> {
    const session = await this.sessionAt(userId, target);
    return session && this.tokenOf(session, target.renew);
  }

  /**
   * Replaces a token that its server refused before it expired. @returns false when there is no other; a session that
   * cannot be renewed is deleted.
   */
  async replaceAt(userId: string, target: TokenTarget, refused: string): Promise<boolean> {
    const session = await this.sessionAt(userId, target);
    const tokens = session && this.open(session);
    if (!session || tokens?.accessToken !== refused) return session !== null;
    if (tokens.refreshToken === undefined) {
      await this.sessions.deleteUnchanged(session);
      return false;
    }
    const token = await this.refreshOnce(session, target.renew);
    return token !== null && token !== refused;
  }

  /** Ids of the user's sessions with a token that is valid or can be renewed, by provider and audience. */
  async usableAt(userId: string): Promise<(target: Pick<TokenTarget, 'provider' | 'audience'>) => string | undefined> {
    const sessions = await this.sessions.findOfUser(userId);
    return ({ provider, audience }) =>
      sessions.find((session) => {
        const tokens = session.provider === provider ? this.open(session) : null;
        const isUsable = !expiresWithin(session, 0) || tokens?.refreshToken !== undefined;
        return tokens?.audience === audience && isUsable;
      })?.id;
  }

  /** Sessions of an account without the tokens. @throws BadRequestError when there are none (contract). */
  async list(userId: string): Promise<OAuthSessionResponse[]> {
    const sessions = await this.sessions.findOfUser(userId);
    if (sessions.length === 0) throw new BadRequestError(Detail.notFound);
    return sessions.map((session) => toOAuthSessionResponse(session, this.open(session)));
  }

  /**
   * Deletes the session. @returns the sign-out URL of the provider; null when it has none or cannot be reached.
   */
  async end(id: string, returnUrl: string | null): Promise<string | null> {
    const session = await this.sessions.find(id);
    if (!session) return null;
    await this.sessions.delete(id);
    try {
      const provider = this.client.provider(session.provider);
      return await this.client.endSessionUrl(provider, this.open(session)?.idToken, returnUrl);
    } catch (error) {
      this.logger.warn(`Cannot sign out at ${session.provider}: ${String(error)}`);
      return null;
    }
  }

  private async sessionAt(userId: string, { provider, audience }: TokenTarget): Promise<OAuthSession | null> {
    const session = await this.sessions.findAt(userId, provider);
    return session && this.open(session)?.audience === audience ? session : null;
  }

  private renewAt(provider: string): Renew {
    return async (refreshToken) => this.client.refresh(this.client.provider(provider), refreshToken);
  }

  private async tokenOf(session: OAuthSession, renew: Renew): Promise<string | null> {
    return expiresWithin(session, REFRESH_BEFORE) ? this.refreshOnce(session, renew) : this.unexpiredTokenOf(session);
  }

  private refreshOnce(session: OAuthSession, renew: Renew): Promise<string | null> {
    const running = this.refreshing.get(session.id) ?? this.refresh(session, renew);
    this.refreshing.set(session.id, running);
    return running.finally(() => this.refreshing.delete(session.id));
  }

  /**
   * The new token, or the one that another node obtained meanwhile. While the provider cannot be reached, the old token
   * is used until it expires. A session that the provider refuses to refresh is deleted.
   */
  private async refresh({ id, sealed }: OAuthSession, renew: Renew): Promise<string | null> {
    const session = await this.sessions.find(id);
    const tokens = session?.sealed === sealed ? this.open(session) : null;
    if (!session || !tokens?.refreshToken) return this.unexpiredTokenOf(session);
    try {
      const renewed = await renew(tokens.refreshToken);
      const kept = {
        idToken: renewed.idToken ?? tokens.idToken,
        ...(tokens.audience && { audience: tokens.audience }),
      };
      await this.sessions.update(id, { sealed: this.seal({ ...renewed, ...kept }), expiresAt: renewed.expiresAt });
      return renewed.accessToken;
    } catch (error) {
      this.logger.warn(`Cannot refresh the tokens of ${session.provider}: ${String(error)}`);
      if (await this.client.isRefusal(error)) await this.sessions.deleteUnchanged(session);
      return this.unexpiredTokenOf(await this.sessions.find(id));
    }
  }

  private unexpiredTokenOf(session: OAuthSession | null): string | null {
    return session && !expiresWithin(session, 0) ? (this.open(session)?.accessToken ?? null) : null;
  }

  private seal(tokens: OAuthTokens): string {
    return this.keyring.seal(JSON.stringify(tokens));
  }

  /** Null for tokens that were encrypted with another key. */
  private open({ sealed }: OAuthSession): OAuthTokens | null {
    try {
      return JSON.parse(this.keyring.unseal(sealed)) as OAuthTokens;
    } catch {
      return null;
    }
  }
}

const expiresWithin = ({ expiresAt }: OAuthSession, seconds: number): boolean =>
  expiresAt !== null && expiresAt - seconds <= nowSeconds();
