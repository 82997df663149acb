/** Suffixes that say what an injectable of a module is. */
const SUFFIXES =
  /(Service|Repository|Guard|Interceptor|Pipe|Filter|Strategy|Authenticator|Gateway|Notifier|Job|Step|Sink|Factory|Provider|Driver|Runner|Replies|Source)$/;
const ROUTES = new Set(['Controller', 'Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'All']);
const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

const decoratorCall = ({ expression }) =>
  expression.type === 'CallExpression' ? { name: expression.callee.name, args: expression.arguments } : {};

const isDecorated = (node, name) => node.decorators.some((decorator) => decoratorCall(decorator).name === name);

/** An `@Injectable()` says by its suffix what it is, like its file. */
export const injectableSuffix = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { suffix: '{{name}}: end the name with what it is ({{allowed}}).' },
  },
  create: (context) => ({
    ClassDeclaration(node) {
      if (!node.id || !isDecorated(node, 'Injectable') || SUFFIXES.test(node.id.name)) return;
      context.report({ node: node.id, messageId: 'suffix', data: { name: node.id.name, allowed: SUFFIXES.source } });
    },
  }),
};

/** The fields of a settings section are spelled in snake case, as its values are stored. */
export const settingsSpelling = {
  meta: { type: 'suggestion', schema: [], messages: { spelling: '{{name}}: settings are spelled in snake_case.' } },
  create: (context) => ({
    PropertyDefinition({ parent, key }) {
      if (!isDecorated(parent.parent, 'SettingsSection') || key.type !== 'Identifier' || SNAKE_CASE.test(key.name))
        return;
      context.report({ node: key, messageId: 'spelling', data: { name: key.name } });
    },
  }),
};

/** Parameters in paths are spelled in snake case, as everywhere on the wire: `:user_id`. */
export const pathParameters = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { spelling: ':{{name}}: path parameters are spelled in snake_case.' },
  },
  create: (context) => ({
    Decorator(node) {
      const { name, args = [] } = decoratorCall(node);
      if (!ROUTES.has(name)) return;
      const texts = args.flatMap((arg) => (arg.type === 'ArrayExpression' ? arg.elements : [arg]));
      for (const { value } of texts.filter((text) => typeof text?.value === 'string'))
        for (const [, parameter] of value.matchAll(/:(\w+)/g))
          if (!SNAKE_CASE.test(parameter)) context.report({ node, messageId: 'spelling', data: { name: parameter } });
    },
  }),
};
