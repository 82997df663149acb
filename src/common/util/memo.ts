/** Caches the last result of `compute`, valid while the arguments are identical. */
export function memoLast<A extends readonly unknown[], R>(compute: (...parameters: A) => R): (...parameters: A) => R {
  let last: { parameters: A; result: R } | undefined;
  return (...parameters) => {
    const known = last?.parameters;
    const isSame = known?.length === parameters.length && parameters.every((value, index) => value === known[index]);
    last = isSame && last ? last : { parameters, result: compute(...parameters) };
    return last.result;
  };
}
