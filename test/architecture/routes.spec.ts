import { allRoutes, allSocketEvents, ambiguousPairs, routeTaking, servedBesides, type Route } from '../support/routes';
import { CALLERS, outcomesOf, startWalk, type Walk } from '../support/route-walk';

const heading = ({ method, path }: Route): string => `${method.padEnd(6)} ${path.padEnd(64)}`;
const asTable = (lines: string[]): string => `\n${lines.join('\n')}\n`;

/**
 * The committed lists are read in review: a new route, or a changed rule, shows there. `npx jest -u` writes them.
 */
describe('socket events', () => {
  it('have these access rules', async () => expect(asTable((await allSocketEvents()).sort())).toMatchSnapshot());
});

describe('routes', () => {
  let routes: Route[];
  beforeAll(async () => {
    routes = (await allRoutes()).sort(
      (a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'),
    );
  });

  it('have these access rules', () =>
    expect(asTable(routes.map((route) => `${heading(route)} ${route.rule}`))).toMatchSnapshot());

  it('do not depend on the order in which modules are imported', () => expect(ambiguousPairs(routes)).toEqual([]));

  describe('over HTTP', () => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await startWalk();
    });
    afterAll(() => walk.close());

    /**
     * Every route with every caller, in the order of `CALLERS`: `+` came past all rules, `-` has to sign in, `r` signed
     * out before, `p` has not the role or the permission, `k` has a key that is not for this, and any other refusal of a
     * rule by its status.
     */
    it('let these callers in', async () => {
      const lines = [`${''.padEnd(71)} ${CALLERS.join(', ')}`];
      for (const route of routes) lines.push(`${heading(route)} ${(await outcomesOf(walk, route)).join(' ')}`);
      expect(asTable(lines)).toMatchSnapshot();
    }, 600_000);

    it('are each reached by their own path', () => {
      const sampleOf = (path: string) => path.replaceAll(/:\w+/g, 'sample').replaceAll(/\*\w+/g, 'any/other');
      const taking = routes.map(({ method, path }) => routeTaking(walk.app.app, method, sampleOf(path)));
      expect(taking).toEqual(routes.map(({ path }) => path));
    });

    it('stand beside pages for everybody, and nothing else', async () => {
      const pages = servedBesides(walk.app.app, routes, ['/static', '/docs']);
      expect(pages).toEqual([
        '/docs',
        '/docs/',
        '/docs/LICENSE',
        '/docs/docs/swagger-ui-init.js',
        '/docs/index.html',
        '/docs/swagger-ui-init.js',
        '/openapi.json',
        '/openapi.yaml',
        '/static',
      ]);
      for (const path of ['/', '/docs', '/openapi.json', '/static/favicon.png'])
        expect(await outcomesOf(walk, { method: 'GET', path, rule: '', controller: '' })).toEqual(
          CALLERS.map(() => '+'),
        );
    });
  });
});
