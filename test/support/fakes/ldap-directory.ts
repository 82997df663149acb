import {
  createServer,
  InsufficientAccessRightsError,
  InvalidCredentialsError,
  type SearchRequest,
  type Server,
} from 'ldapjs';
import { FilterParser } from 'ldapts';
import type { DirectoryPerson, LdapDirectory } from './directory';
import { BASE, SEARCHER } from './directory';
import { SELF_SIGNED } from './self-signed';

/**
 * A directory of the npm package `ldapjs`. As the protocol has it, a bind without a password succeeds for every name
 * (RFC 4513 §5.1.2); only the searcher may search.
 */
export async function startFakeDirectory(people: DirectoryPerson[], { isTls = false } = {}): Promise<LdapDirectory> {
  const server = createServer(isTls ? { certificate: SELF_SIGNED.cert, key: SELF_SIGNED.key } : {});
  answerBinds(server, [SEARCHER, ...people]);
  answerSearches(server, people);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = Number(/\d+$/.exec(server.url)?.[0]);
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** What the package's types do not tell. */
interface Request {
  dn: { toString(): string };
  connection: { ldap: { bindDN: { toString(): string } } };
}
interface Response {
  /** What was asked for. */
  attributes: string[];
  send(entry: object): void;
  end(): void;
}
type Next = (error?: object) => void;

/** Each value of `uid` by itself, since the filter knows single values only; compared without case. */
const candidatesOf = ({ attributes }: DirectoryPerson): Record<string, string>[] =>
  [attributes.uid ?? []].flat().map((uid) => {
    return JSON.parse(JSON.stringify({ ...attributes, uid }).toLowerCase()) as Record<string, string>;
  });

const isSame = (a: string, b: string): boolean => normalize(a) === normalize(b);
const normalize = (dn: string): string => dn.replaceAll(/\s*([,=])\s*/g, '$1').toLowerCase();

function answerBinds(server: Server, known: readonly Pick<DirectoryPerson, 'dn' | 'password'>[]): void {
  server.bind('', (request: Request & { credentials: string }, response: Response, next: Next) => {
    const { credentials, dn } = request;
    const person = known.find((candidate) => isSame(candidate.dn, dn.toString()));
    if (credentials !== '' && person?.password !== credentials) return next(new InvalidCredentialsError());
    response.end();
    return next();
  });
}

function answerSearches(server: Server, people: readonly DirectoryPerson[]): void {
  server.search('', (request: Request & SearchRequest, response: Response, next: Next) => {
    const { dn, filter, connection } = request;
    if (!isSame(connection.ldap.bindDN.toString(), SEARCHER.dn)) return next(new InsufficientAccessRightsError());
    // The package compares these names with lower-case ones.
    response.attributes = response.attributes.map((attribute) => attribute.toLowerCase());
    // Not by the package itself: it does not find a value with an asterisk in it.
    const condition = FilterParser.parseString(filter.toString().toLowerCase());
    const isBelow = isSame(dn.toString(), BASE);
    const found = people.filter(
      (one) => isBelow && candidatesOf(one).some((candidate) => condition.matches(candidate)),
    );
    for (const { dn: name, attributes } of found) response.send({ dn: name, attributes: { ...attributes } });
    response.end();
    return next();
  });
}
