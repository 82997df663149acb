import { isTemporary, parseCompletionRequest } from './completion-request';

describe('parseCompletionRequest', () => {
  it('leaves the provider what the server does not act on', () => {
    const source = { model: 'm', messages: [], temperature: 1, chat_id: 'c', id: 'a', session_id: 's', features: {} };
    const request = parseCompletionRequest(source);
    expect(request.body).toEqual({ messages: [], temperature: 1 });
    expect(request).toMatchObject({ modelId: 'm', chatId: 'c', messageId: 'a', sessionId: 's' });
    expect(source).toHaveProperty('chat_id');
  });

  it('takes values of a wrong type for absent', () => {
    expect(
      parseCompletionRequest({ model: 1, params: 'x', variables: [], chat_id: 5, id: '', model_item: 'm' }),
    ).toEqual({
      ...{
        modelId: '',
        features: {},
        body: {},
        params: {},
        variables: {},
        files: [],
        toolIds: [],
        toolServers: [],
        filterIds: [],
        backgroundTasks: { tags: false, followUps: false },
      },
    });
  });

  it('keeps each id once', () => {
    expect(parseCompletionRequest({ tool_ids: ['b', 'a', 'b', 1], filter_ids: ['f', 'f'] })).toMatchObject({
      toolIds: ['b', 'a'],
      filterIds: ['f'],
    });
  });

  it('takes a model of the browser only when it says so', () => {
    expect(parseCompletionRequest({ model_item: { id: 'm' } }).directModel).toBeUndefined();
    expect(parseCompletionRequest({ model_item: { id: 'm', direct: 'yes' } }).directModel).toBeUndefined();
    expect(parseCompletionRequest({ model_item: { id: 'm', direct: true } }).directModel).toMatchObject({ id: 'm' });
  });

  it('knows a title that is not wanted from one that is not mentioned', () => {
    const titleOf = (tasks: object) => parseCompletionRequest({ background_tasks: tasks }).backgroundTasks.title;
    expect([titleOf({}), titleOf({ title_generation: false }), titleOf({ title_generation: true })]).toEqual([
      ...[undefined, false, true],
    ]);
  });
});

describe('isTemporary', () => {
  it('looks at the beginning only', () => {
    expect(['local:1', 'x-local:1', ' local:1', 'LOCAL:1'].map(isTemporary)).toEqual([true, false, false, false]);
  });
});
