/** Runs a tool or function: what the host starts on the module of a source. */
'use strict';
(function ({ request, library }) {
  const HANDLERS = ['inlet', 'outlet', 'stream', 'pipe', 'pipes', 'action'];
  const NAMES = { valves: ['Valves', 'valves'], userValves: ['UserValves', 'userValves'] };

  const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

  /** Thrown for a source that does not load. */
  const broken = (error) => (typeof error === 'object' && error !== null ? loadErrors.add(error) : undefined, error);
  const loadErrors = new WeakSet();
  /** The instance that stays for many calls, when there is one. */
  let kept;

  /** A fresh instance of the class; for exported functions their module stands for it. */
  async function open(loading, { entry, kind }) {
    try {
      const module = await loading;
      if (entry === 'module') return { module, instance: { ...module } };
      const Class = module.__confab_entry ?? module.default;
      if (typeof Class !== 'function') throw new Error(`No ${kind} class found in the module`);
      return { module, Class, instance: new Class() };
    } catch (error) {
      throw broken(error);
    }
  }

  /** An instance with its valves. */
  async function ready(loading, { compiled, ...asked }) {
    const opened = await open(loading, compiled);
    const valves = valvesOf(valvesType(opened, 'valves', compiled), asked.valves);
    if (valves !== undefined) opened.instance.valves = valves;
    return {
      instance: opened.instance,
      userValves: valvesOf(valvesType(opened, 'userValves', compiled), asked.userValves),
    };
  }

  async function keep(loading, asked) {
    kept = await ready(loading, asked);
    return null;
  }

  /** What declares the valves: a class, a type, a schema, or what the constructor sets. Undefined without any. */
  function declaredBy({ module, Class, instance }, kind) {
    const names = NAMES[kind];
    const own = names.map((name) => Class?.[name]).find((value) => value !== undefined);
    const declared = own ?? module[`__confab_${kind}`] ?? names.map((name) => module[name]).find(Boolean);
    if (declared === undefined && kind === 'valves' && isRecord(instance.valves)) return { values: instance.valves };
    return declared && { declared };
  }

  /** The type of valves, of the library for them; null when the source has none. */
  function valvesType(opened, kind, compiled) {
    const found = declaredBy(opened, kind);
    return found ? library('valves').typeOf(found, compiled[kind], NAMES[kind][0]) : null;
  }

  const valvesOf = (declared, stored) => (declared ? library('valves').valuesOf(declared, stored) : undefined);

  const text = (value) => (typeof value === 'string' && value !== '' ? value : null);

  async function describe(loading, { compiled }) {
    const opened = await open(loading, compiled);
    const { instance } = opened;
    const valves = valvesType(opened, 'valves', compiled);
    const userValves = valvesType(opened, 'userValves', compiled);
    return {
      valves: valves && library('valves').schemaOf(valves),
      userValves: userValves && library('valves').schemaOf(userValves),
      valveDefaults: valves ? library('valves').defaultsOf(valves) : {},
      handlers: compiled.kind === 'tools' ? [] : HANDLERS.filter((name) => name in instance),
      citation: Boolean(instance.citation),
      fileHandler: Boolean(instance.fileHandler ?? instance.file_handler),
      toggle: Boolean(instance.toggle),
      icon: text(instance.icon ?? instance.iconUrl ?? instance.icon_url),
      name: text(instance.name),
      actions: Array.isArray(instance.actions) ? instance.actions.filter(isRecord) : [],
    };
  }

  /** Checked by the whole type; only the given keys are returned. */
  async function parseValves(loading, { compiled, which, values }) {
    const declared = valvesType(await open(loading, compiled), which, compiled);
    if (!declared) throw new Error(`The source has no ${NAMES[which][0]}`);
    const data = declared.type.parse(values, true);
    return Object.fromEntries(
      Object.keys(values).flatMap((key) => (Object.hasOwn(data, key) ? [[key, data[key]]] : [])),
    );
  }

  async function call(loading, asked) {
    const { compiled, method } = asked;
    const { instance, userValves } = kept ?? (await ready(loading, asked));
    const found = memberOf(instance, method, compiled);
    if (method === 'pipes' && Array.isArray(found)) return { kind: 'value', value: found };
    if (typeof found !== 'function') throw new Error(`The source has no function ${method}`);
    const injected = injectedFor(asked, userValves);
    const context = contextFor(asked, injected, instance.valves, userValves);
    const values = argumentsFor(compiled, asked, injected, context);
    return outcomeOf(await found.apply(compiled.entry === 'module' ? undefined : instance, values));
  }

  /** Only what the source defines. */
  function memberOf(instance, name, { entry }) {
    const isInherited = instance[name] === Object.prototype[name] || (name === 'constructor' && entry === 'class');
    return isInherited ? undefined : instance[name];
  }

  function injectedFor({ injected, has, tools }, userValves) {
    const values = { ...injected };
    if (isRecord(values.__user__) && userValves !== undefined) values.__user__.valves = userValves;
    values.__event_emitter__ = has.includes('emit') ? (event) => request('emit', event) : null;
    values.__event_call__ = has.includes('ask') ? (event) => request('ask', event) : null;
    values.__tools__ = Object.fromEntries(
      Object.entries(tools ?? {}).map(([name, tool]) => {
        const run = (values) => request('callTool', { name, values: values ?? {} });
        return [name, { ...tool, call: run, callable: run }];
      }),
    );
    return values;
  }

  const camel = (name) => name.replace(/^__|__$/g, '').replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

  /** What the source gets as `context`: injected values by plain names, and what it may ask of the server. */
  function contextFor({ has, method }, injected, valves, userValves) {
    const refused = (what) => async () => {
      throw new Error(`${what} is not available in this call`);
    };
    const plain = Object.fromEntries(Object.entries(injected).map(([name, value]) => [camel(name), value]));
    return {
      ...plain,
      ...{ method, valves, userValves },
      emit: injected.__event_emitter__ ?? (async () => undefined),
      ask: injected.__event_call__ ?? refused('ask'),
      complete: has.includes('complete') ? (body) => request('complete', body) : refused('complete'),
      callTool: has.includes('callTool')
        ? (name, values = {}) => request('callTool', { name, values })
        : refused('callTool'),
    };
  }

  function argumentsFor(compiled, { method, positional, keyword }, injected, context) {
    const slots = Object.hasOwn(compiled.slots, method) ? compiled.slots[method] : undefined;
    if (!slots) return positional.length > 0 ? [...positional, context] : [keyword, context];
    const waiting = [...positional];
    const isHandler = compiled.kind !== 'tools';
    const named = (name) => {
      if (Object.hasOwn(keyword, name)) return keyword[name];
      return isHandler && Object.hasOwn(context, name) ? context[name] : undefined;
    };
    const readers = {
      context: () => [context],
      injected: ({ name }) => [Object.hasOwn(injected, name) ? injected[name] : undefined],
      argument: ({ name }) => [waiting.length > 0 ? waiting.shift() : named(name)],
      fields: () => [waiting.length > 0 ? waiting.shift() : isHandler ? context : keyword],
      rest: ({ name }) => (Array.isArray(keyword[name]) ? keyword[name] : waiting.splice(0)),
    };
    return slots.flatMap((slot) => readers[slot.kind](slot));
  }

  const STREAMED = /^(?:text\/event-stream|application\/(?:x-ndjson|jsonl))\b/;

  async function outcomeOf(result) {
    const response = Array.isArray(result) ? result[0] : result;
    if (isResponse(response)) return responseOutcome(response);
    if (!isStream(result)) return { kind: 'value', value: result ?? null };
    return streamed(result);
  }

  // Reading the global would load the file that makes responses.
  const isResponse = (value) => isRecord(value) && typeof value.lines === 'function' && value instanceof Response;

  async function responseOutcome(response) {
    if (STREAMED.test(response.headers.get('content-type') ?? '')) return streamed(response.lines());
    return {
      kind: 'response',
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  }

  function isStream(value) {
    if (!isRecord(value)) return false;
    const isGenerator = typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function';
    return isGenerator || typeof value[Symbol.asyncIterator] === 'function';
  }

  /** Items go to the host one by one: each when the one before was taken. */
  async function streamed(items) {
    let decoder;
    await request('stream', null);
    for await (const item of items) {
      const isBytes = item instanceof Uint8Array;
      if (isBytes) decoder ??= new TextDecoder();
      const isTaken = await request('item', isBytes ? decoder.decode(item, { stream: true }) : item);
      // The reader has left: leaving the loop ends the generator.
      if (isTaken === false) break;
    }
    return { kind: 'stream' };
  }

  return { describe, parseValves, keep, call, isLoadError: (error) => loadErrors.has(error) };
});
