import { lchown, lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './errors';

/** The user that the server runs as. */
export interface ServerUser {
  uid: number;
  gid: number;
}

const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root: it then runs as the owner of the existing cluster, or as `nobody`, who gets a new
 * cluster. undefined when this process is not root.
 */
export async function resolveServerUser(clusterDir: string): Promise<ServerUser | undefined> {
  const owner = await lstat(clusterDir).catch(() => undefined);
  const self = process.getuid?.();
  if (self !== 0) {
    refuseForeignCluster(clusterDir, owner?.uid, self);
    return undefined;
  }
  if (owner && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid };
  }
  const nobody = await findNobody();
  if (owner) {
    // After a restore or `chown -R root`: PostgreSQL refuses files of another user.
    await changeOwner(clusterDir, nobody);
  }
  return nobody;
}

function refuseForeignCluster(clusterDir: string, owner: number | undefined, self: number | undefined): void {
  if (owner !== undefined && owner !== self) {
    throw new EmbeddedPostgresError(
      `The database in "${clusterDir}" belongs to user id ${owner}, but this process runs as user id ${self}. ` +
        'It was probably started as another user (or as root) before: start it as that user again, ' +
        `or give the files to this one: chown -R ${self} "${clusterDir}"`,
    );
  }
}

async function findNobody(): Promise<ServerUser> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const match = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return match ? { uid: Number(match[1]), gid: Number(match[2]) } : NOBODY;
}

/** Changes the owner of a file, or of a directory with everything in it. */
export async function changeOwner(path: string, user: ServerUser): Promise<void> {
  await lchown(path, user.uid, user.gid).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      `Running as root without the right to give "${path}" to user id ${user.uid}, which the database needs because ` +
        'PostgreSQL refuses to run as root. Run as an ordinary user, or set DATABASE_URL.',
      { cause },
    );
  });
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) {
      await changeOwner(join(path, name), user);
    }
  }
}
