import type { ChildProcess } from 'node:child_process';

type Release = () => Promise<unknown>;

const held = new Set<Release>();

/**
 * Registers a resource of the current test file. The returned function releases it; what a failed file did not release is
 * released when the file ends (see `jest/shared-environment.js`).
 */
export function heldByFile(release: Release): () => Promise<void> {
  const once: Release = async () => {
    if (held.delete(once)) await release();
  };
  held.add(once);
  return once as () => Promise<void>;
}

/** The child is killed with the test file at the latest. */
export function endsWithFile<C extends ChildProcess>(child: C): C {
  const forget = heldByFile(async () => child.kill('SIGKILL'));
  child.once('exit', () => void forget());
  return child;
}

/** Releases everything that the file left open, the latest first. Errors are ignored: the file has failed already. */
export async function releaseAll(): Promise<void> {
  for (const release of [...held].reverse()) await release().catch(() => undefined);
}
