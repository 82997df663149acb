import { languageOf } from './language';

const JAVASCRIPT = {
  'a block comment': '/*\ntitle: Weather\n*/\nclass Tools {}',
  'a documentation comment after blank lines': '\n\n  /** Adds. */\nexport function add(a, b) { return a + b }',
  'a byte order mark': '\uFEFF// language: typescript\nclass Tools {}',
  'a class': 'class Tools {\n  add(a, b) { return a + b; }\n}',
  'a class of one line': 'class Tools { }',
  'a derived class': 'class Tools extends Base\n{\n}',
  'an abstract class': 'abstract class Base {}',
  'an import of names': "import { z } from 'zod';",
  'a default import': 'import z from "zod"',
  'an import of types': "import type { A } from './a';",
  'an import for its effects': "import 'x'",
  'a constant': 'const tools = 1;',
  'a type': 'type Units = "c" | "f";',
  'a generic type': 'type Box<T> = { value: T };',
  'an interface': 'interface Options { city: string }',
  'an enum': 'enum Unit { C, F }',
  'an asynchronous function': 'async function main() {}',
  'a generator': 'function* count() {}',
  'strict mode': "'use strict';\nclass Tools {}",
  'a statement': 'console.log("hello");',
  'an assignment': 'x = [1, 2];',
  'a loop': 'for (const x of [1]) {\n}',
  'a shebang': '#!/usr/bin/env node\nconsole.log(1)',
  'a call of a function expression': '(async () => {})()',
};

const PYTHON = {
  nothing: '',
  'a docstring': '"""\ntitle: Weather\n"""\nclass Tools:\n    pass',
  'a docstring that holds JavaScript': '"""\nconst x = 1;\n"""',
  'a comment': '# const x = 1\nclass Tools: pass',
  'a shebang': '#!/usr/bin/env python3\nimport os',
  'an import': 'import os, sys',
  'an import with another name': 'import numpy as np',
  'an import of names': 'from pydantic import BaseModel',
  'an import over lines': 'from typing import (\n    Any,\n)',
  'a class': 'class Tools:\n    pass',
  'a class of one line': 'class Tools: x = {}',
  'a derived class': 'class Tools(Base):\n    pass',
  'a function': 'def add(a, b):\n    return a + b',
  'an asynchronous function': 'async def add(a, b):\n    return {}',
  'a decorator': '@dataclass\nclass A:\n    pass',
  'a statement': 'print("a")',
  'an expression': '1 + 1',
  'an assignment': 'x = 1\ny = {"a": 1}',
  'a loop': 'for x in range(3):\n    print(x)',
  'a type alias': 'type Units = str',
  'code after many lines without a mark': `${'x\n'.repeat(1000)}const y = 1;`,
};

describe('languageOf', () => {
  it.each(Object.entries(JAVASCRIPT))('takes %s for JavaScript', (_, code) => {
    expect(languageOf(code)).toBe('javascript');
  });

  it.each(Object.entries(PYTHON))('takes %s for Python', (_, code) => {
    expect(languageOf(code)).toBe('python');
  });
});
