/** What becomes of a way to write a path: the path itself, another one of ours, a refusal, or somebody else's. */
export type Fate = "same" | "other" | "refused" | "passed on";

const percent = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
const everyByte = (path: string) => path.replaceAll(/[^/]/g, percent);
/** Puts something behind the n-th segment. */
const after = (n: number, what: string) => (path: string) => {
  const parts = path.split("/");
  return [...parts.slice(0, n + 1), what, ...parts.slice(n + 1)].join("/");
};
const behind = (what: string) => (path: string) => path + what;
const before = (what: string) => (path: string) => what + path;

/** Ways to write a path, by what becomes of them. */
const ways: Readonly<Record<Fate, readonly ((path: string) => string)[]>> = {
  same: [
    (path) => path,
    everyByte,
    (path) => everyByte(path).toUpperCase().replaceAll("%2D", "-"),
    (path) => path.replace(/^\/p|^\/s/, (start) => `/${percent(start[1] ?? "")}`),
    (path) => path.slice(0, -1) + percent(path.at(-1) ?? ""),
    (path) => path.replace(/(\/v\d)\//, "$1%2f"),
    (path) => path.replace(/(\/v\d)\//, "$1%2F"),
  ],
  other: [
    behind("/"),
    behind("//"),
    behind("/x"),
    behind("x"),
    behind("."),
    behind(".."),
    behind("/..."),
    behind("/.x"),
    behind("/..x"),
    behind("%20"),
    behind("+"),
    behind("%3b"),
    behind("%3Fenvironment=x"),
    behind("%23"),
    behind("%25"),
    behind("%25zz"),
    behind("*"),
    behind("%C3%BC"),
    behind("%E2%80%8B"),
    behind("%EF%BC%8E%EF%BC%8E"),
    behind("%EF%BC%8F.."),
    behind("%F0%9F%90%A7"),
    after(1, ""),
    after(2, ""),
    after(3, ""),
    (path) => path.slice(0, -1) + (path.at(-1) ?? "").toUpperCase(),
    (path) => path.replace("/v", "/V"),
  ],
  refused: [
    behind("/."),
    behind("/.."),
    behind("/./"),
    behind("/../"),
    behind("/../../x"),
    behind("/%2e"),
    behind("/%2E"),
    behind("/%2e%2e"),
    behind("/.%2e"),
    behind("/%2E."),
    behind("%2f.."),
    behind("%2f%2e%2e%2f"),
    after(1, "."),
    after(1, ".."),
    after(2, "%2e%2e"),
    after(1, "x/.."),
    behind("/..;/x"),
    behind(";x=1"),
    behind("\\"),
    behind("%5c"),
    behind("..%5c.."),
    behind("/..%5C..%5Cetc"),
    behind("%00"),
    behind("%00.pem"),
    behind("%0a"),
    behind("%0D%0AX:%20y"),
    behind("%7f"),
    behind("%C2%85"),
    behind("%E2%80%A8"),
    behind("%252e%252e"),
    behind("%2500"),
    behind("/%252e%252e/x"),
    (path) => path.slice(0, -1) + percent(path.at(-1) ?? "").replace("%", "%25"),
    (path) => path.slice(0, -1) + percent(path.at(-1) ?? "").replace("%", "%2525"),
    behind("%"),
    behind("%2"),
    behind("%zz"),
    behind("%u002e"),
    behind("%c0%ae"),
    behind("%c0%af.."),
    behind("%e0%80%ae"),
    behind("%ff"),
    behind("%ed%a0%80"),
    behind("%C3"),
    behind("ü"),
    behind(" "),
    behind("\t"),
    behind("x".repeat(5000)),
    behind("%41".repeat(6000)),
  ],
  "passed on": [
    before("/"),
    before("/x"),
    before("/x/.."),
    before("/."),
    before("/%2e"),
    before("/.."),
    (path) => `/%2f${path.slice(1)}`,
    (path) => path.slice(1),
    (path) => path.replace(/^\/[^/]+/, (first) => first.toUpperCase()),
    (path) => path.replace(/^\/([^/]+)\//, "/$1%2f"),
    (path) => path.replace(/^\/[^/]+/, "$&x"),
    (path) => path.replace(/^\/[^/]+/, "$&%00"),
    (path) => path.replace(/^\/[^/]+/, "$&;x"),
    (path) => path.replace(/^\/[^/]+/, "$&%20"),
    before("http://localhost:8140"),
  ],
};

export interface Written {
  readonly base: string;
  readonly raw: string;
  /** Short enough to be printed. */
  readonly shown: string;
  readonly fate: Fate;
}

/** Every way to write each of the paths. */
export const corpusOf = (...bases: string[]): Written[] =>
  bases.flatMap((base) =>
    (Object.keys(ways) as Fate[]).flatMap((fate) =>
      ways[fate].map((write) => ({ base, raw: write(base), shown: JSON.stringify(write(base)).slice(0, 120), fate })),
    ),
  );

/** Whether Node's own client lets it go out. */
export const isSendable = (raw: string): boolean => raw.startsWith("/") && !/[^!-ÿ]/.test(raw);
