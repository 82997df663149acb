import { BOOT_VARIABLES } from './boot-variables';
import { Env } from './env';

/** Variables that are read only together with others. */
const TOGETHER = { CORS_ALLOW_ORIGIN: 'https://a.example', DATABASE_TYPE: 'postgresql' };

describe('the list of boot variables', () => {
  it('contains exactly the variables that are read', () => {
    const read = new Set<string>();
    const source = new Proxy<Record<string, string>>(TOGETHER, {
      get: (target, name: string) => {
        read.add(name);
        return target[name];
      },
    });
    new Env(source);
    expect([...read].sort()).toEqual(Object.values(BOOT_VARIABLES).flatMap(Object.keys).sort());
  });
});
