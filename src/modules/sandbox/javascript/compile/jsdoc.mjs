/** What the documentation comment before a node says. */
export function documentationOf(node) {
  const comment = node?.leadingComments?.findLast(
    ({ type, value }) => type === 'CommentBlock' && value.startsWith('*'),
  );
  const [description = '', ...tags] = sections(comment ? textOf(comment.value) : '');
  return {
    description,
    parameters: tags.flatMap((tag) => parameterOf(tag) ?? []),
    isHidden: tags.some((tag) => /^@(?:private|internal|ignore|hidden)\b/.test(tag)),
  };
}

/** The lines of a comment without its decoration. */
const textOf = (comment) =>
  comment
    .slice(1)
    .split('\n')
    .map((line) => line.trimStart().replace(/^\* ?/, '').trimEnd())
    .join('\n')
    .trim();

/** The text before the tags, then each tag with its lines. */
function sections(text) {
  const found = [[]];
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('@')) found.push([line.trimStart()]);
    else found.at(-1)?.push(line);
  }
  return found.map((lines) => lines.join('\n').trim());
}

/** `@param {type} [name=default] - text`, each part but the name optional. */
function parameterOf(tag) {
  const word = /^@(?:param|arg|argument|property|prop)\b/.exec(tag)?.[0];
  if (!word) return undefined;
  const afterTag = tag.slice(word.length).trimStart();
  const type = enclosed(afterTag, '{', '}');
  const rest = type === undefined ? afterTag : afterTag.slice(type.length + 2).trimStart();
  const optional = enclosed(rest, '[', ']');
  const name = optional ?? /^[\w$.]+/.exec(rest)?.[0];
  if (!name) return undefined;
  const length = name.length + (optional === undefined ? 0 : 2);
  return {
    ...namedBy(name),
    type: type?.trim(),
    isOptional: optional !== undefined,
    description: described(rest.slice(length)),
  };
}

/** `name` or `name=default`. */
function namedBy(text) {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.trim(), default: undefined };
  return { name: text.slice(0, equals).trim(), default: text.slice(equals + 1).trim() };
}

const described = (text) =>
  text
    .trim()
    .replace(/^[-–—:]\s/, '')
    .trim();

/** What stands between the brackets at the beginning of `text`, which may hold such brackets in pairs. */
function enclosed(text, open, close) {
  if (!text.startsWith(open)) return undefined;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === open) depth += 1;
    else if (text[index] === close) depth -= 1;
    if (depth === 0) return text.slice(1, index);
  }
  return undefined;
}
