import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ENVIRONMENT } from "../puppet/requests.js";

/** Resources of the catalogs that are made. */
export const SIZES = [10, 50, 500] as const;
/** The fact that says how many a node gets. */
export const SIZE_FACT = "bench_size";
/** Bytes of the file that others download meanwhile. */
const FILE_BYTES = 5_000;

/** @returns the folder of environments, and the environment's own */
export function writeCode(dir: string): { environments: string; production: string } {
  const environments = path.join(dir, "environments");
  const production = path.join(environments, ENVIRONMENT);
  const put = (file: string, content: string) => {
    const target = path.join(production, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  };
  put("modules/bench/files/page.html", "x".repeat(FILE_BYTES));
  for (const size of SIZES) put(`modules/bench/manifests/c${size}.pp`, classOf(size));
  put("manifests/site.pp", `include "bench::c\${facts['${SIZE_FACT}']}"\n`);
  return { environments, production };
}

/** Files with a content of facts and of the certificate. */
const classOf = (size: number): string => `class bench::c${size} {
  $base = "/tmp/puppet-bench-\${facts['networking']['hostname']}"
  Integer[1, ${size}].each |$i| {
    $mode = $i % 2 ? { 0 => '0644', default => '0600' }
    file { "\${base}/\${i}.conf":
      ensure  => file,
      mode    => $mode,
      content => "node=\${trusted['certname']} i=\${i} os=\${facts['os']['family']}\\n",
    }
  }
}
`;
