import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'ldapts';
import { endsWithFile } from '../cleanup';
import { SEARCHER, type DirectoryPerson, type LdapDirectory } from './directory';
import { SELF_SIGNED } from './self-signed';

/** As Debian's package has them. */
const BINARY = '/usr/sbin/slapd';
const MODULES = '/usr/lib/ldap';
const SCHEMAS = ['core', 'cosine', 'inetorgperson'].map((name) => `/etc/ldap/schema/${name}.schema`);

const SUFFIX = 'dc=example,dc=com';
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'pw-admin' };
/** Milliseconds after which a server that neither answers nor ends is given up. */
const PATIENCE = 60_000;
const MAX_STARTS = 5;

export const hasSlapd = [BINARY, join(MODULES, 'memberof.so'), ...SCHEMAS].every((file) => existsSync(file));

const configuration = (place: string): string => `
${SCHEMAS.map((file) => `include ${file}`).join('\n')}
modulepath ${MODULES}
moduleload back_mdb
moduleload memberof
TLSCertificateFile ${place}/cert.pem
TLSCertificateKeyFile ${place}/key.pem
allow bind_anon_cred
database mdb
suffix "${SUFFIX}"
rootdn "${ADMIN.dn}"
rootpw ${ADMIN.password}
directory ${place}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SEARCHER.dn}" read by * none
overlay memberof
`;

/** OpenLDAP's server with these people, and the groups that their `memberof` names. */
export async function startSlapd(people: DirectoryPerson[], { isTls = false } = {}): Promise<LdapDirectory> {
  const place = await mkdtemp(join(tmpdir(), 'confab-slapd-'));
  await mkdir(join(place, 'data'));
  await writeFile(join(place, 'slapd.conf'), configuration(place));
  await writeFile(join(place, 'cert.pem'), SELF_SIGNED.cert);
  await writeFile(join(place, 'key.pem'), SELF_SIGNED.key, { mode: 0o600 });
  const { child, port, client } = await listen(place, isTls ? 'ldaps' : 'ldap');
  const close = async () => {
    await end(child);
    await rm(place, { recursive: true, force: true });
  };
  try {
    await fill(client, people);
  } catch (error) {
    await close();
    throw error;
  } finally {
    await client.unbind();
  }
  return { port, close };
}

/** A server that ends at once found its port taken: it takes another one. */
async function listen(place: string, scheme: string) {
  let output = '';
  for (let start = 0; start < MAX_STARTS; start++) {
    const port = await freePort();
    const socket = join(place, `socket-${start}`);
    const urls = `${scheme}://127.0.0.1:${port} ldapi://${encodeURIComponent(socket)}`;
    // Any level of `-d` keeps it in the foreground.
    const options = ['-f', join(place, 'slapd.conf'), '-h', urls, '-d', '0'];
    const child = endsWithFile(spawn(BINARY, options, { stdio: ['ignore', 'ignore', 'pipe'] }));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    const client = await connected(socket, child);
    if (client) return { child, port, client };
    await end(child);
  }
  throw new Error(`slapd did not start: ${output}`);
}

/** Over the socket in the private directory. Null when the server ended or does not answer. */
async function connected(socket: string, child: ChildProcess): Promise<Client | null> {
  for (const giveUp = Date.now() + PATIENCE; Date.now() < giveUp && isRunning(child); await sleep(20)) {
    const client = new Client({ url: 'ldap://localhost', timeout: PATIENCE, createConnection: () => connect(socket) });
    const isBound = await client.bind(ADMIN.dn, ADMIN.password).then(
      () => true,
      () => false,
    );
    if (isBound) return client;
  }
  return null;
}

async function fill(client: Client, people: readonly DirectoryPerson[]): Promise<void> {
  const branch = (ou: string) => client.add(`ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit', ou });
  await client.add(SUFFIX, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
  await branch('people');
  await branch('groups');
  await client.add(SEARCHER.dn, {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    cn: 'searcher',
    userPassword: SEARCHER.password,
  });
  const members = new Map<string, string[]>();
  for (const { dn, password, attributes } of people) {
    const { memberof = [], ...own } = attributes;
    // An attribute without values is none: the protocol knows no empty ones.
    const present = Object.fromEntries(Object.entries(own).filter(([, value]) => value.length > 0));
    await client.add(dn, { ...present, userPassword: password });
    for (const group of [memberof].flat()) members.set(group, [...(members.get(group) ?? []), dn]);
  }
  for (const [dn, member] of members) await client.add(dn, { objectClass: 'groupOfNames', member });
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await exited;
  clearTimeout(kill);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
