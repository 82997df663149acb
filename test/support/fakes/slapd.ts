import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'ldapts';
import { SEARCHER, type DirectoryPerson, type LdapDirectory } from './directory';
import { SELF_SIGNED } from './self-signed';

/** Where Debian's package is unpacked; the machine itself, if nothing is said. */
const ROOT = process.env.SLAPD_ROOT ?? '/';
const BINARY = join(ROOT, 'usr/sbin/slapd');
const SUFFIX = 'dc=example,dc=com';
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'pw-admin' };

export const hasSlapd = existsSync(BINARY);

const configuration = (directory: string): string => `
${['core', 'cosine', 'inetorgperson'].map((name) => `include ${join(ROOT, `etc/ldap/schema/${name}.schema`)}`).join('\n')}
pidfile ${directory}/pid
modulepath ${join(ROOT, 'usr/lib/ldap')}
moduleload back_mdb
moduleload memberof
TLSCertificateFile ${directory}/cert.pem
TLSCertificateKeyFile ${directory}/key.pem
allow bind_anon_cred
database mdb
suffix "${SUFFIX}"
rootdn "${ADMIN.dn}"
rootpw ${ADMIN.password}
directory ${directory}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SEARCHER.dn}" read by * none
overlay memberof
`;

/** OpenLDAP's server with these people, and the groups that their `memberof` names. */
export async function startSlapd(people: DirectoryPerson[], { isTls = false } = {}): Promise<LdapDirectory> {
  const directory = await mkdtemp(join(tmpdir(), 'confab-slapd-'));
  await mkdir(join(directory, 'data'));
  await writeFile(join(directory, 'slapd.conf'), configuration(directory));
  await writeFile(join(directory, 'cert.pem'), SELF_SIGNED.cert);
  await writeFile(join(directory, 'key.pem'), SELF_SIGNED.key, { mode: 0o600 });
  const [port, plainPort] = [await freePort(), await freePort()];
  const urls = isTls ? `ldaps://127.0.0.1:${port} ldap://127.0.0.1:${plainPort}` : `ldap://127.0.0.1:${port}`;
  const child = spawn(BINARY, ['-f', join(directory, 'slapd.conf'), '-h', urls, '-d', '0'], { stdio: 'inherit' });
  await fill(isTls ? plainPort : port, people, child);
  const close = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'close');
    await rm(directory, { recursive: true, force: true });
  };
  return { port, close };
}

async function fill(port: number, people: readonly DirectoryPerson[], child: ChildProcess): Promise<void> {
  const client = await connected(`ldap://127.0.0.1:${port}`, child);
  const branch = (ou: string) => client.add(`ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit' });
  await client.add(SUFFIX, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
  await branch('people');
  await branch('groups');
  await client.add(SEARCHER.dn, {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    userPassword: SEARCHER.password,
  });
  const members = new Map<string, string[]>();
  for (const { dn, password, attributes } of people) {
    const { memberof = [], ...own } = attributes;
    await client.add(dn, { ...own, userPassword: password });
    for (const group of [memberof].flat()) members.set(group, [...(members.get(group) ?? []), dn]);
  }
  for (const [dn, member] of members) await client.add(dn, { objectClass: 'groupOfNames', member });
  await client.unbind();
}

async function connected(url: string, child: ChildProcess): Promise<Client> {
  for (;;) {
    const client = new Client({ url });
    try {
      await client.bind(ADMIN.dn, ADMIN.password);
      return client;
    } catch (error) {
      if (child.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
