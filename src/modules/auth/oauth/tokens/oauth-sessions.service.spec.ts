import { Logger } from '@nestjs/common';
import { nowSeconds } from '../../../../common/util/time';
import type { Keyring } from '../../../../platform/crypto/keyring';
import type { Transaction } from '../../../../platform/database/transaction';
import type { OAuthClientService, OAuthTokens } from '../oauth-client.service';
import type { OAuthSession } from './oauth-session.entity';
import type { OAuthSessionRepository } from './oauth-session.repository';
import { OAuthSessionsService } from './oauth-sessions.service';

const now = nowSeconds();
const refusal = new Error('invalid_grant');

/** Real: the rules. Not there: the database, which a map plays, and the provider. */
describe('OAuthSessionsService.accessTokenOf', () => {
  const rows = new Map<string, OAuthSession>();
  let refresh: jest.Mock<Promise<OAuthTokens>, unknown[]>;
  let service: OAuthSessionsService;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    rows.clear();
    refresh = jest.fn();
    const repository = {
      find: (id: string) => Promise.resolve(rows.get(id) ?? null),
      findOfUser: (userId: string) => Promise.resolve([...rows.values()].filter((row) => row.userId === userId)),
      update: (id: string, change: object) => Promise.resolve(void put({ ...rows.get(id), ...change } as OAuthSession)),
      deleteUnchanged: ({ id, sealed }: OAuthSession) =>
        Promise.resolve(void (rows.get(id)?.sealed === sealed && rows.delete(id))),
    } as unknown as OAuthSessionRepository;
    const client = { provider: () => ({}), refresh, isRefusal: (error: unknown) => Promise.resolve(error === refusal) };
    const keyring = { seal: (text: string) => text, unseal: (text: string) => text } as unknown as Keyring;
    const transaction = {} as Transaction;
    service = new OAuthSessionsService(repository, client as unknown as OAuthClientService, keyring, transaction);
  });

  const put = (row: OAuthSession) => rows.set(row.id, row);
  const tokens = (change: Partial<OAuthTokens> = {}): OAuthTokens => ({
    ...{ accessToken: 'old', idToken: undefined, refreshToken: 'r', scope: undefined, expiresAt: null },
    ...change,
  });
  /** A sign-in whose access token ends in so many seconds. */
  const signedIn = (seconds: number | null, change: Partial<OAuthTokens> = {}, id = 's') =>
    put({
      ...{ id, userId: 'u', provider: 'oidc', createdAt: now, updatedAt: now },
      ...{ sealed: JSON.stringify(tokens(change)), expiresAt: seconds === null ? null : now + seconds },
    });
  const token = () => service.accessTokenOf('u');

  it.each<[string, number | null]>([
    ['never ends', null],
    ['lasts', 3600],
  ])('gives a token that %s as it is', async (_, seconds) => {
    signedIn(seconds);
    expect(await token()).toBe('old');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('gives nothing to those who have not signed in', async () => {
    signedIn(null);
    expect(await service.accessTokenOf('somebody else')).toBeNull();
  });

  it('makes a token anew that is about to end, once for all who want it', async () => {
    signedIn(100);
    refresh.mockResolvedValue(tokens({ accessToken: 'new' }));
    expect(await Promise.all([token(), token(), token()])).toEqual(['new', 'new', 'new']);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('keeps what lasts while the provider does not answer', async () => {
    signedIn(100);
    refresh.mockRejectedValue(new Error('unreachable'));
    expect(await token()).toBe('old');
    signedIn(-1);
    expect(await token()).toBeNull();
    expect(rows.size).toBe(1);
  });

  it('ends a session that the provider refuses, and takes the next', async () => {
    signedIn(100);
    signedIn(3600, { accessToken: 'second' }, 't');
    refresh.mockRejectedValue(refusal);
    expect(await token()).toBe('second');
    expect([...rows.keys()]).toEqual(['t']);
  });

  it('takes the token of another node that was faster', async () => {
    signedIn(100);
    refresh.mockImplementation(() => {
      signedIn(3600, { accessToken: 'of another node', refreshToken: 'r2' });
      return Promise.reject(refusal);
    });
    expect(await token()).toBe('of another node');
  });

  it('uses a token that cannot be made anew to its end', async () => {
    signedIn(100, { refreshToken: undefined });
    expect(await token()).toBe('old');
    signedIn(-1, { refreshToken: undefined });
    expect(await token()).toBeNull();
  });
});
