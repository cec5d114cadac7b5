/** Walks through `value`: `tokenAt(at)` is {node, length} or null, `plain(part)` makes nodes of what lies between. */
export function scan(value, tokenAt, plain) {
  const out = document.createDocumentFragment();
  let from = 0;
  let at = 0;
  const flush = () => {
    if (from < at) out.append(plain(value.slice(from, at)));
  };
  while (at < value.length) {
    const token = tokenAt(at);
    if (!token) {
      at += 1;
      continue;
    }
    flush();
    out.append(token.node);
    at += token.length;
    from = at;
  }
  flush();
  return out;
}
