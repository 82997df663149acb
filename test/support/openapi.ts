import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

/** What a client saw of an answer. */
export interface SeenAnswer {
  method: string;
  /** Path with or without query. */
  path: string;
  status: number;
  /** The `Content-Type` header. */
  type: string | null;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

interface Media {
  schema?: object;
}
interface DocumentedAnswer {
  $ref?: string;
  content?: Record<string, Media>;
}
interface Operation {
  responses: Record<string, DocumentedAnswer>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}
interface Route {
  segments: string[];
  template: string;
}

const DOCUMENT = '/openapi.json';
const REDIRECT = /^3\d\d$/;

/** One for each worker: the modules of tests are shared. Schemas are compiled when an answer first needs them. */
class AnswerValidator {
  private readonly document: Document;
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  private readonly routes = new Map<number, Route[]>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.document = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as Document;
    this.ajv.addSchema(this.document, DOCUMENT);
    for (const template of Object.keys(this.document.paths)) {
      const segments = segmentsOf(template);
      this.routes.set(segments.length, [...(this.routes.get(segments.length) ?? []), { segments, template }]);
    }
  }

  /** How an answer contradicts the document; undefined when it does not, or when no operation takes the request. */
  contradictionOf({ method, path, status, type, body }: SeenAnswer): string | undefined {
    const verb = method.toLowerCase();
    const template = this.templateOf(verb, path) ?? '';
    const operation = this.document.paths[template]?.[verb];
    if (!operation) return undefined;
    const where = `${method} ${template} ${status}`;
    const key = [String(status), `${String(status)[0]}XX`].find((code) => code in operation.responses);
    if (key === undefined) return REDIRECT.test(String(status)) ? undefined : `${where}: no such status documented`;
    if (body === undefined || type === null) return undefined;
    const pointer = operation.responses[key]?.$ref ?? `#/paths/${escaped(template)}/${verb}/responses/${key}`;
    return this.contentFault(pointer, where, type, body);
  }

  private contentFault(pointer: string, where: string, type: string, body: unknown): string | undefined {
    const content = this.answerAt(pointer).content ?? {};
    const [media = ''] = type.split(';');
    if ('*/*' in content) return undefined;
    if (!(media in content)) return `${where}: ${media} is not documented`;
    if (media !== 'application/json' || !content[media]?.schema) return undefined;
    return this.fault(`${pointer}/content/application~1json/schema`, where, body);
  }

  private fault(pointer: string, where: string, body: unknown): string | undefined {
    const validate = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: `${DOCUMENT}${pointer}` });
    this.compiled.set(pointer, validate);
    if (validate(body)) return undefined;
    return `${where}: ${this.ajv.errorsText(validate.errors, { dataVar: 'body' })}`;
  }

  private answerAt(pointer: string): DocumentedAnswer {
    let part: unknown = this.document;
    for (const key of pointer.slice(2).split('/').map(unescaped)) part = (part as Record<string, unknown>)[key];
    return part as DocumentedAnswer;
  }

  /** The template with the most literal segments, as the router chooses. */
  private templateOf(verb: string, path: string): string | undefined {
    const segments = segmentsOf(path.split(/[?#]/)[0] ?? '');
    const [best] = (this.routes.get(segments.length) ?? [])
      .filter(({ template, segments: wanted }) => verb in this.document.paths[template]! && matches(wanted, segments))
      .sort((one, other) => parametersOf(one) - parametersOf(other));
    return best?.template;
  }
}

const segmentsOf = (path: string): string[] => path.split('/').filter(Boolean);
const isParameter = (segment: string): boolean => segment.startsWith('{');
const parametersOf = ({ segments }: Route): number => segments.filter(isParameter).length;
const matches = (wanted: readonly string[], given: readonly string[]): boolean =>
  wanted.every((segment, index) => isParameter(segment) || segment === given[index]);
const escaped = (key: string): string => encodeURIComponent(key.replace(/~/g, '~0').replace(/\//g, '~1'));
const unescaped = (key: string): string => decodeURIComponent(key).replace(/~1/g, '/').replace(/~0/g, '~');

let validator: AnswerValidator | undefined;

/** @throws when an answer contradicts `openapi.json`. */
export function assertDocumented(answer: SeenAnswer): void {
  validator ??= new AnswerValidator();
  const fault = validator.contradictionOf(answer);
  if (fault !== undefined) throw new Error(`The answer contradicts openapi.json: ${fault}`);
}
