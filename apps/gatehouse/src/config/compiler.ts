/** How Puppet code is compiled. */
export interface CompilerConfig {
  readonly enabled: boolean;
  readonly ruby?: string;
  readonly libdir?: string;
  readonly jit: boolean;
  readonly user: string;
  readonly workers?: number;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly recycleAfter: number;
  readonly queue: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly hiera?: string;
}

const file = (description: string) => ({ type: "string", minLength: 1, maxLength: 4096, description });
const count = (description: string, value: number, minimum: number, maximum: number) => ({
  type: "integer",
  description,
  minimum,
  maximum,
  default: value,
});

/** The `puppet.compiler` part of the configuration's schema. */
export const compilerSchema = {
  type: "object",
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: "boolean",
      description: "Compile Puppet code, with Ruby and Puppet's or OpenVox's library; without it: declared resources.",
      default: true,
    },
    ruby: file("The Ruby to take; else the one on PATH, or of Puppet's packages, that has the library."),
    libdir: file("The `lib` folder of Puppet or OpenVox, where Ruby does not find the library by itself."),
    jit: {
      type: "boolean",
      description: "Have Ruby compile what it runs to machine code (YJIT), where it can: a fifth of the time less.",
      default: true,
    },
    user: {
      type: "string",
      minLength: 1,
      maxLength: 64,
      description: "Whom modules' code runs as, where the gateway runs as root: never as root.",
      default: "nobody",
    },
    workers: {
      type: "integer",
      description: "Catalogs that are compiled at once; else one less than there are processors.",
      minimum: 1,
      maximum: 256,
    },
    timeoutSeconds: count("A catalog must be compiled after this long; else its worker is killed.", 120, 1, 3600),
    memoryMb: count("MiB of memory that a worker may take, besides what all share.", 1024, 64, 1_048_576),
    recycleAfter: count("Catalogs after which a worker is replaced by a new one.", 10_000, 1, 1_000_000),
    queue: count("Catalogs that may wait for a worker; further agents are told to come again.", 100, 1, 10_000),
    keys: {
      type: "object",
      description:
        "Files for code to read, such as keys of hiera-eyaml, by name: `keys/NAME` in its working folder is a copy.",
      maxProperties: 100,
      propertyNames: { pattern: "^[\\w-][\\w.-]{0,63}$" },
      additionalProperties: { type: "string", minLength: 1, maxLength: 4096 },
      default: {},
    },
    hiera: file("A hiera.yaml of the whole server, above those of environments and modules."),
  },
} as const;
