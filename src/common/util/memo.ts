/** `compute`, which remembers its last result as long as the arguments are the same, compared by identity. */
export function memoLast<A extends readonly unknown[], R>(compute: (...parameters: A) => R): (...parameters: A) => R {
  let last: { parameters: A; result: R } | undefined;
  return (...parameters) => {
    const known = last?.parameters;
    const isSame = known?.length === parameters.length && parameters.every((value, index) => value === known[index]);
    last = isSame && last ? last : { parameters, result: compute(...parameters) };
    return last.result;
  };
}
