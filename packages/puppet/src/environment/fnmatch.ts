type Token = "star" | "any" | { readonly char: string } | { readonly not: boolean; readonly ranges: readonly Range[] };
type Range = readonly [from: string, to: string];

const codeOf = (char: string) => char.codePointAt(0) ?? 0;

/**
 * Whether a name fits a pattern, as Ruby's `File.fnmatch?` without flags has it: that is what `ignore` means to agents.
 * Own code, for the libraries' regular expressions can be made to run for minutes: this takes name times pattern at most.
 * @param spend told of the steps that each name took
 * @returns a test that can be asked for many names
 */
export function fnmatch(pattern: string, spend: (steps: number) => void = () => undefined): (name: string) => boolean {
  const tokens = tokensOf([...pattern]);
  if (tokens === undefined) return () => false;
  const [first] = tokens;
  const takesPeriod = typeof first === "object" && "char" in first && first.char === ".";
  return (name) => (takesPeriod || !name.startsWith(".")) && fits(tokens, [...name], spend);
}

/** @returns undefined for a set that is not closed: it fits nothing */
function tokensOf(chars: readonly string[]): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === "*") tokens.push("star");
    else if (char === "?") tokens.push("any");
    else if (char === "[") {
      const set = setOf(chars, i + 1);
      if (set === undefined) return undefined;
      tokens.push(set.token);
      i = set.end;
    } else if (char !== "\\") tokens.push({ char });
    else if (++i < chars.length) tokens.push({ char: chars[i] as string });
  }
  return tokens;
}

/** What is between brackets; the first `]` ends it, wherever it stands. */
function setOf(chars: readonly string[], start: number): { token: Token; end: number } | undefined {
  let i = start;
  const not = chars[i] === "!" || chars[i] === "^";
  if (not) i++;
  const ranges: Range[] = [];
  const next = () => {
    if (chars[i] === "\\") i++;
    return chars[i++];
  };
  while (i < chars.length && chars[i] !== "]") {
    const from = next();
    let to = from;
    if (chars[i] === "-" && i + 1 < chars.length && chars[i + 1] !== "]") {
      i++;
      to = next();
    }
    if (from === undefined || to === undefined) return undefined;
    ranges.push([from, to]);
  }
  return i < chars.length ? { token: { not, ranges }, end: i } : undefined;
}

/** Each star takes as little as it can; only the last one met is ever tried again. */
function fits(tokens: readonly Token[], name: readonly string[], spend: (steps: number) => void): boolean {
  let t = 0;
  let n = 0;
  let star = -1;
  let taken = 0;
  let steps = 1;
  for (; n < name.length; steps++) {
    const token = tokens[t];
    if (token === "star") {
      star = t++;
      taken = n;
    } else if (token !== undefined && takes(token, name[n] as string)) {
      t++;
      n++;
    } else if (star >= 0) {
      t = star + 1;
      n = ++taken;
    } else break;
  }
  spend(steps);
  if (n < name.length) return false;
  while (tokens[t] === "star") t++;
  return t === tokens.length;
}

function takes(token: Exclude<Token, "star">, char: string): boolean {
  if (token === "any") return true;
  if ("char" in token) return token.char === char;
  const code = codeOf(char);
  // Of a range that runs backwards Ruby takes both ends.
  const within = token.ranges.some(
    ([from, to]) => char === from || char === to || (codeOf(from) <= code && code <= codeOf(to)),
  );
  return within !== token.not;
}
