/** Options of `jest.useFakeTimers` that replace `setTimeout` alone: deadlines pass by `jest.advanceTimersByTime`. */
export const ONLY_DELAYS: Parameters<typeof jest.useFakeTimers>[0] = {
  doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'],
};
