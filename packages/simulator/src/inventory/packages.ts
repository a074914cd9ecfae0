import { type Draw, drawOf } from "./random.js";

/** A package as it is installed on one machine. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: "all" | "amd64";
  readonly category: string;
  readonly summary: string;
  readonly homepage: string;
  /** Bytes. */
  readonly size: number;
  readonly installedAt: Date;
}

/** Of the category `base` are those that every machine has. */
interface Offered extends Omit<InstalledPackage, "version" | "installedAt"> {
  readonly upstream: string;
}

/** Names that people know, so that a search has something to find. */
const KNOWN =
  "openssl libssl3 bash coreutils curl libcurl4 openssh-server openssh-client nginx sudo systemd tar gzip perl python3 git rsync vim less wget ca-certificates tzdata libc6 linux-image-amd64 postgresql-client cron dbus grub-pc".split(
    " ",
  );
const STEMS =
  "amber aspen birch cedar clover coral delta ember fern flint garnet harbor hazel heron indigo ivory jade juniper kestrel lagoon larch linden lupine maple marble meadow mistral nimbus oak ochre onyx opal orchid osprey otter pebble pine plover quartz raven reed river rowan saffron sage sequoia shale slate sorrel sparrow spruce sumac tansy thistle topaz tulip umber violet walnut willow".split(
    " ",
  );
const FORMS: readonly (readonly [form: string, category: string, summary: string])[] = [
  ["$", "utils", "the $ command line tools"],
  ["$-common", "misc", "files that all parts of $ have in common"],
  ["$-doc", "doc", "documentation of $"],
  ["$-data", "misc", "data files of $"],
  ["$-utils", "utils", "small tools for $"],
  ["$-daemon", "admin", "service that keeps $ running in the background"],
  ["$-server", "net", "server side of $"],
  ["$-client", "net", "client side of $"],
  ["$-backup", "admin", "backup and restore for $"],
  ["lib$1", "libs", "shared library of $"],
  ["lib$-dev", "libdevel", "headers and static library of $"],
  ["lib$-perl", "perl", "Perl module for using $ with objects"],
  ["lib$-java", "java", "Java classes of $"],
  ["lib$-clojure", "java", "Clojure wrapper around $"],
  ["python3-$", "python", "Python 3 bindings for $"],
  ["ruby-$", "ruby", "Ruby interface of $"],
  ["node-$", "javascript", "$ for Node.js programs"],
  ["golang-$-dev", "golang", "$ for programs in Go (source)"],
  ["fonts-$", "fonts", "the $ family of scalable fonts"],
  ["php-$", "php", "$ extension for PHP"],
  ["$-plugins", "utils", "optional plugins of $"],
];

let catalogue: readonly Offered[] | undefined;

function offered(): readonly Offered[] {
  const draw = drawOf("the catalogue of packages");
  const offer = (name: string, category: string, summary: string, stem: string): Offered => ({
    name,
    category,
    summary,
    homepage: `https://${stem}.example.org/`,
    arch: /^(lib.*\d|.*-(server|client|daemon|dev)|openssl|bash)$/.test(name) ? "amd64" : "all",
    size: 1024 * (20 + draw(4000)),
    upstream: `${draw(9)}.${draw(20)}.${draw(30)}`,
  });
  const known = KNOWN.map((name) => offer(name, "base", `${name} of the base system`, name));
  const made = STEMS.flatMap((stem) =>
    FORMS.map(([form, category, summary]) =>
      offer(form.replace("$", stem), category, summary.replace("$", stem), stem),
    ),
  );
  return [...known, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of a hundred packages that are there, how many a machine has: about a thousand in all. */
const SHARE = 78;

/**
 * The packages of a made-up Debian machine, by name: about 1,000 of them. With every odd run one of them was upgraded.
 *
 * @param seed what the machine is made from
 * @param runs runs before this one
 */
export function packagesOf(seed: string, runs: number): InstalledPackage[] {
  catalogue ??= offered();
  const draw: Draw = drawOf(`packages of ${seed}`);
  const first = Date.UTC(2025, draw(12), 1 + draw(28), draw(24), draw(60), 0);
  const taken = catalogue.filter((one) => one.category === "base" || draw(100) < SHARE);
  const upgrades = new Map<number, number>();
  for (let run = 1; run <= runs; run += 2) {
    const at = upgradedBy(run, taken);
    upgrades.set(at, (upgrades.get(at) ?? 0) + 1);
  }
  return taken.map(({ upstream, ...one }, index) => ({
    ...one,
    version: `${upstream}-${1 + draw(3)}+deb12u${1 + (upgrades.get(index) ?? 0)}`,
    installedAt: new Date(first + index * 1700 + (upgrades.get(index) ?? 0) * 86_400_000),
  }));
}

/** The package that a run upgrades; the first time it is one that everybody looks for. */
function upgradedBy(run: number, taken: readonly Offered[]): number {
  if (run === 1) return taken.findIndex(({ name }) => name === "openssl");
  return (run * 37) % taken.length;
}
