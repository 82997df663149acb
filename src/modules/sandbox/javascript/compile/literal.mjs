const READERS = {
  StringLiteral: ({ value }) => ({ value }),
  NumericLiteral: ({ value }) => ({ value }),
  BooleanLiteral: ({ value }) => ({ value }),
  NullLiteral: () => ({ value: null }),
  TemplateLiteral: ({ expressions, quasis }) =>
    expressions.length === 0 ? { value: quasis[0]?.value.cooked ?? '' } : undefined,
  UnaryExpression: negated,
  ArrayExpression: arrayOf,
  ObjectExpression: objectOf,
  TSAsExpression: ({ expression }) => literalOf(expression),
  TSSatisfiesExpression: ({ expression }) => literalOf(expression),
  ParenthesizedExpression: ({ expression }) => literalOf(expression),
};

/** The value of an expression of literals, as `{ value }`; undefined when it has to be computed. */
export function literalOf(node) {
  const reader = node && READERS[node.type];
  return node ? reader?.(node) : undefined;
}

function negated(node) {
  const value = literalOf(node.argument)?.value;
  return node.operator === '-' && typeof value === 'number' ? { value: -value } : undefined;
}

function arrayOf(node) {
  const items = node.elements.map(literalOf);
  return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
}

function objectOf(node) {
  const entries = [];
  for (const property of node.properties) {
    const name = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
    const literal = property.type === 'ObjectProperty' ? literalOf(property.value) : undefined;
    if (name === undefined || !literal) return undefined;
    entries.push([name, literal.value]);
  }
  return { value: Object.fromEntries(entries) };
}

/** The name of a property, method or member that is not computed. */
export function keyOf(node) {
  if (node.computed) return undefined;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'StringLiteral' || node.key.type === 'NumericLiteral' ? String(node.key.value) : undefined;
}
